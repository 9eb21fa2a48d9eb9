# Without Gymnasium's types, its base classes are Any to mypy.
# mypy: disallow-subclassing-any=False
"""The worker's side of kata 08: Gymnasium environments whose steps are taken by the judge.

`make_env()` gives a `gymnasium.Env` and `make_env(32)` a `gymnasium.vector.VectorEnv`. Both look and
behave like Gymnasium's own CartPole-v1 (wrappers, spaces, seeds, the limit of 500 steps), but hold no
physics: every reset and step is a request over the channel.

The bounds of the observation space are left open. Those of CartPole-v1 would give away which column is
the angle.
"""

from __future__ import annotations

import threading
import warnings
from collections.abc import Callable
from typing import Any, ClassVar

import gymnasium
import numpy as np
from gymnasium.envs.registration import EnvSpec
from gymnasium.error import ResetNeeded
from gymnasium.spaces import Box, Discrete
from gymnasium.vector import AutoresetMode, VectorEnv
from gymnasium.vector.utils import batch_space
from numpy.typing import NDArray

from checker.judging.worker.time_limit import HOLD
from checker.languages.texts import say

Ask = Callable[[dict[str, Any]], Any]


def _spec(make: Callable[..., Any]) -> EnvSpec:
    """What Gymnasium keeps of an environment; `make` gives another one of the same kind."""
    return EnvSpec(id="DisguisedCartPole-v1", entry_point=make, max_episode_steps=500, reward_threshold=475.0)


def make_env_factory(ask: Ask) -> Callable[..., Any]:
    """Return the `make_env` that `train` gets.

    Args:
        ask: sends a request (plain data and arrays) to the judge and returns its reply.
    """
    channel = _Channel(ask)

    def make_env(num_envs: int | None = None) -> gymnasium.Env[Any, Any] | VectorEnv[Any, Any, Any]:
        """One CartPole (no argument), or `num_envs` of them that take their steps together."""
        if num_envs is None:
            return ServedEnv(channel)
        count = int(num_envs)
        if count < 1 or count != num_envs:
            raise ValueError(
                say("make_env(num_envs) needs a whole number of 1 or more, got {given!r}", given=num_envs)
            )
        return ServedVectorEnv(channel, count)

    return make_env


class _Channel:
    """The requests, one at a time even if the submission uses threads."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._lock = threading.Lock()
        # Environments that were closed or forgotten; the judge is told when the next one is made. A
        # garbage collection may run in the middle of a request, so it must not send one of its own.
        self.forgotten: list[int] = []

    def make(self, num_envs: int) -> int:
        """Open environments in the judge (0: a single one); return their number."""
        freed = self.forgotten[:]
        del self.forgotten[: len(freed)]
        return int(self.request({"do": "make", "num_envs": num_envs, "free": freed}))

    def request(self, request: dict[str, Any]) -> Any:
        with self._lock, HOLD:
            return self._ask(request)


class _Served:
    """What the single and the vectorised environment share: their number in the judge."""

    _number: int | None = None
    _channel: _Channel

    def _reset(self, seed: int | None, options: dict[str, Any] | None) -> NDArray[np.float32]:
        if options:
            raise ValueError(
                say(
                    "This CartPole takes no options at reset, got {options!r}; leave them out.",
                    options=options,
                )
            )
        request = {"do": "reset", "env": self._open_number(), "seed": None if seed is None else int(seed)}
        observations: NDArray[np.float32] = self._channel.request(request)
        return observations

    def _open_number(self) -> int:
        if self._number is None:
            raise ValueError(say("This environment was closed; make a new one with make_env()."))
        return self._number

    def _forget(self) -> None:
        if self._number is not None:
            self._channel.forgotten.append(self._number)
            self._number = None

    def __del__(self) -> None:
        self._forget()

    def render(self) -> None:
        """Draw nothing, as Gymnasium's environments do without a render mode, and say so once."""
        warnings.warn(
            say(
                "The judge's CartPole has no picture. To watch one, use gymnasium.make('CartPole-v1', "
                "render_mode='human') in a script of your own."
            ),
            stacklevel=2,
        )


class ServedEnv(_Served, gymnasium.Env[NDArray[np.float32], int]):
    """One CartPole: observations float32 (4,), actions 0 and 1, reward 1 per step, at most 500 steps."""

    metadata: ClassVar[dict[str, Any]] = {"render_modes": []}

    def __init__(self, channel: _Channel) -> None:
        self.spec = _spec(lambda: ServedEnv(channel))
        self.action_space = Discrete(2)
        self.observation_space = Box(-np.inf, np.inf, (4,), np.float32)
        self._channel = channel
        self._running = False
        self._number = channel.make(0)

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[NDArray[np.float32], dict[str, Any]]:
        """Begin an episode; return the observation, float32 (4,), and an empty info."""
        super().reset(seed=seed)
        observation = self._reset(seed, options)
        self._running = True
        return observation, {}

    def step(self, action: Any) -> tuple[NDArray[np.float32], float, bool, bool, dict[str, Any]]:
        """Take one step with action 0 or 1; return observation, reward, terminated, truncated, info.

        Raises:
            gymnasium.error.ResetNeeded: there was no reset, or the episode has ended.
        """
        if not self._running:
            raise ResetNeeded(
                say(
                    "No episode is running: call env.reset() at the start, and again as soon as a step returns "
                    "terminated or truncated."
                )
            )
        number = self._open_number()
        reply = self._channel.request({"do": "step", "env": number, "action": _one_action(action)})
        *_, reward, terminated, truncated = reply.tolist()
        self._running = not (terminated or truncated)
        return reply[:4], reward, bool(terminated), bool(truncated), {}

    def close(self) -> None:
        """Give the environment back."""
        self._forget()


def _one_action(action: Any) -> int:
    """The action as a number; an array that holds one is refused, as Gymnasium's CartPole does.

    Raises:
        ValueError: it is neither 0 nor 1.
    """
    if type(action) is int and action in (0, 1):
        return action  # the usual case, and the quick one
    shape = np.shape(action)
    if shape:
        raise ValueError(
            say(
                "An action is 0 or 1, got an array of shape {shape}. One environment takes one number: "
                "int(action[0]).",
                shape=shape,
            )
        )
    if action not in (0, 1):
        raise ValueError(say("An action must be 0 or 1, got {action!r}.", action=action))
    return int(action)


class ServedVectorEnv(_Served, VectorEnv[NDArray[np.float32], NDArray[np.int64], NDArray[Any]]):
    """`num_envs` CartPoles that take their steps together, with Gymnasium's usual autoreset.

    Autoreset is "next step": where an episode has ended, the next step ignores the action, starts anew,
    and returns the first observation with reward 0.
    """

    metadata: ClassVar[dict[str, Any]] = {"render_modes": [], "autoreset_mode": AutoresetMode.NEXT_STEP}

    def __init__(self, channel: _Channel, num_envs: int) -> None:
        self.spec = _spec(lambda: ServedEnv(channel))
        self.num_envs = num_envs
        self.single_action_space = Discrete(2)
        self.single_observation_space = Box(-np.inf, np.inf, (4,), np.float32)
        self.action_space = batch_space(self.single_action_space, num_envs)
        self.observation_space = batch_space(self.single_observation_space, num_envs)
        self._channel = channel
        self._running = False
        self._number = channel.make(num_envs)

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[NDArray[np.float32], dict[str, Any]]:
        """Begin an episode in every environment; return observations float32 (num_envs, 4), empty info."""
        super().reset(seed=seed)
        observations = self._reset(seed, options)
        self._running = True
        return observations, {}

    def step(
        self, actions: Any
    ) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[Any], NDArray[Any], dict[str, Any]]:
        """Take one step in every environment; `actions` are num_envs numbers, each 0 or 1.

        Returns observations float32 (num_envs, 4), rewards float32, terminated and truncated bool
        (num_envs,), and an empty info.
        """
        if not self._running:
            raise ResetNeeded(say("Call envs.reset() before the first step."))
        number = self._open_number()
        plain = np.asarray(actions)
        if plain.shape != (self.num_envs,):
            raise ValueError(
                say(
                    "{count} environments need {count} actions, got shape {shape}.",
                    count=self.num_envs,
                    shape=plain.shape,
                )
            )
        if plain.dtype.kind not in "iub":
            raise ValueError(
                say("Actions must be whole numbers (0 or 1), got dtype {dtype}.", dtype=plain.dtype)
            )
        if not ((plain == 0) | (plain == 1)).all():
            raise ValueError(say("Every action must be 0 or 1, got {given}.", given=np.unique(plain)[:5]))
        reply = self._channel.request({"do": "step", "env": number, "action": plain.astype(np.int64)})
        return reply[:, :4].copy(), reply[:, 4].copy(), reply[:, 5] > 0, reply[:, 6] > 0, {}

    def close_extras(self, **kwargs: Any) -> None:
        """Give the environments back."""
        self._forget()
