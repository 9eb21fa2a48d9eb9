"""What Gymnasium promises of an environment holds for the one that the judge serves, step by step."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import gymnasium
import numpy as np
import pytest
from gymnasium import wrappers
from gymnasium.utils.env_checker import check_env

from checker.games.cartpole import CartPoleGame, Disguise
from checker.judging.worker.served_environments import make_env_factory

PLAIN = Disguise((0, 1, 2, 3), (1.0, 1.0, 1.0, 1.0), False)
MakeEnv = Callable[..., Any]


class SameStarts:
    """Gives the judge's game and Gymnasium's own the same seeds: what the judge makes of a seed is noted here."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.game = CartPoleGame(7)
        self.game.disguise = PLAIN
        self.make_env = make_env_factory(self.game.answer)
        self.seeds: list[int | None] = []
        original = gymnasium.envs.classic_control.CartPoleEnv.reset
        of_vector = gymnasium.envs.classic_control.cartpole.CartPoleVectorEnv.reset

        def noted(function: Callable[..., Any]) -> Callable[..., Any]:
            def reset(env: Any, *, seed: int | None = None, options: Any = None) -> Any:
                self.seeds.append(seed)
                return function(env, seed=seed, options=options)

            return reset

        monkeypatch.setattr(gymnasium.envs.classic_control.CartPoleEnv, "reset", noted(original))
        monkeypatch.setattr(
            gymnasium.envs.classic_control.cartpole.CartPoleVectorEnv, "reset", noted(of_vector)
        )

    def reset_both(self, served: Any, own: Any, seed: int | None) -> None:
        """Reset both, the second with the seed that the first one got in the judge."""
        ours, info = served.reset(seed=seed)
        theirs, own_info = own.reset(seed=self.seeds[-1])
        assert ours.tolist() == theirs.tolist()
        assert (ours.dtype, info) == (theirs.dtype, own_info)


@pytest.fixture
def same(monkeypatch: pytest.MonkeyPatch) -> SameStarts:
    return SameStarts(monkeypatch)


@pytest.fixture
def make_env() -> MakeEnv:
    return make_env_factory(CartPoleGame(7).answer)


def test_gymnasiums_own_check_passes(make_env: MakeEnv) -> None:
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        check_env(make_env())
    # The bounds are left open on purpose: those of CartPole-v1 would give the columns away.
    assert all("infinity" in str(one.message) for one in said)


def test_one_environment_goes_step_by_step_as_cartpole(same: SameStarts) -> None:
    served, own = same.make_env(), gymnasium.make("CartPole-v1")
    actions = np.random.default_rng(0)
    for seed in (None, 5, None, None, 5, 6, None):
        same.reset_both(served, own, seed)
        while True:
            action = int(actions.integers(2))
            (ours, *rest), (theirs, *own_rest) = served.step(action), own.step(action)
            assert ours.tolist() == theirs.tolist()
            assert (ours.dtype, rest) == (theirs.dtype, own_rest)
            if rest[1] or rest[2]:
                break


def test_many_environments_go_step_by_step_as_cartpole(same: SameStarts) -> None:
    """With what happens where one of them ends: the next step begins anew, and gives no reward."""
    served = same.make_env(5)
    own = gymnasium.make_vec("CartPole-v1", num_envs=5, vectorization_mode="vector_entry_point")
    actions = np.random.default_rng(0)
    for seed in (None, 5, None, 5):
        same.reset_both(served, own, seed)
        for _ in range(120):
            chosen = actions.integers(2, size=5)
            (*ours, info), (*theirs, own_info) = served.step(chosen), own.step(chosen)
            assert [part.tolist() for part in ours] == [part.tolist() for part in theirs]
            assert [part.dtype for part in ours] == [part.dtype for part in theirs]
            assert info == own_info
    assert served.metadata["autoreset_mode"] == own.metadata["autoreset_mode"]


@pytest.mark.parametrize("count", [None, 3])
def test_what_follows_a_seed_repeats(make_env: MakeEnv, count: int | None) -> None:
    env = make_env(count)
    starts = [[env.reset(seed=s)[0].tolist() for s in (9, None, None)] for _ in range(2)]
    assert starts[0] == starts[1]
    assert starts[0][0] != starts[0][1] != starts[0][2]
    other = make_env(count)
    assert [other.reset(seed=s)[0].tolist() for s in (9, None, None)] == starts[0]


@pytest.mark.parametrize("count", [None, 3])
def test_what_is_known_of_an_environment(make_env: MakeEnv, count: int | None) -> None:
    env = make_env(count)
    env.reset(seed=4)
    assert env.spec.max_episode_steps == 500
    assert env.unwrapped is env
    assert env.np_random_seed == 4
    assert env.render_mode is None
    with pytest.warns(UserWarning, match="no picture"):
        assert env.render() is None
    assert env.action_space.contains(env.action_space.sample())
    env.close()
    env.close()


WRAPPERS: dict[str, Callable[[Any], Any]] = {
    "RecordEpisodeStatistics": wrappers.RecordEpisodeStatistics,
    "TimeLimit": lambda env: wrappers.TimeLimit(env, max_episode_steps=6),
    "NormalizeObservation": wrappers.NormalizeObservation,
    "NormalizeReward": wrappers.NormalizeReward,
    "FrameStackObservation": lambda env: wrappers.FrameStackObservation(env, 2),
    "Autoreset": wrappers.Autoreset,
    "several": lambda env: wrappers.RecordEpisodeStatistics(wrappers.TimeLimit(env, max_episode_steps=6)),
}


@pytest.mark.parametrize("wrap", WRAPPERS.values(), ids=WRAPPERS)
def test_wrappers_see_the_same(same: SameStarts, wrap: Callable[[Any], Any]) -> None:
    served, own = wrap(same.make_env()), wrap(gymnasium.make("CartPole-v1"))
    ours, _ = served.reset(seed=1)
    theirs, _ = own.reset(seed=same.seeds[-1])
    assert np.array_equal(ours, theirs)
    for _ in range(6):
        (ours, reward, *ends, info), (theirs, own_reward, *own_ends, own_info) = served.step(0), own.step(0)
        assert np.array_equal(ours, theirs)
        assert (reward, ends) == (own_reward, own_ends)
        assert info.keys() == own_info.keys()
        if any(ends):
            break


@pytest.mark.parametrize("action", [np.array([1]), [1], np.array([[0]]), (0, 1)])
def test_an_array_as_action_is_named_with_what_to_write(make_env: MakeEnv, action: Any) -> None:
    env = make_env()
    env.reset()
    with pytest.raises(ValueError, match=r"An action is 0 or 1, got an array of shape .* int\(action\[0\]\)"):
        env.step(action)
