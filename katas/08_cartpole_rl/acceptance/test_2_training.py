"""Trainings in games with disguises of their own, 100 hidden episodes each; the median decides."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from checker.suite import say, together

pytestmark = pytest.mark.training


def test_train_plays(course: Any, games: Any, expect: Any) -> None:
    """train plays in the environment and changes the policy"""
    trained = course.trained(0)
    expect.curves(trained.history)
    expect.note("environment steps", trained.steps, say("steps"))
    expect.that(
        trained.steps > 0,
        "train took no step in the environment, so there is nothing that it could have learned from.",
        "env = make_env(), then env.reset() and env.step(action) in a loop.",
    )
    expect.that(
        trained.is_changed,
        together("train left every weight as build() made it.", in_training(games[0])),
        "Change the policy in place: policy[0][:] = ..., or set_weights. `policy = ...` only moves the name, and a global "
        "stays behind.",
    )
    expect.that(
        all(np.isfinite(array).all() for array in trained.weights),
        "After train the policy holds weights that are not finite (NaN or infinity).",
        "Is the learning rate too large? Look for a logarithm of zero and a division by a standard deviation of zero.",
    )


def in_training(game: Any) -> str:
    """How it went, for a policy that was not changed: what was learned elsewhere, or nothing."""
    lengths = np.asarray(game.returns, dtype=np.float64)
    window = max(20, game.widest)
    if len(lengths) < 2 * window:
        return say("It played {count} episodes to their end.", count=len(lengths))
    start, end = float(lengths[:window].mean()), float(lengths[-window:].mean())
    if end > max(60.0, 2 * start):
        return say(
            "In training its episodes lasted {start:.0f} steps at first and {end:.0f} in the end: something has learned, "
            "but it is not the policy that train was given (a copy, a global, a new name).",
            start=start,
            end=end,
        )
    return say(
        "In training its episodes lasted {start:.0f} steps at first and {end:.0f} in the end: nothing has learned. Are "
        "the gradients None, or is the update never reached?",
        start=start,
        end=end,
    )


def test_train_in_time(course: Any, expect: Any) -> None:
    """A training stays within its time"""
    time = course.trained(0).time
    game, seconds = course.median(
        lambda number: course.trained(number).time.used, time.allowed, lower_is_better=True
    )
    for name, used in seconds.items():
        expect.note(say("time of train in {name}", name=name), used, f"{time.clock} s")
    expect.within_budget(
        course.trained(game).time,
        "A call of the network for one observation: predict 43 ms, model(x) 1.5 ms, compiled 0.2 ms. With make_env(32) "
        "one call serves 32 environments.",
    )


def test_act_in_time(course: Any, act_in_time: Any) -> None:
    """act plays 100 episodes within its time"""
    act_in_time(course.played(0).time)


def test_balances(course: Any, expect: Any, targets: Any, causes: Any, diagnose: Any) -> None:
    """After training the policy balances the pole (median of three games)"""
    game, means = course.median(
        lambda number: course.played(number).mean, targets.mean_return, lower_is_better=False
    )
    played = course.played(game)
    expect.at_least(
        played.mean,
        "mean return",
        targets.mean_return,
        unit=say("steps"),
        yardsticks={
            "random actions": 22,
            **means,
            "the worst of its 100 episodes": float(played.returns.min()),
        },
        why=lambda: why(causes(game), diagnose),
    )


def why(causes: Any, diagnose: Any) -> Any:
    """What the experiments say."""
    return diagnose(certain=causes.certain(), likely=causes.likely(), otherwise=causes.otherwise)


def test_no_memory(
    submission: Any, course: Any, player: Any, with_weights: Any, same_answers: Any, rng: Any
) -> None:
    """The trained policy answers alike in a fresh process: it knows what its weights know"""
    weights = course.trained(0).weights
    with submission.worker("fresh") as worker:
        fresh = (worker, with_weights(worker, weights))
        used = (player, with_weights(player, weights))
        played = course.played(0)
        same_answers(rng, used, fresh, played.observations, played.actions)
