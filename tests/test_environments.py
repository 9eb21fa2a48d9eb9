"""Kata 08's CartPole: disguised and played in the judge, served to a worker as a usual Gymnasium environment."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import gymnasium
import numpy as np
import pytest
from gymnasium.vector import AutoresetMode, SyncVectorEnv
from hypothesis import given, settings
from hypothesis import strategies as st

from checker.catalog import load_kata
from checker.games.cartpole import (
    FIXED_RULES,
    MAX_OPEN_ENVIRONMENTS,
    CartPoleGame,
    Disguise,
    best_fixed_rule,
    play_episodes,
)
from checker.judging.session import JudgeOptions, judge
from checker.judging.worker.served_environments import make_env_factory
from checker.verdict import Outcome

PLAIN = Disguise((0, 1, 2, 3), (1.0, 1.0, 1.0, 1.0), False)


def rule(weights: Any) -> Callable[[np.ndarray], np.ndarray]:
    return lambda observations: (observations @ np.asarray(weights) > 0).astype(np.int64)


def undisguised(game: CartPoleGame, weights: Any) -> np.ndarray:
    """A rule for the plain game as a rule for this one, for somebody who knows the disguise."""
    found = np.array(
        [weights[c] / f for c, f in zip(game.disguise.columns, game.disguise.factors, strict=True)]
    )
    return -found if game.disguise.swapped else found


@pytest.fixture
def game() -> CartPoleGame:
    return CartPoleGame(7)


@pytest.fixture
def make_env(game: CartPoleGame) -> Callable[..., Any]:
    return make_env_factory(game.answer)


# The game.


def test_a_hand_written_rule_balances_the_plain_game() -> None:
    assert best_fixed_rule(PLAIN, np.random.default_rng(0)) == 500


@pytest.mark.parametrize("seed", range(8))
def test_hand_written_rules_fall_in_the_disguise(seed: int) -> None:
    game = CartPoleGame(seed)
    for weights in FIXED_RULES:
        for sign in (1, -1):
            assert game.play(rule(sign * np.asarray(weights))).mean() < 475
    assert game.play(rule(undisguised(game, (0, 0, 1, 0.5)))).mean() == 500


def test_the_disguise_is_as_stated() -> None:
    disguises = [CartPoleGame(seed).disguise for seed in range(12)]
    factors = np.array([d.factors for d in disguises])
    assert (np.abs(factors) >= 0.25).all() and (np.abs(factors) <= 4).all()
    assert (factors > 0).any() and (factors < 0).any()
    assert {d.swapped for d in disguises} == {True, False}
    assert all(sorted(d.columns) == [0, 1, 2, 3] for d in disguises)
    assert len(set(disguises)) == 12


def test_the_same_seed_is_the_same_game() -> None:
    one, other = CartPoleGame(3), CartPoleGame(3)
    weights = np.array([1.0, 0.2, -0.3, 0.4])
    assert one.disguise == other.disguise
    assert one.play(rule(weights)).tolist() == other.play(rule(weights)).tolist()


def test_hidden_episodes_do_not_depend_on_training() -> None:
    one, other = CartPoleGame(3), CartPoleGame(3)
    env = make_env_factory(other.answer)()
    env.reset()
    env.step(1)
    assert one.play(rule(np.ones(4))).tolist() == other.play(rule(np.ones(4))).tolist()


def test_rows_are_shuffled_and_leave_when_they_end() -> None:
    sizes: list[int] = []
    orders: list[list[int]] = []

    def act(observations: np.ndarray, rows: np.ndarray) -> np.ndarray:
        sizes.append(len(observations))
        orders.append(rows.tolist())
        return np.ones(len(rows), np.int64)

    returns = play_episodes(PLAIN, act, 30, np.random.default_rng(0))
    assert sizes[0] == 30 and sizes == sorted(sizes, reverse=True)
    assert orders[0] != orders[1] and sorted(orders[0]) == sorted(orders[1])
    assert returns.sum() == sum(sizes) and returns.max() == len(sizes)


def test_the_mean_return_of_chance_is_that_of_gymnasium() -> None:
    rng = np.random.default_rng(0)
    returns = play_episodes(PLAIN, lambda o, _: rng.integers(2, size=len(o)), 2000, rng)
    assert abs(returns.mean() - 22.3) < 1.5


# The environments that a worker sees.


def test_one_environment_is_a_usual_one(make_env: Callable[..., Any], game: CartPoleGame) -> None:
    env = gymnasium.wrappers.RecordEpisodeStatistics(make_env())
    assert env.action_space == gymnasium.spaces.Discrete(2)
    assert env.observation_space.shape == (4,)
    observation, info = env.reset(seed=1)
    assert observation.shape == (4,) and observation.dtype == np.float32 and info == {}
    assert env.observation_space.contains(observation)
    steps, ended = 0, False
    while not ended:
        observation, reward, terminated, truncated, info = env.step(env.action_space.sample())
        assert reward == 1.0 and type(terminated) is bool and type(truncated) is bool
        steps, ended = steps + 1, terminated or truncated
    assert info["episode"]["l"] == steps == game.steps
    env.close()


def test_the_limit_is_500_steps(make_env: Callable[..., Any], game: CartPoleGame) -> None:
    env, policy = make_env(), rule(undisguised(game, (0, 0, 1, 0.5)))
    observation, _ = env.reset()
    for step in range(1, 501):
        observation, _, terminated, truncated, _ = env.step(policy(observation[None])[0])
        assert not terminated and truncated == (step == 500)
    assert env.spec.max_episode_steps == 500


def test_many_environments_are_a_usual_vector(make_env: Callable[..., Any], game: CartPoleGame) -> None:
    envs = gymnasium.wrappers.vector.RecordEpisodeStatistics(make_env(6))
    assert envs.num_envs == 6 and envs.metadata["autoreset_mode"] is AutoresetMode.NEXT_STEP
    observations, info = envs.reset(seed=1)
    assert observations.shape == (6, 4) and observations.dtype == np.float32 and info == {}
    ended = np.zeros(6, bool)
    for _ in range(80):
        observations, rewards, terminated, truncated, info = envs.step(envs.action_space.sample())
        assert rewards.tolist() == (~ended).astype(float).tolist()
        assert terminated.dtype == truncated.dtype == bool
        # The step after an end gives the first observation of the next episode: close to upright and at rest.
        assert (np.abs(observations[ended]) <= 0.05 * 4 + 1e-6).all()
        ended = terminated | truncated
    assert game.steps == 480
    envs.close()


def test_gymnasium_can_make_a_vector_of_single_ones(make_env: Callable[..., Any]) -> None:
    envs = SyncVectorEnv([make_env] * 3)
    assert envs.reset(seed=0)[0].shape == (3, 4)
    assert envs.step(np.array([0, 1, 0]))[0].shape == (3, 4)


def test_seeds_repeat_but_are_not_those_of_gymnasium(
    make_env: Callable[..., Any], game: CartPoleGame
) -> None:
    env = make_env()
    first, again, other = (env.reset(seed=s)[0] for s in (5, 5, 6))
    assert first.tolist() == again.tolist() != other.tolist()
    plain, _ = gymnasium.make("CartPole-v1").reset(seed=5)
    assert not np.allclose(game.disguise.observations(plain), first)


def test_an_action_of_any_integer_type_will_do(make_env: Callable[..., Any]) -> None:
    env, envs = make_env(), make_env(2)
    env.reset()
    envs.reset()
    for action in (1, np.int64(0), np.array(1), True):
        env.step(action)
    for actions in ([0, 1], np.array([1, 0], np.int8), np.array([True, False])):
        envs.step(actions)


@pytest.mark.parametrize("action", [2, -1, 0.5, None, "left"])
def test_a_wrong_action_is_named(make_env: Callable[..., Any], action: Any) -> None:
    env = make_env()
    env.reset()
    with pytest.raises(ValueError, match="must be 0 or 1"):
        env.step(action)


@pytest.mark.parametrize("actions", [[0], [0, 1, 0], [0.0, 1.0], [0, 2]])
def test_wrong_actions_are_named(make_env: Callable[..., Any], actions: Any) -> None:
    envs = make_env(2)
    envs.reset()
    with pytest.raises(ValueError, match=r"actions|Actions|action must"):
        envs.step(actions)


def test_a_step_needs_a_running_episode(make_env: Callable[..., Any]) -> None:
    for env, action in ((make_env(), 0), (make_env(2), [0, 0])):
        with pytest.raises(gymnasium.error.ResetNeeded, match="reset"):
            env.step(action)
    env = make_env()
    env.reset()
    while True:
        *_, terminated, truncated, _ = env.step(1)
        if terminated or truncated:
            break
    with pytest.raises(gymnasium.error.ResetNeeded, match="terminated or truncated"):
        env.step(1)


def test_closed_environments_are_given_back(make_env: Callable[..., Any]) -> None:
    for _ in range(4):
        envs = make_env(MAX_OPEN_ENVIRONMENTS // 2)
        envs.close()
        with pytest.raises(ValueError, match="closed"):
            envs.reset()
    # Forgotten ones are given back too.
    for _ in range(5):
        envs = make_env(MAX_OPEN_ENVIRONMENTS)
        del envs


@pytest.mark.parametrize("count", [0, -3, 2.5])
def test_a_wrong_number_of_environments_is_named(make_env: Callable[..., Any], count: Any) -> None:
    with pytest.raises(ValueError, match="1 or more"):
        make_env(count)


# What a hostile worker may send.

BAD_REQUESTS: list[Any] = [
    None,
    [],
    {},
    {"do": "disguise"},
    {"do": "make"},
    {"do": "make", "num_envs": True},
    {"do": "make", "num_envs": -1},
    {"do": "make", "num_envs": MAX_OPEN_ENVIRONMENTS + 1},
    {"do": "make", "num_envs": 1, "free": ["x"]},
    {"do": "reset", "env": 99},
    {"do": "reset", "env": [1]},
    {"do": "reset", "env": 1, "seed": -1},
    {"do": "reset", "env": 1, "seed": 2.0},
    {"do": "step", "env": 1, "action": 2},
    {"do": "step", "env": 1, "action": np.array([0])},
    {"do": "step", "env": 2, "action": 1},
    {"do": "step", "env": 2, "action": np.array([0, 2, 0])},
    {"do": "step", "env": 2, "action": np.zeros((3, 1), np.int64)},
    {"do": "step", "env": 2, "action": np.zeros(3)},
    {"do": "step", "env": 3, "action": 1},
]


@pytest.mark.parametrize("request_", BAD_REQUESTS, ids=str)
def test_malformed_requests_are_refused(game: CartPoleGame, request_: Any) -> None:
    game.answer({"do": "make", "num_envs": 0})
    game.answer({"do": "make", "num_envs": 3})
    game.answer({"do": "make", "num_envs": 0})  # never reset
    for env in (1, 2):
        game.answer({"do": "reset", "env": env})
    with pytest.raises(ValueError):
        game.answer(request_)


GAME = CartPoleGame(1)
VALUES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.lists(st.integers(), max_size=3)
)


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(st.sampled_from(["do", "env", "seed", "action", "num_envs", "free"]), VALUES))
def test_any_request_is_answered_or_refused(request_: dict[str, Any]) -> None:
    GAME.answer({"do": "make", "num_envs": 0, "free": list(range(GAME._next + 1))})
    for kind in ("make", "reset", "step"):
        with contextlib.suppress(ValueError):
            GAME.answer({**request_, "do": kind})


# Through the channel.

TOML = """
[kata]
title = "Steps over the channel"
data = "cartpole"
framework = "keras"
[functions]
walk = 1
"""

SUITE = '''
def test_walk(submission, expect, data, seed):
    """a worker walks in the judge's environment"""
    game = data.cartpole(seed)
    with submission.worker("walking") as worker:
        steps = worker.call("walk", worker.environment(game))
    expect.that(steps == game.steps > 0, f"{steps} and {game.steps} steps")
'''

SOLUTION = """
import numpy as np

def walk(make_env):
    env, envs = make_env(), make_env(32)
    env.reset()
    envs.reset()
    steps = 0
    for _ in range(50):
        _, _, terminated, truncated, _ = env.step(1)
        if terminated or truncated:
            env.reset()
        envs.step(np.ones(32, int))
        steps += 33
    return steps
"""


@pytest.mark.training
def test_a_worker_is_served(tmp_path: Path) -> None:
    folder = tmp_path / "90_steps"
    (folder / "acceptance").mkdir(parents=True)
    (folder / "kata.toml").write_text(TOML)
    (folder / "stub.py").write_text("")
    (folder / "acceptance" / "test_1_walk.py").write_text(SUITE)
    submission = tmp_path / "solution.py"
    submission.write_text(SOLUTION)
    record = judge(load_kata(folder), submission, JudgeOptions(seed=1))
    assert record.outcome is Outcome.PASSED, record.summary
