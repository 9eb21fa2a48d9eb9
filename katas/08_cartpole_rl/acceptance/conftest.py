"""What the checks share: three disguised games, a worker that plays, and one training."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
import pytest

GAMES = 3
EPISODES = 100


class Trained(NamedTuple):
    """What one training left."""

    weights: list[np.ndarray]
    is_changed: bool
    history: Any
    time: Any
    steps: int
    episodes: int


class Played(NamedTuple):
    """100 hidden episodes: their returns, and the observations that were shown."""

    returns: np.ndarray
    observations: np.ndarray


@pytest.fixture(scope="session")
def games(data: Any, seed: int) -> list[Any]:
    """Three games with disguises of their own."""
    drawn = [data.cartpole(GAMES * seed + i) for i in range(GAMES)]
    for i, game in enumerate(drawn):
        data.note_disguise(f"game {i + 1}: {game.disguise}")
    return drawn


@pytest.fixture(scope="session")
def player(submission: Any) -> Iterator[Any]:
    """The worker that plays. It never sees a training."""
    with submission.worker("playing") as worker:
        yield worker


@pytest.fixture(scope="session")
def answers(expect: Any) -> Callable[..., np.ndarray]:
    """answers(worker, policy, observations, budget=None) -> the actions (n,), looked at."""

    def ask(worker: Any, policy: Any, observations: np.ndarray, budget: str | None = None) -> np.ndarray:
        result = worker.call("act", policy, observations, budget=budget)
        actions = expect.array(result, "act(policy, observations)", shape=(len(observations),))
        wrong = actions[~np.isin(actions, (0, 1))]
        expect.that(
            not wrong.size,
            f"act returned {wrong[:1].sum():.4g} for a row; every action is 0 or 1.",
            "An action, not a probability or a logit: take the likelier one, or draw.",
        )
        return actions.astype(np.int64)

    return ask


@pytest.fixture(scope="session")
def play(expect: Any, answers: Any) -> Callable[..., Played]:
    """play(game, worker, policy) -> 100 hidden episodes with the policy's answers, within the budget of act."""

    def play(game: Any, worker: Any, policy: Any) -> Played:
        used, shown = 0.0, []

        def act(observations: np.ndarray) -> np.ndarray:
            nonlocal used
            actions = answers(worker, policy, observations, "act")
            used += worker.elapsed.used
            shown.append(observations)
            if used > 1.5 * worker.elapsed.allowed:
                in_time()
            return actions

        def in_time() -> None:
            hint = (
                "act gets up to 100 observations at once: one call of the network is enough for all of them."
            )
            expect.within_budget(dataclasses.replace(worker.elapsed, used=used), hint)

        returns = game.play(act, EPISODES)
        in_time()
        return Played(returns, np.concatenate(shown))

    return play


@pytest.fixture(scope="session")
def built(answers: Any, games: Any) -> Callable[[Any], Any]:
    """built(worker) -> a policy of that worker, fresh from build() and called once, so that it has weights."""

    def build(worker: Any) -> Any:
        policy = worker.call("build", keep=True)
        answers(worker, policy, np.zeros((2, 4), np.float32))
        return policy

    return build


@pytest.fixture(scope="session")
def untrained(built: Any, player: Any) -> Any:
    """The policy of the playing worker, as build() makes it."""
    return built(player)


@pytest.fixture(scope="session")
def with_weights(expect: Any, built: Any) -> Callable[..., Any]:
    """with_weights(worker, weights) -> a policy of that worker, built anew, with trained weights."""

    def put(worker: Any, weights: list[np.ndarray]) -> Any:
        policy = built(worker)
        wanted = [array.shape for array in policy.weights()]
        got = [array.shape for array in weights]
        expect.that(
            got == wanted,
            f"build() gives weights of the shapes {wanted[:8]}; after train they have {got[:8]}.",
            "The policy is built anew for playing and gets the trained weights: train keeps their number and shapes.",
        )
        policy.set_weights(weights)
        return policy

    return put


@pytest.fixture(scope="session")
def learn(submission: Any, seed: int) -> Callable[..., Trained]:
    """learn(game, number) -> the outcome of one training in a worker of its own."""

    def learn(game: Any, number: int) -> Trained:
        with submission.worker("training") as worker:
            policy = worker.call("build", keep=True)
            before = policy.weights()  # none yet, if the model has not been called
            environment = worker.environment(game)
            history = worker.call("train", policy, environment, (seed + number) % 2**32, budget="train")
            weights = policy.weights()
        game.close()
        # A list is compared with itself as it was: the judge's copies are its own.
        same = len(before) == len(weights) and all(map(np.array_equal, before, weights))
        return Trained(weights, not same, history, worker.elapsed, game.steps, game.episodes)

    return learn


@pytest.fixture(scope="session")
def first(games: Any, learn: Any) -> Trained:
    """The training of the first game."""
    return learn(games[0], 0)


@pytest.fixture(scope="session")
def first_played(games: Any, first: Any, player: Any, with_weights: Any, play: Any) -> Played:
    """100 hidden episodes of the first game."""
    return play(games[0], player, with_weights(player, first.weights))


@pytest.fixture(scope="session")
def judge_game(expect: Any, targets: Any) -> Callable[[Trained, Played], None]:
    """judge_game(trained, played): time of training, environment steps, mean return."""

    def judge(trained: Trained, played: Played) -> None:
        expect.curves(trained.history)
        hint = "A call of the network for one observation: predict 43 ms, model(x) 1.5 ms, compiled 0.2 ms."
        expect.within_budget(trained.time, hint)
        # Told, not judged: the limit is out of reach within the time. It says how much experience was needed.
        expect.at_most(
            trained.steps, "environment_steps", 50e6, unit="steps", yardsticks={"the reference": 130_000}
        )
        expect.that(
            trained.steps > 0, "train took no step in the environment.", "make_env() gives one; play in it."
        )
        expect.that(
            trained.is_changed,
            "train left every weight as build() made it.",
            "Change the policy in place: policy[0][:] = ..., or set_weights. `policy = ...` only moves the name.",
        )
        expect.at_least(
            float(played.returns.mean()),
            "mean_return",
            targets.mean_return,
            unit="steps",
            yardsticks={"random actions": 22, "the worst of the 100 episodes": float(played.returns.min())},
            hint="Does the return rise while it trains? Are the columns' scales evened out? Does act take the likelier "
            "action? Did it stop in a bad moment? Then keep the weights of the best one.",
        )

    return judge


@pytest.fixture(scope="session")
def same_answers(expect: Any, answers: Any, targets: Any) -> Callable[..., None]:
    """same_answers(rng, one, other, observations): two (worker, policy) answer each row alike, whatever is around it.

    A policy may draw its actions, so the answers of the first are compared with its own, asked twice, as well.
    The other one gets the rows singly and in small groups.
    """

    def compare(rng: np.random.Generator, one: Any, other: Any, observations: np.ndarray) -> None:
        rows = observations[rng.choice(len(observations), size=500, replace=len(observations) < 500)]

        def ask(asked: Any, sizes: list[int]) -> np.ndarray:
            order = rng.permutation(len(rows))
            parts = np.split(order, np.cumsum(sizes)[:-1])
            actions = np.empty(len(rows), np.int64)
            actions[order] = np.concatenate([answers(*asked, rows[part]) for part in parts])
            return actions

        together, apart = [len(rows)], [1] * 150 + [5] * ((len(rows) - 150) // 5)
        first = ask(one, together)
        itself = float(np.mean(first == ask(one, together)))
        fresh = float(np.mean(first == ask(other, apart)))
        expect.at_least(
            fresh,
            "agreement",
            itself - targets.agreement_gap,
            yardsticks={"asked twice": itself},
            hint="act answers each row by itself: it looks at the policy's weights and that row, not at the batch, the "
            "order, or earlier calls.",
        )

    return compare
