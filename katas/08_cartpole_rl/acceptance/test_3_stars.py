"""Beyond the core: observations out of the ordinary, all three games, few steps."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from checker.suite import say

pytestmark = pytest.mark.training


@pytest.mark.star("robust")
def test_act_beyond_the_usual(course: Any, player: Any, with_weights: Any, answers: Any, rng: Any) -> None:
    """act answers observations of any size, in float64 and a thousand at once, with 0 or 1"""
    policy = with_weights(player, course.trained(0).weights)
    seen = course.played(0).observations
    rows = seen[rng.integers(len(seen), size=1000)]
    for observations in (rows, rows.astype(np.float64), rows * 1e4, np.zeros_like(rows[:3])):
        answers(player, policy, observations)


@pytest.mark.star("quality")
def test_all_three_games(course: Any, expect: Any, targets: Any) -> None:
    """Each of the three games is learned almost to perfection"""
    limit = targets.star_mean_return
    means: list[float] = []
    for number in range(3):
        means.append(course.played(number).mean)
        if means[-1] < limit:
            break
    expect.at_least(
        min(means),
        "lowest mean return",
        limit,
        unit=say("steps"),
        yardsticks=course.by_game(means),
        hint="Play some episodes with the likelier action now and then while it trains, stop when none of them falls, and "
        "keep the weights of the best such moment.",
    )


@pytest.mark.star("speed")
def test_few_steps(course: Any, expect: Any, targets: Any) -> None:
    """Little experience is enough: few environment steps (median of three games)"""
    game, steps = course.median(
        lambda number: course.trained(number).steps, targets.star_steps, lower_is_better=True
    )
    expect.at_most(
        course.trained(game).steps,
        "number of environment steps",
        targets.star_steps,
        yardsticks=steps,
        hint="At 50 steps a second a real cart needs 20 minutes for 60,000. Fewer environments at a time and smaller "
        "batches, a baseline, a stop as soon as no episode falls any more, or a replay memory that uses each step often.",
    )
