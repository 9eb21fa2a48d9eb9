"""Trainings in games with disguises of their own, 100 hidden episodes each; the median decides."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

pytestmark = pytest.mark.training

# Figures of the diagnosis. Random actions last 22 steps, so one that means something lasts so many; and what is named as
# the cause must make it so many times better.
SURELY_BETTER_THAN_RANDOM, FACTOR = 80.0, 1.8
FEW_EPISODES, FEWEST_TOGETHER, FEWEST_EPISODES = 20, 20, 60
# A best stretch within this share of the course is no stretch of the past.
ENDS = 0.97
ROWS_ASKED_TWICE, SAME_ANSWER = 2_000, 0.97


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


def test_balances(course: Any, expect: Any, targets: Any, what_ails: Any) -> None:
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
        hint=what_ails(game) if played.mean < targets.mean_return else "",
    )


@pytest.fixture(scope="session")
def what_ails(course: Any, games: Any, player: Any, with_weights: Any, answers: Any) -> Callable[[int], str]:
    """what_ails(game): one idea why its return is low, from what the judge has seen of the training and of the play.

    The judge serves the environment, so it knows how long every episode lasted. Only what was measured is claimed.
    """

    def look(number: int) -> str:
        played, lengths = course.played(number), np.asarray(games[number].returns)
        # Of episodes that are played together the long ones end last: fewer than all of them would look too good.
        window = max(FEWEST_TOGETHER, games[number].widest)
        return (
            of_the_actions(number, played)
            or of_lots(number, played)
            or of_the_weights(played, lengths[-window:], window)
            or of_the_course(played, lengths, window)
            or of_one_action(played)
            or in_general(played.mean)
        )

    def of_the_actions(number: int, played: Any) -> str:
        if played.mean >= SURELY_BETTER_THAN_RANDOM:
            return ""
        policy = with_weights(player, course.trained(number).weights)
        other = float(
            games[number].play(lambda shown: 1 - answers(player, policy, shown), FEW_EPISODES).mean()
        )
        if other >= max(FACTOR * played.mean, SURELY_BETTER_THAN_RANDOM):
            return (
                f"With the other action each time the same policy lasts {other:.0f} steps instead of {played.mean:.0f}: it is "
                "turned round. Does act take the least likely action (argmin, a sign, the two outputs exchanged)? In train, are "
                "good episodes praised, and not blamed?"
            )
        return ""

    def of_lots(number: int, played: Any) -> str:
        policy = with_weights(player, course.trained(number).weights)
        rows = played.observations[:ROWS_ASKED_TWICE]
        first, second = (answers(player, policy, rows) for _ in range(2))
        same = float(np.mean(first == second))
        if same < SAME_ANSWER:
            return (
                f"Asked twice, act answers {same:.0%} of {len(rows)} observations alike: it still draws lots, as in training. "
                "Take the likelier action there."
            )
        return ""

    def of_the_weights(played: Any, last: np.ndarray, window: int) -> str:
        if len(last) == window and last.mean() >= max(FACTOR * played.mean, SURELY_BETTER_THAN_RANDOM):
            return (
                f"While it was trained, its last {window} episodes lasted {last.mean():.0f} steps, as the judge saw; built anew "
                f"from its weights alone it lasts {played.mean:.0f}. So something that act needs stands outside of the "
                "weights: a scale or a mean in a global, a variable of its own, statistics that are not weights."
            )
        return ""

    def of_the_course(played: Any, lengths: np.ndarray, window: int) -> str:
        if len(lengths) < FEWEST_EPISODES:
            return (
                f"It has played {len(lengths)} episodes to their end. That is little to learn from: with make_env(32), 32 are "
                "played at a time."
            )
        means = np.convolve(
            lengths, np.full(min(window, len(lengths)), 1 / min(window, len(lengths))), "valid"
        )
        best, place = float(means.max()), float(means.argmax() / max(len(means) - 1, 1))
        if best >= max(FACTOR * played.mean, SURELY_BETTER_THAN_RANDOM) and place < ENDS:
            return (
                f"It had learned it and lost it again: after {place:.0%} of its episodes {window} of them lasted {best:.0f} "
                f"steps on average, the last {window} lasted {means[-1]:.0f}. Keep the weights of the best policy and put "
                "them back at the end; a smaller step helps too."
            )
        return ""

    def of_one_action(played: Any) -> str:
        share = float(np.mean(played.actions))
        if played.mean < 35 and not 0.03 < share < 0.97:
            return (
                f"act answers {share:.0%} of the observations with 1: nearly always the same action. Are good episodes praised, "
                "and not blamed? Does the input reach the output, with its columns' scales evened out? Is the rate so large that "
                "one output won for good?"
            )
        return ""

    return look


def in_general(mean: float) -> str:
    """One idea, as far as the mean return alone tells what is the matter."""
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
