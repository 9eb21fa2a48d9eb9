"""What both files of this suite share: reading (w, b)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from checker.suite import or_none, refuse
from checker.suite.beside import beside

causes = beside(__file__, "causes")


@pytest.fixture
def read_pair(expect: Any) -> Callable[..., tuple[np.ndarray, float]]:
    """`read_pair(value, what, names, columns)` gives the (w (d,), b) that a function returned, as float64."""

    def read(
        value: Any, what: str, names: tuple[str, str], columns: int, hint: str = "", why: Any = None
    ) -> tuple[np.ndarray, float]:
        if value is None:
            expect.invalid(f"{what} returned None.", "Is there a return at the end of the function?")
        if found := or_none(causes.form_of, value, names, columns):
            refuse(expect, f"{what} must return two things, ({names[0]} ({columns},), {names[1]}).", found)
        if not isinstance(value, (tuple, list)) or len(value) != 2:
            form = (
                f"{len(value)} things" if isinstance(value, (tuple, list)) else f"one {type(value).__name__}"
            )
            expect.invalid(f"{what} must return two things, ({names[0]}, {names[1]}); it returned {form}.")
        w = expect.array(value[0], f"{names[0]} of {what}", shape=(columns,), finite=False)
        b = expect.number(value[1], f"{names[1]} of {what}", finite=False)
        if not (np.isfinite(w).all() and np.isfinite(b)):
            expect.that(False, f"{what} gave numbers that are not finite (NaN or infinity).", hint, why)
        return w.astype(np.float64), b

    return read
