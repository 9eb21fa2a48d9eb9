"""Kata 03: what can be won beyond the core."""

from __future__ import annotations

from typing import Any

import pytest

pytestmark = pytest.mark.training


@pytest.mark.star("robust")
def test_codes_bear_much_noise(decoded: Any, digits: Any, error_of: Any, targets: Any, expect: Any) -> None:
    """Codes with 20 % of noise still give the digit back"""
    expect.at_most(
        error_of(decoded.very_noisy, digits.hidden),
        "star_noisy_code_error",
        targets.star_noisy_code_error,
        yardsticks={"without noise": error_of(decoded.plain, digits.hidden)},
        hint="What does noise in training do (GaussianNoise or Dropout before the last steps, a variational code)? "
        "Do all units of the code carry something? The error without noise counts too.",
    )


@pytest.mark.star("quality")
def test_drawings_are_fine(decoded: Any, digits: Any, error_of: Any, targets: Any, expect: Any) -> None:
    """Hidden digits come back with less than half the error of 32 principal components"""
    expect.at_most(
        error_of(decoded.plain, digits.hidden),
        "star_reconstruction_error",
        targets.star_reconstruction_error,
        hint="Wider layers, a learning rate that is larger at first and falls to nothing at the end, and as many epochs as "
        "the time allows.",
    )


@pytest.mark.star("speed")
def test_training_is_quick(trained: Any, expect: Any) -> None:
    """Training takes little more than three epochs of a small network"""
    expect.near_reference(trained.time)
