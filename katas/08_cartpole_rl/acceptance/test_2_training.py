"""Trainings in games with disguises of their own, 100 hidden episodes each; the median decides."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

pytestmark = pytest.mark.training


def test_train_plays(course: Any, expect: Any) -> None:
    """train plays in the environment and changes the policy"""
    trained = course.trained(0)
    expect.curves(trained.history)
    expect.note("environment_steps", trained.steps, "steps")
    expect.that(
        trained.steps > 0,
        "train took no step in the environment, so there is nothing that it could have learned from.",
        "env = make_env(), then env.reset() and env.step(action) in a loop.",
    )
    expect.that(
        trained.is_changed,
        "train left every weight as build() made it.",
        "Change the policy in place: policy[0][:] = ..., or set_weights. `policy = ...` only moves the name, and a global "
        "stays behind.",
    )
    expect.that(
        all(np.isfinite(array).all() for array in trained.weights),
        "After train the policy holds weights that are not finite (NaN or infinity).",
        "Is the learning rate too large? Look for a logarithm of zero and a division by a standard deviation of zero.",
    )


def test_train_in_time(course: Any, expect: Any) -> None:
    """A training stays within its time"""
    time = course.trained(0).time
    game, seconds = course.median(
        lambda number: course.trained(number).time.used, time.allowed, lower_is_better=True
    )
    for name, used in seconds.items():
        expect.note(f"time of train in {name}", used, f"{time.clock} s")
    expect.within_budget(
        course.trained(game).time,
        "A call of the network for one observation: predict 43 ms, model(x) 1.5 ms, compiled 0.2 ms. With make_env(32) "
        "one call serves 32 environments.",
    )


def test_act_in_time(course: Any, act_in_time: Any) -> None:
    """act plays 100 episodes within its time"""
    act_in_time(course.played(0).time)


def test_balances(course: Any, expect: Any, targets: Any) -> None:
    """After training the policy balances the pole (median of three games)"""
    game, means = course.median(
        lambda number: course.played(number).mean, targets.mean_return, lower_is_better=False
    )
    played = course.played(game)
    expect.at_least(
        played.mean,
        "mean_return",
        targets.mean_return,
        unit="steps",
        yardsticks={
            "random actions": 22,
            **means,
            "the worst of its 100 episodes": float(played.returns.min()),
        },
        hint=what_to_look_at(played.mean),
    )


def what_to_look_at(mean: float) -> str:
    """One idea, as far as the mean return tells what is the matter."""
    if mean < 13:
        return (
            "9 to 10 steps are what always the same action gets, or the opposite of what is right. Are good episodes praised, "
            "and not blamed? Does the second output stand for action 1? Is an action credited with what came after it?"
        )
    if mean < 35:
        return (
            "That is what random actions get. Did what was learned reach the policy that train was given, the scales of "
            "the columns too? Does the return rise while it trains? Is an action credited with what came after it?"
        )
    return (
        "Does the return rise while it trains, or did it stop in a bad moment? Then keep the weights of the best one. Are the "
        "columns' scales evened out, and all four of them looked at? Is an action credited with what came after it?"
    )


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
