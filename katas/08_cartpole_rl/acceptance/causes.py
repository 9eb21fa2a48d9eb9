"""Why a policy balances badly: the experiments of kata 08, after a miss alone.

The judge serves the environment, so it has seen every step of the training and how long every episode lasted. Every
method of `Causes` returns a `Diagnosis` with the figures that it measured, or None. Only what was measured is claimed.
"""

from __future__ import annotations

import ast
from collections import deque
from collections.abc import Callable
from functools import cached_property
from typing import Any

import numpy as np

from checker.suite import Diagnosis

# Random actions last 22 steps, so a policy that means something lasts so many; and what is named as the cause must make
# it so many times better.
SURELY_BETTER_THAN_RANDOM, FACTOR = 80.0, 1.8
FEW_EPISODES, FEWEST_TOGETHER, FEWEST_EPISODES = 20, 20, 60
# A best stretch within this share of the course is no stretch of the past.
ENDS = 0.97
ROWS, SAME_ANSWER = 2_000, 0.97
VOTES = 9
KEPT_STEPS = 10_000
LEVEL_OF_RANDOM = 35.0
USUAL_EPISODES = 400
# A stretch of the training that lasted so long is no luck, although the best of many is looked for.
LEARNED = 120.0


class Recorder:
    """Serves a game to a training and keeps the first and the last steps of it: (observation, action) pairs."""

    def __init__(self, game: Any) -> None:
        self._game = game
        self._before: dict[Any, np.ndarray] = {}
        self.first: list[tuple[np.ndarray, Any]] = []
        self.last: deque[tuple[np.ndarray, Any]] = deque()
        self._kept_first = self._kept_last = 0

    def answer(self, request: Any) -> Any:
        """As the game answers."""
        reply = self._game.answer(request)
        kind = request.get("do")
        if kind == "reset":
            self._before[request.get("env")] = reply
        elif kind == "step":
            number, action = request.get("env"), request.get("action")
            self._keep(self._before[number], action)
            self._before[number] = reply[..., :4]
        return reply

    def _keep(self, observation: np.ndarray, action: Any) -> None:
        size = observation.size // 4
        if self._kept_first < KEPT_STEPS:
            self.first.append((observation, action))
            self._kept_first += size
        self.last.append((observation, action))
        self._kept_last += size
        while self._kept_last > KEPT_STEPS and len(self.last) > 1:
            self._kept_last -= self.last.popleft()[0].size // 4


def rows_of(steps: Any) -> tuple[np.ndarray, np.ndarray]:
    """Observations (n, 4) and actions (n,) of recorded steps."""
    if not steps:
        return np.zeros((0, 4), np.float32), np.zeros(0, np.int64)
    observations = np.concatenate([np.reshape(observation, (-1, 4)) for observation, _ in steps])
    return observations, np.concatenate([np.reshape(action, -1) for _, action in steps]).astype(np.int64)


class Causes:
    """The experiments for one game: its training, and the play after it."""

    def __init__(
        self,
        game: Any,
        trained: Any,
        played: Any,
        policy: Any,
        answer: Callable[[np.ndarray], np.ndarray],
        fresh: Callable[[], list[np.ndarray]],
        source: str,
        rng: np.random.Generator,
    ) -> None:
        """`policy` is the trained one of the playing worker, `answer` what act says with it, `fresh` gives weights of build."""
        self.game, self.trained, self.played, self.policy = game, trained, played, policy
        self.answer, self.fresh, self.source, self.rng = answer, fresh, source, rng

    def certain(self) -> list[Callable[[], Diagnosis | None]]:
        """Those after which the policy would balance, or that leave no doubt."""
        return [
            self.outputs_misread,
            self.values_without_ends,
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
            self.values_of_one_step,
            self.one_action,
            self.hardly_moved,
            self.columns_unseen,
            self.still_rising,
            self.little_played,
            self.credited_wrongly,
        ]

    # What is measured once.

    @cached_property
    def lengths(self) -> np.ndarray:
        """How long each episode of the training lasted."""
        return np.asarray(self.game.returns, dtype=np.float64)

    @property
    def window(self) -> int:
        """Of episodes that are played together the long ones end last: fewer than all of them would look too good."""
        return max(FEWEST_TOGETHER, self.game.widest)

    @cached_property
    def course(self) -> np.ndarray:
        """The mean length over a window of episodes, along the training."""
        width = min(self.window, len(self.lengths))
        return np.convolve(self.lengths, np.full(width, 1 / width), "valid") if width else np.zeros(1)

    @cached_property
    def rows(self) -> np.ndarray:
        """Observations that were seen in play."""
        seen = self.played.observations
        return seen[self.rng.choice(len(seen), size=ROWS, replace=len(seen) < ROWS)]

    @cached_property
    def answers(self) -> np.ndarray:
        """What act says of them."""
        return self.answer(self.rows)

    @cached_property
    def outputs(self) -> np.ndarray | None:
        """What the network itself says of them, (n, 1) or (n, 2); None where the policy is no model with one output."""
        try:
            outputs = np.asarray(self.policy.apply(self.rows), dtype=np.float64)
        except Exception:
            return None
        if outputs.ndim == 1:
            outputs = outputs[:, None]
        usable = outputs.shape in ((len(self.rows), 1), (len(self.rows), 2)) and np.isfinite(outputs).all()
        return outputs if usable else None

    def lasts(self, act: Callable[[np.ndarray], np.ndarray]) -> float:
        """The mean return of some episodes with these actions."""
        return float(self.game.play(act, FEW_EPISODES).mean())

    def is_better(self, mean: float) -> bool:
        """Whether it is clearly better than what was measured, and than chance."""
        return mean >= max(FACTOR * self.played.mean, SURELY_BETTER_THAN_RANDOM)

    # The experiments.

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
            if same[name] > SAME_ANSWER or (is_opposite and not self._course_was_good()):
                continue

            def act(shown: np.ndarray, way: Callable[[np.ndarray], np.ndarray] = way) -> np.ndarray:
                return way(np.asarray(self.policy.apply(shown), np.float64).reshape(len(shown), -1))

            other = self.lasts(act)
            if self.is_better(other):
                what = f"act takes {now}" if same[now] > SAME_ANSWER else "act does something else"
                if same[now] <= SAME_ANSWER and self.asked_twice < SAME_ANSWER:
                    return self._lots(other)
                return Diagnosis(
                    "outputs_misread",
                    f"With {name} as the action, the same network lasts {other:.0f} steps; {what} and lasts "
                    f"{self.played.mean:.0f}. Let act read the outputs as train does: which output is which action, logits or "
                    "probabilities, the larger or the smaller?",
                )
        return None

    def _course_was_good(self) -> bool:
        return bool(
            len(self.lengths) and self.course[-1] >= max(SURELY_BETTER_THAN_RANDOM, FACTOR * self.played.mean)
        )

    def turned_round(self) -> Diagnosis | None:
        """The other action each time would be right."""
        if self.played.mean >= SURELY_BETTER_THAN_RANDOM:
            return None
        other = self.lasts(lambda shown: 1 - self.answer(shown))
        # The opposite of some policy that has learned nothing may be a fair one: then the course has to have fallen.
        if not (self.is_better(other) or (self._has_fallen() and other >= 2 * LEVEL_OF_RANDOM)):
            return None
        told = (
            f"With the other action each time the same policy lasts {other:.0f} steps instead of {self.played.mean:.0f}: it is "
            "turned round."
        )
        if self._course_was_good():
            return Diagnosis(
                "action_turned_round",
                f"{told} While it was trained its episodes lasted {self.course[-1]:.0f}, so the mistake is in act: does "
                "it take "
                "the least likely action (argmin, a sign, the two outputs exchanged)?",
            )
        return Diagnosis(
            "learns_the_opposite",
            f"{told} While it was trained its episodes did not get much longer ({self.course[0]:.0f} at first, "
            f"{self.course[-1]:.0f} in the end). In train, are good episodes praised, and not blamed (the sign of the "
            "loss)? Or "
            "does act take the other action than train?",
        )

    @cached_property
    def asked_twice(self) -> float:
        """The share of observations that act answers alike when it is asked again."""
        return float(np.mean(self.answers == self.answer(self.rows)))

    def _lots(self, other: float) -> Diagnosis:
        return Diagnosis(
            "act_draws_lots",
            f"Asked twice, act answers {self.asked_twice:.0%} of {len(self.rows)} observations alike: it still draws "
            "lots, as in "
            f"training. With the likelier action the same policy lasts {other:.0f} steps instead of "
            f"{self.played.mean:.0f}. Take "
            "that one in act.",
        )

    def draws_lots(self) -> Diagnosis | None:
        """The likelier action would be right."""
        if self.asked_twice >= SAME_ANSWER:
            return None

        def vote(shown: np.ndarray) -> np.ndarray:
            votes = self.answer(np.repeat(shown, VOTES, axis=0)).reshape(len(shown), VOTES)
            return (votes.mean(axis=1) > 0.5).astype(np.int64)

        other = self.lasts(vote)
        return self._lots(other) if self.is_better(other) else None

    def kernels_unmoved(self) -> Diagnosis | None:
        """Training changed something, but no kernel, or not all of them."""
        moves = self.kernel_moves
        still = sum(move == 0 for move in moves)
        if not still:
            return None
        which = "no kernel" if still == len(moves) else f"{len(moves) - still} of {len(moves)} kernels"
        return Diagnosis(
            "kernels_unmoved",
            f"train changed {which} of the policy. Is `trainable` switched off, do the gradients reach the first layer (no "
            ".numpy() in between), does the optimiser get the variables of the policy that train was given?",
        )

    @cached_property
    def kernel_moves(self) -> list[float]:
        """How far each kernel moved, as a share of its size; empty where that is not known."""
        before, after = self.trained.before, self.trained.weights
        if [np.shape(a) for a in before] != [np.shape(a) for a in after]:
            return []
        return [
            float(np.linalg.norm(new - old) / max(np.linalg.norm(old), 1e-12))
            for old, new in zip(before, after, strict=True)
            if np.ndim(old) >= 2
        ]

    def outside_of_the_weights(self) -> Diagnosis | None:
        """It balanced in training and does not, built anew."""
        last = self.lengths[-self.window :]
        if len(last) < self.window or not self.is_better(float(last.mean())):
            return None
        observations, actions = rows_of(self.trained.recorder.last)
        chosen = self.rng.choice(len(actions), size=min(ROWS, len(actions)), replace=False)
        alike = float(np.mean(self.answer(observations[chosen]) == actions[chosen]))
        share = float(np.mean(self.played.actions))
        moves = self.kernel_moves
        if moves and np.median(moves) < 0.06:
            return Diagnosis(
                "other_weights_handed_over",
                f"While it was trained, its last {self.window} episodes lasted {last.mean():.0f} steps, as the judge "
                "saw; what train left "
                f"lasts {self.played.mean:.0f}, and most of its kernels are nearly as build made them. So other weights "
                "have learned: a "
                "copy, or the first ones were put back at the end.",
            )
        told = (
            f"While it was trained, its last {self.window} episodes lasted {last.mean():.0f} steps, as the judge saw; "
            "built anew "
            f"from its weights it lasts {self.played.mean:.0f}, and repeats {alike:.0%} of the last actions of the training."
        )
        if not 0.03 < share < 0.97:
            return Diagnosis(
                "act_gives_one_action",
                f"{told} act answers {max(share, 1 - share):.0%} of all observations with {int(share > 0.5)}: does it "
                "compare with the "
                "right threshold (logits with 0, probabilities with 0.5), along the right axis? If so, something that "
                "act needs "
                "stands outside of the weights.",
            )
        return Diagnosis(
            "outside_of_the_weights",
            f"{told} So something that act needs stands outside of the weights: a scale or a mean in a global, a "
            "variable of its "
            "own, statistics that are not weights; or the weights that were handed over are not those that played.",
        )

    def learned_and_lost(self) -> Diagnosis | None:
        """The best stretch lies in the past."""
        if len(self.lengths) < FEWEST_EPISODES:
            return None
        best, place = float(self.course.max()), float(self.course.argmax() / max(len(self.course) - 1, 1))
        if not self.is_better(best) or best < LEARNED or place >= ENDS:
            return None
        return Diagnosis(
            "learned_and_lost",
            f"It had learned it and lost it again: after {place:.0%} of its episodes {self.window} of them lasted {best:.0f} "
            f"steps on average, the last {self.window} lasted {self.course[-1]:.0f}. Keep the weights of the best "
            "policy and put "
            "them back at the end; a smaller step helps too.",
        )

    def ends_not_looked_at(self) -> Diagnosis | None:
        """By the source, what step says of an end is never read."""
        name = unread_end(self.source)
        if not name:
            return None
        return Diagnosis(
            "ends_ignored",
            f"`{name}`, with which env.step says that the pole fell, is never read, so an end counts as no end; "
            "episodes lasted "
            f"{self.course[-1]:.0f} steps in the end. What follows a fall is worth 0: nothing of the next episode "
            "belongs to it.",
        )

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
            f"The network gives a pole that stands a value of {standing:.0f} and one that is about to fall "
            f"{fallen:.0f}: it does not "
            "know that an episode ends there. In the target, reward + discount * next value, the next value is 0 after "
            "`terminated`.",
        )

    def few_episodes(self) -> Diagnosis | None:
        """Hardly anything was played."""
        if len(self.lengths) >= FEWEST_EPISODES:
            return None
        return Diagnosis(
            "few_episodes",
            f"It has played {len(self.lengths)} episodes to their end. That is little to learn from: some hundred are "
            "usual, and "
            "with make_env(32), 32 are played at a time.",
        )

    def _has_fallen(self) -> bool:
        """Whether episodes became shorter than at random in training, and never long."""
        if len(self.course) < FEWEST_TOGETHER:
            return False
        best = float(self.course[: len(self.course) // 2 + 1].max())
        return best < 2 * LEVEL_OF_RANDOM and self.course[-1] < min(0.7 * best, 14)

    @cached_property
    def late_share(self) -> float:
        """The share of action 1 in the last steps of the training."""
        _, actions = rows_of(self.trained.recorder.last)
        return float(np.mean(actions[-1_000:])) if len(actions) else 0.5

    def unlearns(self) -> Diagnosis | None:
        """Episodes became shorter in training."""
        if not self._has_fallen() or self.played.mean > 25 or not 0.03 < self.late_share < 0.97:
            return None
        start, end = float(self.course[: len(self.course) // 2 + 1].max()), float(self.course[-1])
        return Diagnosis(
            "unlearns",
            f"In training the episodes got shorter: {start:.0f} steps in the first half, {end:.1f} in the end (random "
            "actions: 22). So bad "
            "actions are praised. Is the sign of the loss right (minus log-probability times advantage; the best kept "
            "and not the "
            "worst)? Is an action credited with the rewards that came after it, and not before? Do observation and "
            "action of one step belong together?",
        )

    def no_exploration(self) -> Diagnosis | None:
        """From the first step on the action followed from the observation."""
        if self.course.max() > LEARNED:
            return None
        observations, actions = rows_of(self.trained.recorder.first)
        observations, actions = observations[:1_000], actions[:1_000]
        if len(actions) < 300:
            return None
        columns = np.column_stack([observations / (observations.std(axis=0) + 1e-9), np.ones(len(actions))])
        weights = np.linalg.lstsq(columns, 2.0 * actions - 1, rcond=None)[0]
        follows = float(np.mean((columns @ weights > 0) == (actions == 1)))
        if follows < SAME_ANSWER:
            return None
        return Diagnosis(
            "no_exploration",
            f"{follows:.0%} of the first {len(actions)} actions of the training follow from the observation by one "
            "fixed rule: it "
            "never tries anything else. Draw the action from the policy's probabilities, or at random now and then.",
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
            f"The network gives every observation values of about {middle:.2f} (deviation {spread:.2f}): that is the "
            "reward of one "
            "step, and nothing of what follows. Is the discount near 1 (0.99)? Is the target network ever updated?",
        )

    def still_rising(self) -> Diagnosis | None:
        """The returns were still growing when the training ended."""
        third = len(self.course) // 3
        if third < 10:
            return None
        early, late = float(self.course[:third].mean()), float(self.course[-1])
        before = float(self.course[2 * third - 1])
        if late < 1.3 * before or late < 1.5 * early or late < 30:
            return None
        return Diagnosis(
            "stopped_too_early",
            f"The episodes were still getting longer when training ended: {early:.0f} steps in the first third, "
            f"{before:.0f} after "
            f"two thirds, {late:.0f} in the end. Go on for longer, until they hardly fall any more.",
        )

    def columns_unseen(self) -> Diagnosis | None:
        """Columns that no answer depends on."""
        if not 0.02 < np.mean(self.answers) < 0.98 or self.asked_twice < SAME_ANSWER:
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
            f"With other numbers in {'column' if len(unseen) == 1 else 'columns'} {', '.join(map(str, unseen))} of the "
            "observation, counted from 0, act answers all the same. All four are needed: are they cut off somewhere, "
            "or set to 0 "
            "by their scale?",
        )

    def one_action(self) -> Diagnosis | None:
        """Nearly always the same action."""
        share = float(np.mean(self.played.actions))
        if 0.03 < share < 0.97:
            return None
        return Diagnosis(
            "one_action",
            f"act answers {share:.0%} of the observations with 1: nearly always the same action; in the last steps of the "
            f"training {self.late_share:.0%} were 1. Is the rate so large that one output won for good? Are the "
            "advantages centred (less their mean), the columns' scales evened out? Does act "
            "compare logits with 0 and probabilities with 0.5?",
        )

    def hardly_moved(self) -> Diagnosis | None:
        """Kernels that moved by next to nothing."""
        moves = self.kernel_moves
        if moves and max(moves) < 0.05:
            return Diagnosis(
                "policy_hardly_moved",
                f"train changed no kernel of the policy by more than {max(moves):.1%} of its size, and episodes lasted "
                f"{self.course[-1]:.0f} steps in the end. A larger rate, or more updates.",
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
                f"Weights that begin at 0 are {max(from_zero):.2g} at most after train, and episodes lasted "
                f"{self.course[-1]:.0f} steps "
                "in the end. A larger rate, or more updates.",
            )
        return None

    def rate_too_large(self) -> Diagnosis | None:
        """Weights that grew beyond all bounds."""
        grown = [
            (size_of(new), size_of(old))
            for old, new in zip(self.trained.before, self.trained.weights, strict=False)
            if np.ndim(old) >= 2 and np.shape(old) == np.shape(new)
        ]
        for new, old in grown:
            if new > max(10 * old, 5.0):
                return Diagnosis(
                    "rate_too_large",
                    f"The weights of a layer have a size of {new:.3g} after training (root mean square; {old:.2g} "
                    "before): outputs as large "
                    "as that never change their mind. The learning rate is too large; with Adam try 0.01.",
                )
        return None

    def little_played(self) -> Diagnosis | None:
        """Fewer episodes than any usual way needs, and no better for it."""
        if len(self.lengths) >= USUAL_EPISODES or self._has_fallen():
            return None
        return Diagnosis(
            "few_episodes",
            f"It has played {len(self.lengths)} episodes; {self.window} in a row lasted {self.course[0]:.0f} steps at "
            "first and "
            f"{self.course[-1]:.0f} in the end. That is little to learn from: some hundred to a thousand are usual. "
            "More updates.",
        )

    def credited_wrongly(self) -> Diagnosis | None:
        """It moves, and towards nothing: what is left when all that can be measured is excluded."""
        if len(self.lengths) < USUAL_EPISODES or self.course[-1] > 2 * LEVEL_OF_RANDOM:
            return None
        return Diagnosis(
            "credited_wrongly",
            f"It has changed the policy in {len(self.lengths)} episodes, and they hardly got longer: "
            f"{self.course[0]:.0f} steps at "
            f"first, {self.course[-1]:.0f} in the end. So it praises at random. Is each action credited with what came "
            "after it (the sum "
            "of the rewards from there to the end of its own episode, and not before, not the next episode's)? Do "
            "observation and "
            "action of one step belong together?",
        )

    def otherwise(self) -> Diagnosis:
        """Where nothing explains it."""
        start, best, end = float(self.course[0]), float(self.course.max()), float(self.course[-1])
        learned = (
            "It never learned. Look, in this order, at the sign of the loss, at what each action is credited with "
            "(what came after "
            "it, within its own episode), and at the learning rate."
            if best < 2 * max(start, 20)
            else "It has learned something. Look, in this order, at the returns over the updates (do they still rise, or fall?), at "
            "the scales of the four columns, and at the learning rate."
        )
        return Diagnosis(
            "no_cause_found",
            f"In training, {self.window} episodes in a row lasted {start:.0f} steps at first, {best:.0f} at best and "
            f"{end:.0f} in the "
            f"end ({len(self.lengths)} episodes in all). {learned}",
        )


def size_of(array: Any) -> float:
    """Root mean square."""
    return float(np.sqrt(np.mean(np.square(array, dtype=np.float64)))) if np.size(array) else 0.0


def unread_end(source: str) -> str:
    """The name to which the third part of `env.step(...)` is given, if no line reads it; empty if any does."""
    tree = ast.parse(source)
    read = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}
    names = []
    for node in ast.walk(tree):
        if not isinstance(node, ast.Assign) or not isinstance(node.value, ast.Call):
            continue
        function, target = node.value.func, node.targets[0]
        if isinstance(function, ast.Attribute) and function.attr == "step" and isinstance(target, ast.Tuple):
            if len(target.elts) != 5:
                return ""
            if not isinstance(target.elts[2], ast.Name):
                return ""
            names.append(target.elts[2].id)
    # Random play for the columns' scales may ignore it: every call must.
    return names[0] if names and not any(name in read for name in names) else ""
