"""What the judge has seen of a training and of the play after it, for the experiments of kata 08."""

from __future__ import annotations

import ast
from collections import deque
from collections.abc import Callable
from functools import cached_property
from typing import Any

import numpy as np

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
USUAL_EPISODES = 1_000
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


class Measured:
    """One game: its training, the play after it, and what follows from both."""

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

    def _course_was_good(self) -> bool:
        return bool(
            len(self.lengths) and self.course[-1] >= max(SURELY_BETTER_THAN_RANDOM, FACTOR * self.played.mean)
        )

    @cached_property
    def asked_twice(self) -> float:
        """The share of observations that act answers alike when it is asked again."""
        return float(np.mean(self.answers == self.answer(self.rows)))

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
