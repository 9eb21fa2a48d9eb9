"""The policy before any training."""

from __future__ import annotations

from typing import Any

import numpy as np

from checker.suite import say


def test_act(player: Any, untrained: Any, answers: Any, rng: Any) -> None:
    """act gives one action, 0 or 1, for every row of observations"""
    for rows in (1, 7, 100):
        answers(player, untrained, rng.normal(size=(rows, 4)).astype(np.float32))


def test_build(player: Any, untrained: Any, built: Any, expect: Any) -> None:
    """build gives a policy of the same shapes each time, within the cap"""
    one, other = ([array.shape for array in policy.weights()] for policy in (untrained, built(player)))
    expect.that(bool(one), "build() gave a policy without weights: there is nothing that train could change.")
    expect.that(
        one == other,
        say(
            "build() gave weights of the shapes {first}, and the next time {second}.",
            first=one[:8],
            second=other[:8],
        ),
    )


def test_act_looks_at_each_row_alone(
    player: Any, untrained: Any, same_answers: Any, games: Any, rng: Any
) -> None:
    """act answers a row alike in any batch and in any order"""
    # As wide as what is seen in play: the cart at half of its way, the pole at half of its angle, both moving.
    states = rng.normal(size=(500, 4)) * (1.0, 1.0, 0.1, 1.0)
    observations = games[0].disguise.observations(states).astype(np.float32)
    # Who answers at random agrees with itself no more than by chance; the trained policy is compared with its play.
    same_answers(rng, (player, untrained), (player, untrained), observations)


def test_untrained(player: Any, untrained: Any, games: Any, play: Any, expect: Any, targets: Any) -> None:
    """Before training the policy misses the target"""
    lowest = 500.0
    for game in games:
        lowest = min(lowest, float(play(game, player, untrained).returns.mean()))
        if lowest < targets.mean_return:
            break
    expect.at_most(
        lowest,
        "mean return without training",
        targets.mean_return - 1,
        unit=say("steps"),
        spread=0.0,
        hint="This policy balances before it has learned anything. What is learned must be learned in train.",
    )
