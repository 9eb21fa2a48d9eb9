"""Numbers as a learner reads them."""

from __future__ import annotations

import math
from collections.abc import Iterable

from checker.languages.texts import say


def figure(value: float) -> str:
    """A number with three or four telling digits."""
    if not math.isfinite(value):
        return say("not a number") if math.isnan(value) else _infinite(value)
    if value == int(value) and abs(value) < 1e9:
        return f"{int(value):,}" if abs(value) >= 10_000 else str(int(value))
    if 0.001 <= abs(value) < 1e6:
        digits = max(0, 3 - math.floor(math.log10(abs(value))))
        text = f"{value:.{min(digits, 4)}f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    return f"{value:.2g}"


def _infinite(value: float) -> str:
    return say("infinite") if value > 0 else say("minus infinite")


def label(name: str) -> str:
    """A key of kata.toml as words; in a name of several words an underscore belongs to a function."""
    return name if " " in name else name.removeprefix("star_").replace("_", " ")


def seconds(value: float) -> str:
    """A duration: 0.25, 3.4, 62.5, 162."""
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 1 else f"{value:.2f}"


def used_of(used: float, allowed: float, clock: str) -> str:
    """The one form in which a time is shown everywhere: "5.5 of 23.6 CPU seconds"."""
    if clock.lower() == "cpu":
        return say("{used} of {allowed} CPU seconds", used=seconds(used), allowed=seconds(allowed))
    return say("{used} of {allowed} seconds", used=seconds(used), allowed=seconds(allowed))


def spark(values: Iterable[float], bars: str, width: int = 24) -> str:
    """A curve as one line of bars, high values high."""
    finite = [v for v in values if math.isfinite(v)]
    if len(finite) > width:
        finite = [finite[round(i * (len(finite) - 1) / (width - 1))] for i in range(width)]
    if not finite:
        return ""
    low, high = min(finite), max(finite)
    # Halves are subtracted, not the ends: the difference of two huge numbers may overflow.
    scale = high / 2 - low / 2
    top = len(bars) - 1
    return "".join(bars[round((v / 2 - low / 2) / scale * top) if scale > 0 else 0] for v in finite)
