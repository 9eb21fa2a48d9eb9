"""Small drawings for the report as SVG, in the page's colours: a measurement on its scale, a curve, quality over attempts."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from xml.sax.saxutils import escape

from checker.languages.texts import say
from checker.report.escape import terminal
from checker.report.figures import figure
from checker.verdict import Curve, Measurement

WIDTH, EDGE = 560, 12


def scale(measurement: Measurement, told: Callable[[str], str] = str) -> str:
    """The value on a line with its limit and yardsticks; logarithmic where they lie more than a factor of 30 apart."""
    marks = [measurement.value, measurement.limit, *(mark.value for mark in measurement.yardsticks)]
    if not all(math.isfinite(mark) for mark in marks) or measurement.kind == "note":
        return ""
    is_log = min(marks) > 0 and max(marks) / min(marks) > 30
    place = _places(marks, is_log)
    limit = place(measurement.limit)
    state = "good" if measurement.holds else "bad"
    parts = [
        f'<line x1="{EDGE}" y1="22" x2="{WIDTH - EDGE}" y2="22" class="axis"/>',
        _allowed(limit, measurement.better),
        f'<line x1="{limit:.1f}" y1="10" x2="{limit:.1f}" y2="34" class="limit">'
        f"<title>{escape(told(say('limit {limit}', limit=figure(measurement.limit))))}</title></line>",
    ]
    for mark in measurement.yardsticks:
        x = place(mark.value)
        title = escape(told(say("{name} {value}", name=mark.name, value=figure(mark.value))))
        parts.append(
            f'<line x1="{x:.1f}" y1="15" x2="{x:.1f}" y2="29" class="mark"><title>{title}</title></line>'
        )
    parts.append(f'<circle cx="{place(measurement.value):.1f}" cy="22" r="6" class="{state}"/>')
    label = say(
        "{name} {value}, limit {limit}",
        name=measurement.name,
        value=figure(measurement.value),
        limit=figure(measurement.limit),
    )
    return _svg(44, told(label), parts)


def curve(one: Curve, told: Callable[[str], str] = str) -> str:
    """The values of a history from left to right, with the first and the last one told."""
    values = [value for value in one.values if math.isfinite(value)]
    if len(values) < 2:
        return ""
    points = _polyline(values, 90)
    return _svg(110, told(course(one)), [f'<polyline points="{points}" class="curve"/>'])


def course(one: Curve) -> str:
    """A curve in words: its name, and from what to what it went."""
    values = [value for value in one.values if math.isfinite(value)]
    if not values:
        return one.name
    return say("{name}: {first} → {last}", name=one.name, first=figure(values[0]), last=figure(values[-1]))


def attempts(values: Sequence[tuple[float, bool]], limit: float, told: Callable[[str], str] = str) -> str:
    """The quality of each attempt, hollow where it did not reach the limit."""
    if not values:
        return ""
    ys = _heights([value for value, _ in values] + [limit], 90)
    step = (WIDTH - 2 * EDGE) / max(len(values) - 1, 1)
    parts = [f'<line x1="{EDGE}" y1="{ys[-1]:.1f}" x2="{WIDTH - EDGE}" y2="{ys[-1]:.1f}" class="limit"/>']
    for number, ((value, passed), y) in enumerate(zip(values, ys, strict=False)):
        x = EDGE + number * step if len(values) > 1 else WIDTH / 2
        state = "good" if passed else "short"
        parts.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5" class="{state}"><title>{figure(value)}</title></circle>'
        )
    label = say(
        "{count} attempts, the last {last}, limit {limit}",
        count=len(values),
        last=figure(values[-1][0]),
        limit=figure(limit),
    )
    return _svg(110, told(label), parts)


def share(used: float, allowed: float) -> str:
    """How much of what is allowed was used, as a bar."""
    part = min(used / allowed, 1.0) if allowed > 0 else 1.0
    state = "good" if used <= allowed else "bad"
    width = WIDTH - 2 * EDGE
    parts = [
        f'<rect x="{EDGE}" y="4" width="{width}" height="10" rx="5" class="track"/>',
        f'<rect x="{EDGE}" y="4" width="{max(part * width, 4):.1f}" height="10" rx="5" class="{state}"/>',
    ]
    return _svg(18, f"{part:.0%}", parts)


def _svg(height: int, told: str, parts: Sequence[str]) -> str:
    label = escape(terminal(told), {'"': "&quot;"})
    return f'<svg viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{label}">{"".join(parts)}</svg>'


def _places(marks: Sequence[float], is_log: bool) -> Callable[[float], float]:
    """A function from values to x."""
    change: Callable[[float], float] = math.log if is_log else float
    low, high = change(min(marks)), change(max(marks))
    span = (high - low) or abs(high) or 1.0
    low, high = low - 0.06 * span, high + 0.06 * span
    return lambda value: EDGE + (change(value) - low) / (high - low) * (WIDTH - 2 * EDGE)


def _allowed(limit: float, better: str) -> str:
    left, right = (EDGE, limit) if better == "lower" else (limit, WIDTH - EDGE)
    return f'<line x1="{left:.1f}" y1="22" x2="{right:.1f}" y2="22" class="allowed"/>'


def _heights(values: Sequence[float], height: int) -> list[float]:
    """y for each value: the largest on top."""
    low, high = min(values), max(values)
    span = (high - low) or 1.0
    return [EDGE + height - (value - low) / span * height for value in values]


def _polyline(values: Sequence[float], height: int) -> str:
    step = (WIDTH - 2 * EDGE) / (len(values) - 1)
    return " ".join(
        f"{EDGE + number * step:.1f},{y:.1f}" for number, y in enumerate(_heights(values, height))
    )
