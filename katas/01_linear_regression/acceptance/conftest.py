"""What both files of this suite share: reading (w, b)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from checker.suite import or_none, refuse, say
from checker.suite.beside import beside

causes = beside(__file__, "causes")


@pytest.fixture
def read_pair(expect: Any) -> Callable[..., tuple[np.ndarray, float]]:
    """`read_pair(value, what, names, columns)` gives the (w (d,), b) that a function returned, as float64."""

    def read(
        value: Any, what: str, names: tuple[str, str], columns: int, hint: str = "", why: Any = None
    ) -> tuple[np.ndarray, float]:
        if value is None:
            expect.invalid(
                say("{what} returned None.", what=what), "Is there a return at the end of the function?"
            )
        if found := or_none(causes.form_of, value, names, columns):
            refuse(
                expect,
                say(
                    "{what} must return two things, ({w} ({columns},), {b}).",
                    what=what,
                    w=names[0],
                    columns=columns,
                    b=names[1],
                ),
                found,
            )
        if not isinstance(value, (tuple, list)) or len(value) != 2:
            form = (
                say("{count} things", count=len(value))
                if isinstance(value, (tuple, list))
                else say("one {type}", type=type(value).__name__)
            )
            expect.invalid(
                say(
                    "{what} must return two things, ({w}, {b}); it returned {form}.",
                    what=what,
                    w=names[0],
                    b=names[1],
                    form=form,
                )
            )
        w = expect.array(
            value[0], say("{part} of {what}", part=names[0], what=what), shape=(columns,), finite=False
        )
        b = expect.number(value[1], say("{part} of {what}", part=names[1], what=what), finite=False)
        if not (np.isfinite(w).all() and np.isfinite(b)):
            expect.that(
                False, say("{what} gave numbers that are not finite (NaN or infinity).", what=what), hint, why
            )
        return w.astype(np.float64), b

    return read
