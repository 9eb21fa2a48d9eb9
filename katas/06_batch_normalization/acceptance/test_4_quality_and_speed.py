"""Kata 06, the stars "quality" and "speed": a good recipe with the norm, hopeless without it, and in little time."""

from __future__ import annotations

from typing import Any

import pytest

from checker.suite import say

pytestmark = pytest.mark.training

WHICH = {"without the norm": 0, "with the norm": 1}


@pytest.mark.star("quality")
def test_normed_reads_well(answers: Any, digits: Any, targets: Any, accuracy_of: Any, expect: Any) -> None:
    """With batch normalization the network reads nearly all hidden digits"""
    expect.at_least(
        accuracy_of(answers[1], digits.hidden_labels),
        "normed_accuracy",
        targets.star_normed_accuracy,
        yardsticks={say("chance"): 0.1},
        hint="Different each time? A learning rate that falls to 0 settles it. A momentum of 0.9 keeps up with the "
        "training; a few more epochs help too.",
    )


@pytest.mark.star("quality")
def test_plain_stays_untrained(
    answers: Any, digits: Any, targets: Any, accuracy_of: Any, expect: Any
) -> None:
    """Without it, the same recipe leaves the network untrained"""
    expect.at_most(
        accuracy_of(answers[0], digits.hidden_labels),
        "plain_accuracy",
        targets.star_plain_accuracy,
        yardsticks={say("chance"): 0.1, "with the norm": accuracy_of(answers[1], digits.hidden_labels)},
        hint="More layers, sigmoids, or a rate that only the norm bears. tanh and ReLU learn a little from small kernels too.",
    )


@pytest.mark.star("speed")
@pytest.mark.parametrize("which", WHICH)
def test_training_near_reference(trained: Any, expect: Any, which: str) -> None:
    """Training is about as quick as the reference"""
    expect.near_reference(
        trained[WHICH[which]].time,
        hint="Batches of 128 and two or three epochs are enough. Much of the time compiles the training step: fewer layers "
        "compile faster.",
    )
