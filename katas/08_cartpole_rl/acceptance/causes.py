"""Why a policy balances badly: the experiments of kata 08, after a miss alone.

The judge serves the environment, so it has seen every step of the training and how long every episode lasted. Every
method of `Causes` returns a `Diagnosis` with the figures that it measured, or None. Only what was measured is claimed.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from checker.suite import Diagnosis, beside, say, together

measured = beside(__file__, "measured")
Recorder = measured.Recorder
Certain = beside(__file__, "causes_certain").Certain


class Causes(Certain):
    """The experiments for one game: its training, and the play after it."""

    def certain(self) -> list[Callable[[], Diagnosis | None]]:
        """Those after which the policy would balance, or that leave no doubt."""
        return [
            self.outputs_misread,
            self.values_without_ends,
            self.values_of_one_step,
            self.turned_round,
            self.draws_lots,
            self.outside_of_the_weights,
            self.kernels_unmoved,
            self.no_exploration,
            self.learned_and_lost,
            self.ends_not_looked_at,
            self.few_episodes,
        ]

    def likely(self) -> list[Callable[[], Diagnosis | None]]:
        """What the figures suggest."""
        return [
            self.rate_too_large,
            self.unlearns,
            self.one_action,
            self.hardly_moved,
            self.columns_unseen,
            self.still_rising,
        ]

    def unlearns(self) -> Diagnosis | None:
        """Episodes became shorter in training."""
        if not self._has_fallen() or self.played.mean > 25 or not 0.03 < self.late_share < 0.97:
            return None
        start, end = float(self.course[: len(self.course) // 2 + 1].max()), float(self.course[-1])
        return Diagnosis(
            "unlearns",
            say(
                "In training the episodes got shorter: {start:.0f} steps in the first half, {end:.1f} in the end "
                "(random actions: 22). So bad actions are praised. Is the sign of the loss right (minus "
                "log-probability times advantage; the best kept and not the worst)? Is an action credited with "
                "the rewards that came after it, and not before? Do observation and action of one step belong "
                "together?",
                start=start,
                end=end,
            ),
        )

    def values_of_one_step(self) -> Diagnosis | None:
        """Values of about 1 for everything: nothing of the future is in them."""
        if self.outputs is None or self.outputs.shape[1] != 2:
            return None
        middle, spread = float(self.outputs.mean()), float(self.outputs.std())
        if not (
            0.85 < middle < 2.5
            and spread < 0.25 * middle
            and np.abs(self.outputs.sum(axis=1) - 1).max() > 0.2
        ):
            return None
        return Diagnosis(
            "values_of_one_step",
            say(
                "The network gives every observation values of about {middle:.2f} (deviation {spread:.2f}): that "
                "is the reward of one step, and nothing of what follows. Is the discount near 1 (0.99)? Is the "
                "target network ever updated?",
                middle=middle,
                spread=spread,
            ),
        )

    def still_rising(self) -> Diagnosis | None:
        """The returns were still growing when the training ended."""
        third = len(self.course) // 3
        if third < 10:
            return None
        early, late = float(self.course[:third].mean()), float(self.course[-1])
        before = float(self.course[2 * third - 1])
        if late < 1.3 * before or late < 1.5 * early or late < 50:
            return None
        return Diagnosis(
            "stopped_too_early",
            say(
                "The episodes were still getting longer when training ended: {early:.0f} steps in the first "
                "third, {before:.0f} after two thirds, {late:.0f} in the end. Go on for longer, until they "
                "hardly fall any more.",
                early=early,
                before=before,
                late=late,
            ),
        )

    def columns_unseen(self) -> Diagnosis | None:
        """Columns that no answer depends on."""
        if not 0.02 < np.mean(self.answers) < 0.98 or self.asked_twice < measured.SAME_ANSWER:
            return None
        changed = []
        for column in range(4):
            rows = self.rows.copy()
            rows[:, column] = self.rng.permutation(rows[:, column])
            changed.append(float(np.mean(self.answer(rows) != self.answers)))
        unseen = [column for column, share in enumerate(changed) if share == 0]
        if not unseen:
            return None
        return Diagnosis(
            "columns_unseen",
            together(
                say(
                    "With other numbers in column {column} of the observation, counted from 0, act answers all the same.",
                    column=unseen[0],
                )
                if len(unseen) == 1
                else say(
                    "With other numbers in columns {columns} of the observation, counted from 0, act answers all the same.",
                    columns=", ".join(map(str, unseen)),
                ),
                "All four are needed: are they cut off somewhere, or set to 0 by their scale?",
            ),
        )

    def one_action(self) -> Diagnosis | None:
        """Nearly always the same action."""
        share = float(np.mean(self.played.actions))
        if 0.03 < share < 0.97:
            return None
        return Diagnosis(
            "one_action",
            say(
                "act answers {share:.0%} of the observations with 1: nearly always the same action; in the last "
                "steps of the training {late_share:.0%} were 1. Is the rate so large that one output won for "
                "good? Are the advantages centred (less their mean), the columns' scales evened out? Does act "
                "compare logits with 0 and probabilities with 0.5?",
                share=share,
                late_share=self.late_share,
            ),
        )

    def hardly_moved(self) -> Diagnosis | None:
        """Kernels that moved by next to nothing."""
        moves = self.kernel_moves
        if moves and max(moves) < 0.05:
            return Diagnosis(
                "policy_hardly_moved",
                say(
                    "train changed no kernel of the policy by more than {moves:.1%} of its size, and episodes lasted "
                    "{last:.0f} steps in the end. A larger rate, or more updates.",
                    moves=max(moves),
                    last=self.course[-1],
                ),
            )
        # A model that was not called before has no weights to compare with, but those that begin at 0 are known.
        from_zero = [
            float(np.max(np.abs(new), initial=0))
            for old, new in zip(self.fresh(), self.trained.weights, strict=False)
            if np.shape(old) == np.shape(new) and np.size(old) > 1 and not np.any(old)
        ]
        if not moves and from_zero and max(from_zero) < 0.02:
            return Diagnosis(
                "policy_hardly_moved",
                say(
                    "Weights that begin at 0 are {largest:.2g} at most after train, and episodes lasted "
                    "{last:.0f} steps in the end. A larger rate, or more updates.",
                    largest=max(from_zero),
                    last=self.course[-1],
                ),
            )
        return None

    def rate_too_large(self) -> Diagnosis | None:
        """Weights that grew beyond all bounds."""
        try:
            trainable = self.policy.facts().trainable
        except Exception:  # a list of arrays
            trainable = (True,) * len(self.trained.weights)
        grown = [
            (measured.size_of(new), measured.size_of(old))
            for old, new, is_trained in zip(
                self.trained.before, self.trained.weights, trainable, strict=False
            )
            if is_trained and np.ndim(old) >= 2 and np.shape(old) == np.shape(new)
        ]
        for new, old in grown:
            if new > max(15 * old, 5.0):
                return Diagnosis(
                    "rate_too_large",
                    say(
                        "The weights of a layer have a size of {new:.3g} after training (root mean square; {old:.2g} "
                        "before): outputs as large as that never change their mind. The learning rate is too large; with "
                        "Adam try 0.01.",
                        new=new,
                        old=old,
                    ),
                )
        return None

    def little_played(self) -> Diagnosis | None:
        """Fewer episodes than any usual way needs, and no better for it."""
        if len(self.lengths) >= measured.USUAL_EPISODES or self._has_fallen():
            return None
        return Diagnosis(
            "few_episodes",
            say(
                "It has played {count} episodes; {window} in a row lasted {first:.0f} steps at first and "
                "{last:.0f} in the end. That is little to learn from: some hundred to a thousand are usual. "
                "More updates.",
                count=len(self.lengths),
                window=self.window,
                first=self.course[0],
                last=self.course[-1],
            ),
        )

    def credited_wrongly(self) -> Diagnosis | None:
        """It moves, and towards nothing: what is left when all that can be measured is excluded."""
        if len(self.lengths) < measured.USUAL_EPISODES or self.course[-1] > 2 * measured.LEVEL_OF_RANDOM:
            return None
        return Diagnosis(
            "credited_wrongly",
            say(
                "It has changed the policy in {count} episodes, and they hardly got longer: {first:.0f} steps "
                "at first, {last:.0f} in the end. What it praises does not help. Is each action credited with "
                "what came after it (the sum of the rewards from there to the end of its own episode, and not "
                "before, not the next episode's)? Do observation and action of one step belong together?",
                count=len(self.lengths),
                first=self.course[0],
                last=self.course[-1],
            ),
        )

    def otherwise(self) -> Diagnosis:
        """Where nothing explains it: what is left, and else three figures to look at."""
        return self.little_played() or self.credited_wrongly() or self._three_figures()

    def _three_figures(self) -> Diagnosis:
        start, best, end = float(self.course[0]), float(self.course.max()), float(self.course[-1])
        learned = (
            "It never learned. Look, in this order, at what each action is credited with (what came after it, within its own "
            "episode), at the sign of the loss, and at the learning rate."
            if best < 2 * max(start, 20)
            else "It has learned something. Look, in this order, at the returns over the updates (do they still rise, or "
            "fall?), at the scales of the four columns, and at the learning rate."
        )
        return Diagnosis(
            "no_cause_found",
            say(
                "In training, {window} episodes in a row lasted {start:.0f} steps at first, {best:.0f} at best "
                "and {end:.0f} in the end ({count} episodes in all). {learned}",
                window=self.window,
                start=start,
                best=best,
                end=end,
                count=len(self.lengths),
                learned=learned,
            ),
        )
