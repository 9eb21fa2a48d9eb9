"""What both files of this suite share: reading (w, b), and naming a wrong factor."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest


@pytest.fixture
def read_pair(expect: Any) -> Callable[..., tuple[np.ndarray, float]]:
    """`read_pair(value, what, names, columns)` gives the (w (d,), b) that a function returned, as float64."""

    def read(
        value: Any, what: str, names: tuple[str, str], columns: int, hint: str = ""
    ) -> tuple[np.ndarray, float]:
        if value is None:
            expect.invalid(f"{what} returned None.", "Is there a return at the end of the function?")
        if not isinstance(value, (tuple, list)) or len(value) != 2:
            form = (
                f"{len(value)} things" if isinstance(value, (tuple, list)) else f"one {type(value).__name__}"
            )
            expect.invalid(f"{what} must return two things, ({names[0]}, {names[1]}); it returned {form}.")
        w = expect.array(value[0], f"{names[0]} of {what}", shape=(columns,), finite=False)
        b = expect.number(value[1], f"{names[1]} of {what}", finite=False)
        if not (np.isfinite(w).all() and np.isfinite(b)):
            expect.that(False, f"{what} gave numbers that are not finite (NaN or infinity).", hint)
        return w.astype(np.float64), b

    return read


@pytest.fixture
def close_or_factor(expect: Any) -> Callable[..., None]:
    """`close_or_factor(actual, wanted, what, hints)` is `expect.close`, but says when only a factor is wrong.

    `hints` maps a factor, such as -1.0, to the idea that goes with it.
    """

    def check(actual: Any, wanted: Any, what: str, hints: dict[float, str], hint: str) -> None:
        wanted = np.atleast_1d(np.asarray(wanted, np.float64))
        given = np.atleast_1d(expect.array(actual, what)).astype(np.float64)
        # float32 is exact enough for a formula; a wrong one is further off than this.
        tolerance = 1e-4 * max(float(np.max(np.abs(wanted))), 1.0)
        is_right = given.shape == wanted.shape and np.max(np.abs(given - wanted)) <= tolerance
        if given.shape == wanted.shape and not is_right:
            for factor, idea in hints.items():
                error = np.max(np.abs(given - factor * wanted))
                if error < 1e-3 * min(1.0, abs(factor)) * np.max(np.abs(wanted)):
                    expect.that(False, f"{what} is {factor:.3g} times what it should be.", idea)
        shaped = np.asarray(actual).reshape(wanted.shape) if given.size == wanted.size else given
        expect.close(shaped, wanted, what, rtol=0.0, atol=tolerance, hint=hint)

    return check
