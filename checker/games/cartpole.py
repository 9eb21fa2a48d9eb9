"""The judge's side of kata 08: a disguised CartPole, served to a worker and played with its answers.

The environment runs here and a worker only gets what `answer` returns, so there is nothing in the worker
to look into. A game is Gymnasium's CartPole-v1 under a disguise that is drawn from the game's secret: the
columns of the observation are permuted and multiplied by factors of either sign, the two actions are
swapped or not. A learner does not notice; a controller written by hand does.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import gymnasium
import numpy as np
from numpy.typing import NDArray

from checker.judging.streams import Streams

MAX_EPISODE_STEPS = 500
# What one worker may have open at a time; the single environments count as one each.
MAX_OPEN_ENVIRONMENTS = 4096

# A hand-written controller pushes right where `observation @ weights > 0`. These are the ones people
# write (angle, angular velocity, both, with a little of the cart): all but the first two reach 475 and
# more on the undisguised game.
FIXED_RULES = (
    (0, 0, 1, 0),
    (0, 0, 0, 1),
    (0, 0, 1, 0.25),
    (0, 0, 1, 0.5),
    (0, 0, 1, 1),
    (0.01, 0.02, 1, 0.5),
    (0.05, 0.1, 1, 0.5),
    (0.1, 0.2, 1, 1),
)
_FIXED_RULE_LIMIT = 100.0


@dataclass(frozen=True)
class Disguise:
    """How a game differs from CartPole-v1: `observation[i] = state[columns[i]] * factors[i]`."""

    columns: tuple[int, ...]
    factors: tuple[float, ...]
    swapped: bool

    @classmethod
    def draw(cls, rng: np.random.Generator) -> Disguise:
        """Draw permutation, factors (between 1/4 and 4 in size, either sign) and the swap of actions."""
        sizes = np.exp(rng.uniform(-np.log(4.0), np.log(4.0), size=4))
        signs = rng.choice((-1.0, 1.0), size=4)
        return cls(
            columns=tuple(int(c) for c in rng.permutation(4)),
            factors=tuple(float(f) for f in sizes * signs),
            swapped=bool(rng.integers(2)),
        )

    @cached_property
    def _arrays(self) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        # A single environment takes a step in a few microseconds: making these anew would double that.
        return np.asarray(self.columns, np.int64), np.asarray(self.factors, np.float32)

    def observations(self, states: NDArray[Any]) -> NDArray[np.float32]:
        """States (..., 4) as the player sees them, float32."""
        columns, factors = self._arrays
        shown: NDArray[np.float32] = states[..., columns] * factors
        return shown

    def actions(self, actions: NDArray[Any]) -> NDArray[np.int64]:
        """The player's actions as those of CartPole-v1."""
        plain = np.asarray(actions, np.int64)
        return 1 - plain if self.swapped else plain

    def __str__(self) -> str:
        factors = ", ".join(f"{factor:+.2f}" for factor in self.factors)
        order = " ".join(str(column) for column in self.columns)
        return f"columns {order} times ({factors}), actions {'swapped' if self.swapped else 'as they are'}"


def draw_disguise(rng: np.random.Generator) -> Disguise:
    """Draw a disguise under which no rule of `FIXED_RULES` keeps the pole up for 100 steps on average.

    Each rule is tried with both signs, since a hand-written controller may have the actions the other way.
    """
    while True:
        disguise = Disguise.draw(rng)
        if best_fixed_rule(disguise, rng) <= _FIXED_RULE_LIMIT:
            return disguise


def best_fixed_rule(disguise: Disguise, rng: np.random.Generator, episodes: int = 20) -> float:
    """The highest mean return of a hand-written rule under this disguise, over `episodes` episodes each."""
    weights = np.asarray([rule for rule in FIXED_RULES for _ in range(episodes)], np.float32)
    weights = np.concatenate([weights, -weights])
    returns = play_episodes(
        disguise,
        lambda observations, rows: (np.einsum("ij,ij->i", observations, weights[rows]) > 0).astype(np.int64),
        len(weights),
        rng,
    )
    return float(returns.reshape(-1, episodes).mean(axis=1).max())


def play_episodes(
    disguise: Disguise,
    act: Callable[[NDArray[np.float32], NDArray[np.int64]], NDArray[np.int64]],
    episodes: int,
    rng: np.random.Generator,
) -> NDArray[np.float64]:
    """Play `episodes` episodes side by side; return the return of each, float64 (episodes,), at most 500.

    `act(observations, rows)` gets the observations (m, 4) of the m episodes that still run and their
    numbers (m,), in an order drawn anew at every step, so that a player cannot follow one episode by its
    place in the batch. It returns m actions, each 0 or 1.
    """
    env = _vector_environment(episodes)
    states, _ = env.reset(seed=_large(rng))
    returns = np.zeros(episodes)
    running = np.arange(episodes)
    while len(running):
        rows = rng.permutation(running)
        actions = np.zeros(episodes, np.int64)
        actions[rows] = disguise.actions(act(disguise.observations(states[rows]), rows))
        states, _, terminated, truncated, _ = env.step(actions)
        returns[running] += 1.0
        # An episode that has ended is begun again by the environment and left alone by us.
        running = running[~(terminated | truncated)[running]]
    env.close()
    return returns


@dataclass
class _Open:
    """An environment that a worker has open. `num_envs` is 0 for a single one."""

    env: Any
    num_envs: int
    # Whether a step may be taken: after a reset, and for a single one until its episode ends.
    ready: bool = False
    # Whether there was a reset, after which the environment draws its starts itself.
    has_generator: bool = False
    # Steps of the running episodes, float64 (size,).
    lengths: NDArray[np.float64] = field(init=False)

    def __post_init__(self) -> None:
        self.lengths = np.zeros(self.size)

    @property
    def size(self) -> int:
        return max(self.num_envs, 1)


class CartPoleGame:
    """One disguised CartPole: served to a worker that trains, and played against hidden starts.

    Attributes:
        disguise: the disguise of this game.
        steps: environment steps served to workers so far (a step of 32 environments counts 32).
        episodes: episodes that workers have begun so far.
        returns: how long each episode lasted that workers have played to its end, in the order of the ends.
        widest: the most environments that were opened together; of so many episodes the short ones end first.
    """

    def __init__(self, secret: int) -> None:
        """Draw the game. `secret` (see `Streams`) decides the disguise, every start, and the hidden episodes."""
        self._streams = Streams(secret)
        self.disguise = draw_disguise(self._streams.hidden("disguise"))
        # The hidden episodes have a stream of their own: they do not depend on how much was trained.
        self._hidden = self._streams.hidden("hidden episodes")
        self._starts = self._streams.hidden("starts")
        self._open: dict[int, _Open] = {}
        self._next = 0
        self.steps = 0
        self.episodes = 0
        self.returns: list[float] = []
        self.widest = 1

    def play(
        self, act: Callable[[NDArray[np.float32]], NDArray[np.int64]], episodes: int = 100
    ) -> NDArray[np.float64]:
        """Play hidden episodes with `act`, observations (m, 4) float32 to m actions; return the returns.

        All episodes run side by side, so `act` is called at most 500 times, with at most `episodes` rows.
        """
        return play_episodes(self.disguise, lambda observations, _: act(observations), episodes, self._hidden)

    def answer(self, request: dict[str, Any]) -> Any:
        """Answer one request of a worker's environment (see `checker.judging.worker.served_environments`).

        Raises:
            ValueError: the request is malformed or asks for too much. It counts against the submission.
        """
        if not isinstance(request, dict):
            raise ValueError(f"a request must be a dict, got {type(request).__name__}")
        kind = request.get("do")
        if kind == "step":
            return self._step(request)
        if kind == "reset":
            return self._reset(request)
        if kind == "make":
            return self._make(request)
        raise ValueError(f"no such request: {str(kind)[:40]!r}")

    def close(self) -> None:
        """Close every environment that a worker left open."""
        for number in list(self._open):
            self._free(number)

    def _make(self, request: dict[str, Any]) -> int:
        """Open environments; `num_envs` 0 means a single one. Return the number to name it by."""
        freed = request.get("free", [])
        if not isinstance(freed, list):
            raise ValueError("free must be a list of environments")
        for number in freed:
            self._free(_integer(number, "free", 0, 2**63 - 1))
        num_envs = _integer(request.get("num_envs"), "num_envs", 0, MAX_OPEN_ENVIRONMENTS)
        already = sum(opened.size for opened in self._open.values())
        asked = max(num_envs, 1)
        if already + asked > MAX_OPEN_ENVIRONMENTS:
            raise ValueError(
                f"{already} environments are open and {asked} more were asked for; "
                f"at most {MAX_OPEN_ENVIRONMENTS} may be open at a time (close() gives them back)"
            )
        env = _vector_environment(num_envs) if num_envs else _single_environment()
        self.widest = max(self.widest, num_envs)
        self._next += 1
        self._open[self._next] = _Open(env, num_envs)
        return self._next

    def _reset(self, request: dict[str, Any]) -> NDArray[np.float32]:
        """Begin anew; return the observation, float32 (4,) or (num_envs, 4)."""
        opened = self._opened(request)
        seed: int | None = None
        if request.get("seed") is None:
            # As Gymnasium promises: without a seed the environment's own generator goes on. It has none before the
            # first reset, and that one must come from this game.
            if not opened.has_generator:
                seed = _large(self._starts)
        else:
            # The same seed gives the same episode, but not the one that Gymnasium gives for it, from which the
            # disguise could be read off.
            seed = self._streams.number("reset", _integer(request["seed"], "seed", 0, 2**63 - 1))
        states, _ = opened.env.reset(seed=seed)
        opened.ready = opened.has_generator = True
        opened.lengths[:] = 0
        self.episodes += opened.size
        return self.disguise.observations(states)

    def _step(self, request: dict[str, Any]) -> NDArray[np.float32]:
        """Take one step.

        Return float32 of shape (7,) or (num_envs, 7): the observation, the reward, and whether the episode
        was terminated and truncated. One array is one buffer on the channel, four would be four.
        """
        opened = self._opened(request)
        if not opened.ready:
            raise ValueError("a step was asked for before a reset")
        if opened.num_envs == 0:
            action = _integer(request.get("action"), "action", 0, 1)
            state, *rest, _ = opened.env.step(1 - action if self.disguise.swapped else action)
            opened.ready = not (rest[1] or rest[2])
            self.steps += 1
            opened.lengths[0] += 1
            if not opened.ready:
                self.returns.append(float(opened.lengths[0]))
            reply = np.empty(7, np.float32)
            reply[:4], reply[4:] = self.disguise.observations(state), rest
            return reply
        actions = request.get("action")
        if (
            not isinstance(actions, np.ndarray)
            or actions.shape != (opened.num_envs,)
            or actions.dtype.kind not in "iu"
        ):
            raise ValueError(f"action must be an array of {opened.num_envs} whole numbers")
        if not ((actions == 0) | (actions == 1)).all():
            raise ValueError("every action must be 0 or 1")
        states, *rest, _ = opened.env.step(self.disguise.actions(actions))
        ended = rest[1] | rest[2]
        self.steps += opened.num_envs
        self.episodes += int(ended.sum())
        # The step after an end begins anew and has no reward.
        opened.lengths += rest[0] > 0
        self.returns += opened.lengths[ended].tolist()
        opened.lengths[ended] = 0
        replies = np.empty((opened.num_envs, 7), np.float32)
        replies[:, :4], replies[:, 4:] = self.disguise.observations(states), np.stack(rest, axis=1)
        return replies

    def _opened(self, request: dict[str, Any]) -> _Open:
        number = request.get("env")
        if not isinstance(number, int) or number not in self._open:
            raise ValueError("no such environment is open")
        return self._open[number]

    def _free(self, number: int) -> None:
        """Close an environment; one that is not open needs no closing."""
        opened = self._open.pop(number, None)
        if opened is not None:
            opened.env.close()


def _single_environment() -> Any:
    """CartPole-v1 with its limit of 500 steps; the checks of the actions are ours."""
    return gymnasium.make("CartPole-v1", disable_env_checker=True)


def _vector_environment(num_envs: int) -> Any:
    """`num_envs` CartPole-v1 in one array program: one that ended begins anew at the next step."""
    return gymnasium.make_vec(
        "CartPole-v1",
        num_envs=num_envs,
        vectorization_mode="vector_entry_point",
        max_episode_steps=MAX_EPISODE_STEPS,
    )


def _large(rng: np.random.Generator) -> int:
    """A seed of 128 bits for Gymnasium: of 31 all could be tried, to find the one that a start came from."""
    return int.from_bytes(rng.bytes(16), "big")


def _integer(value: Any, what: str, low: int, high: int) -> int:
    """The value, if it is a whole number in that range."""
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise ValueError(f"{what} must be a whole number from {low} to {high}")
    return value
