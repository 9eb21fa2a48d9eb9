"""The experiments of kata 08 that leave little doubt: with them the policy would balance."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from checker.suite import Diagnosis, beside, say, together

measured = beside(__file__, "measured")
# So many are taken before the first update as a rule; later ones come from another policy.
FIRST_ACTIONS = 300
# So many deviations wide is the noise that asks whether act answers alike whatever it sees.
WIDE = 8.0
AS_IN_TRAINING = 0.5


class Certain(measured.Measured):
    """They run first, the likeliest first."""

    def outputs_misread(self) -> Diagnosis | None:
        """The network is right, and act takes something else from its outputs."""
        if self.outputs is None:
            return None
        ways: dict[str, Callable[[np.ndarray], np.ndarray]] = (
            {
                "the larger of the two outputs": lambda p: p.argmax(axis=1),
                "the smaller of the two outputs": lambda p: p.argmin(axis=1),
            }
            if self.outputs.shape[1] == 2
            else {
                "1 where the output is above 0": lambda p: (p[:, 0] > 0).astype(np.int64),
                "1 where the output is above 0.5": lambda p: (p[:, 0] > 0.5).astype(np.int64),
                "0 where the output is above 0": lambda p: (p[:, 0] <= 0).astype(np.int64),
                "0 where the output is above 0.5": lambda p: (p[:, 0] <= 0.5).astype(np.int64),
            }
        )
        same = {name: float(np.mean(way(self.outputs) == self.answers)) for name, way in ways.items()}
        now = max(same, key=lambda name: same[name])
        for name, way in ways.items():
            is_opposite = name.startswith(("the smaller", "0 where"))
            if same[name] > measured.SAME_ANSWER or (is_opposite and not self._course_was_good()):
                continue

            def act(shown: np.ndarray, way: Callable[[np.ndarray], np.ndarray] = way) -> np.ndarray:
                return way(np.asarray(self.policy.apply(shown), np.float64).reshape(len(shown), -1))

            other = self.lasts(act)
            # Read rightly, it lasts about as long as it did in training; a bit better than now explains nothing.
            if self.is_better(other) and other >= (
                AS_IN_TRAINING * self.course[-1] if self._course_was_good() else 0
            ):
                what = (
                    say("act takes {now}", now=now)
                    if same[now] > measured.SAME_ANSWER
                    else "act does something else"
                )
                if same[now] <= measured.SAME_ANSWER and self.asked_twice < measured.SAME_ANSWER:
                    return self._lots(other)
                return Diagnosis(
                    "outputs_misread",
                    say(
                        "With {name} as the action, the same network lasts {other:.0f} steps; {what} and lasts "
                        "{mean:.0f}. Let act read the outputs as train does: which output is which action, logits or "
                        "probabilities, the larger or the smaller?",
                        name=name,
                        other=other,
                        what=what,
                        mean=self.played.mean,
                    ),
                )
        return None

    def values_without_ends(self) -> Diagnosis | None:
        """Values as high for a pole that is about to fall as for one that stands: an end was taken for no end."""
        if self.outputs is None or self.outputs.shape[1] != 2:
            return None
        best = self.outputs.max(axis=1)
        if np.median(best) < 8 or np.percentile(best, 2) < 0.6 * np.median(best):
            return None
        states = self.rng.normal(size=(200, 4)) * (1.0, 1.0, 0.02, 0.2)
        falling = states.copy()
        side = self.rng.choice((-1.0, 1.0), size=200)
        falling[:, 2], falling[:, 3] = 0.2 * side, 1.5 * side
        standing, fallen = (
            float(
                np.median(
                    np.asarray(self.policy.apply(self.game.disguise.observations(s).astype(np.float32))).max(
                        axis=1
                    )
                )
            )
            for s in (states, falling)
        )
        if fallen < 0.7 * standing:
            return None
        return Diagnosis(
            "ends_ignored",
            say(
                "The network gives a pole that stands a value of {standing:.0f} and one that is about to fall "
                "{fallen:.0f}: it does not know that an episode ends there. In the target, reward + discount * "
                "next value, the next value is 0 after `terminated`.",
                standing=standing,
                fallen=fallen,
            ),
        )

    def turned_round(self) -> Diagnosis | None:
        """The other action each time would be right."""
        if self.played.mean >= measured.SURELY_BETTER_THAN_RANDOM:
            return None
        other = self.lasts(lambda shown: 1 - self.answer(shown))
        # The opposite of some policy that has learned nothing may be a fair one: then the course has to have fallen.
        if not (self.is_better(other) or (self._has_fallen() and other >= 2 * measured.LEVEL_OF_RANDOM)):
            return None
        told = say(
            "With the other action each time the same policy lasts {other:.0f} steps instead of {mean:.0f}: "
            "it is turned round.",
            other=other,
            mean=self.played.mean,
        )
        if self._course_was_good():
            return Diagnosis(
                "action_turned_round",
                say(
                    "{told} While it was trained its episodes lasted {last:.0f}, so the mistake is in act: does it "
                    "take the least likely action (argmin, a sign, the two outputs exchanged)?",
                    told=told,
                    last=self.course[-1],
                ),
            )
        return Diagnosis(
            "learns_the_opposite",
            say(
                "{told} While it was trained its episodes did not get much longer ({first:.0f} at first, "
                "{last:.0f} in the end). In train, are good episodes praised, and not blamed (the sign of the "
                "loss)? Or does act take the other action than train?",
                told=told,
                first=self.course[0],
                last=self.course[-1],
            ),
        )

    def _lots(self, other: float) -> Diagnosis:
        return Diagnosis(
            "act_draws_lots",
            say(
                "Asked twice, act answers {asked_twice:.0%} of {count} observations alike: it still draws lots, "
                "as in training. With the likelier action the same policy lasts {other:.0f} steps instead of "
                "{mean:.0f}. Take that one in act.",
                asked_twice=self.asked_twice,
                count=len(self.rows),
                other=other,
                mean=self.played.mean,
            ),
        )

    def draws_lots(self) -> Diagnosis | None:
        """The likelier action would be right."""
        if self.asked_twice >= measured.SAME_ANSWER:
            return None

        def vote(shown: np.ndarray) -> np.ndarray:
            votes = self.answer(np.repeat(shown, measured.VOTES, axis=0)).reshape(len(shown), measured.VOTES)
            return (votes.mean(axis=1) > 0.5).astype(np.int64)

        other = self.lasts(vote)
        return self._lots(other) if self.is_better(other) else None

    def outside_of_the_weights(self) -> Diagnosis | None:
        """It balanced in training and does not, built anew."""
        last = self.lengths[-self.window :]
        # A policy that changes with every step has a good stretch by chance now and then.
        if (
            len(last) < self.window
            or not self.is_better(float(last.mean()))
            or last.mean() < measured.LEARNED
        ):
            return None
        observations, actions = measured.rows_of(self.trained.recorder.last)
        chosen = self.rng.choice(len(actions), size=min(measured.ROWS, len(actions)), replace=False)
        alike = float(np.mean(self.answer(observations[chosen]) == actions[chosen]))
        share = float(np.mean(self.played.actions))
        moves = self.kernel_moves
        if moves and np.median(moves) < 0.06:
            return Diagnosis(
                "other_weights_handed_over",
                say(
                    "While it was trained, its last {window} episodes lasted {trained:.0f} steps, as the judge saw; "
                    "what train left lasts {played:.0f}, and most of its kernels are nearly as build made them. So "
                    "other weights have learned: a copy, or the first ones were put back at the end.",
                    window=self.window,
                    trained=last.mean(),
                    played=self.played.mean,
                ),
            )
        told = say(
            "While it was trained, its last {window} episodes lasted {trained:.0f} steps, as the judge saw; "
            "built anew from its weights it lasts {played:.0f}, and repeats {alike:.0%} of the last actions "
            "of the training.",
            window=self.window,
            trained=last.mean(),
            played=self.played.mean,
            alike=alike,
        )
        # A threshold or an axis that is wrong answers alike whatever it sees; another scale of the columns does not.
        wide = self.answer(self.rng.normal(size=(measured.ROWS, 4)) * observations.std(axis=0) * WIDE)
        if not 0.03 < share < 0.97 and not 0.1 < float(np.mean(wide)) < 0.9:
            return Diagnosis(
                "act_gives_one_action",
                say(
                    "{told} act answers {share:.0%} of all observations with {action}: does it compare with the right "
                    "threshold (logits with 0, probabilities with 0.5), along the right axis?",
                    told=told,
                    share=max(share, 1 - share),
                    action=int(share > 0.5),
                ),
            )
        return Diagnosis(
            "outside_of_the_weights",
            say(
                "{told} So something that act needs stands outside of the weights: a scale or a mean in a "
                "global, a variable of its own, statistics that are not weights; or the weights that were handed "
                "over are not those that played.",
                told=told,
            ),
        )

    def kernels_unmoved(self) -> Diagnosis | None:
        """Training changed something, but no kernel, or not all of them."""
        moves = self.kernel_moves
        still = sum(move == 0 for move in moves)
        if not still:
            return None
        return Diagnosis(
            "kernels_unmoved",
            together(
                "train changed no kernel of the policy."
                if still == len(moves)
                else say(
                    "train changed {changed} of {count} kernels of the policy.",
                    changed=len(moves) - still,
                    count=len(moves),
                ),
                "Is `trainable` switched off, do the gradients reach the first layer (no .numpy() in between), does the "
                "optimiser get the variables of the policy that train was given?",
            ),
        )

    def no_exploration(self) -> Diagnosis | None:
        """From the first step on the action followed from the observation."""
        if self.course.max() > measured.LEARNED:
            return None
        observations, actions = measured.rows_of(self.trained.recorder.first)
        observations, actions = observations[:FIRST_ACTIONS], actions[:FIRST_ACTIONS]
        if len(actions) < FIRST_ACTIONS:
            return None
        columns = np.column_stack([observations / (observations.std(axis=0) + 1e-9), np.ones(len(actions))])
        weights = np.linalg.lstsq(columns, 2.0 * actions - 1, rcond=None)[0]
        follows = float(np.mean((columns @ weights > 0) == (actions == 1)))
        if follows < measured.SAME_ANSWER:
            return None
        return Diagnosis(
            "no_exploration",
            say(
                "{follows:.0%} of the first {count} actions of the training follow from the observation by one "
                "fixed rule: it never tries anything else. Draw the action from the policy's probabilities, or "
                "at random now and then.",
                follows=follows,
                count=len(actions),
            ),
        )

    def learned_and_lost(self) -> Diagnosis | None:
        """The best stretch lies in the past."""
        if len(self.lengths) < measured.FEWEST_EPISODES:
            return None
        best, place = float(self.course.max()), float(self.course.argmax() / max(len(self.course) - 1, 1))
        if (
            not self.is_better(best)
            or best < measured.LEARNED
            or self.course[-1] > 0.6 * best
            or place >= measured.ENDS
        ):
            return None
        return Diagnosis(
            "learned_and_lost",
            say(
                "It had learned it and lost it again: after {place:.0%} of its episodes {window} of them lasted "
                "{best:.0f} steps on average, the last {window} lasted {last:.0f}. Keep the weights of the "
                "best policy and put them back at the end; a smaller step helps too.",
                place=place,
                window=self.window,
                best=best,
                last=self.course[-1],
            ),
        )

    def ends_not_looked_at(self) -> Diagnosis | None:
        """By the source, what step says of an end is never read."""
        name = measured.unread_end(self.source)
        if not name:
            return None
        return Diagnosis(
            "ends_ignored",
            say(
                "`{name}`, with which env.step says that the pole fell, is never read, so an end counts as no "
                "end; episodes lasted {last:.0f} steps in the end. What follows a fall is worth 0: nothing of "
                "the next episode belongs to it.",
                name=name,
                last=self.course[-1],
            ),
        )

    def few_episodes(self) -> Diagnosis | None:
        """Hardly anything was played."""
        if len(self.lengths) >= measured.FEWEST_EPISODES:
            return None
        return Diagnosis(
            "few_episodes",
            say(
                "It has played {count} episodes to their end. That is little to learn from: some hundred are "
                "usual, and with make_env(32), 32 are played at a time.",
                count=len(self.lengths),
            ),
        )
