"""From a record to points: so many for the core, the rest for stars. What is open or in error has none, and is no 0."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from checker.errors import KatasError
from checker.verdict import STARS, WON, Outcome, Record

CORE, FULL = 80.0, 100.0
_KEYS = ("core", *STARS)


class PointsError(KatasError):
    """The file of points is wrong; the text names the place."""


@dataclass(frozen=True)
class Scale:
    """Points of one kata. A star without points of its own shares what the core leaves of 100 with the others."""

    core: float = CORE
    stars: dict[str, float] = field(default_factory=dict)

    def of(self, record: Record) -> float | None:
        """The points of a record; None where it says nothing about the submission."""
        if record.outcome in (Outcome.INCONCLUSIVE, Outcome.JUDGE_ERROR):
            return None
        if record.outcome is not Outcome.PASSED:
            return 0.0
        offered = list(record.stars)
        own = sum(self.stars.get(star, 0.0) for star in offered)
        shared = [star for star in offered if star not in self.stars]
        share = max(0.0, FULL - self.core - own) / len(shared) if shared else 0.0
        won = [star for star, state in record.stars.items() if state == WON]
        return round(self.core + sum(self.stars.get(star, share) for star in won), 2)


@dataclass(frozen=True)
class Points:
    """The scales of all katas."""

    default: Scale = Scale()
    by_kata: dict[str, Scale] = field(default_factory=dict)

    def of(self, record: Record) -> float | None:
        """The points of a record; None where it says nothing about the submission."""
        return self.by_kata.get(record.kata[:2], self.default).of(record)


def read_points(file: Path) -> Points:
    """Points from a TOML file: keys core, robust, quality, speed, in general and in tables like ["03"].

    Raises:
        PointsError: it cannot be read, or a value is wrong.
    """
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise PointsError(f"The points {file} cannot be read: {error}.") from None
    tables = {key: value for key, value in content.items() if isinstance(value, dict)}
    general = {key: value for key, value in content.items() if key not in tables}
    for number in tables:
        if not (len(number) == 2 and number.isdecimal()):
            raise PointsError(f'{file}: [{number}] is no kata; write its number, as in ["03"].')
    default = _scale(file, "", general, {})
    return Points(default, {n: _scale(file, f"[{n}] ", table, general) for n, table in tables.items()})


def _scale(file: Path, place: str, table: dict[str, Any], general: dict[str, Any]) -> Scale:
    for key, value in table.items():
        if key not in _KEYS:
            raise PointsError(f"{file}: {place}{key} is not known; known are {', '.join(_KEYS)}.")
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= 1000:
            raise PointsError(f"{file}: {place}{key} must be a number from 0 to 1000, got {value!r}.")
    merged = {**general, **table}
    return Scale(
        float(merged.get("core", CORE)), {star: float(merged[star]) for star in STARS if star in merged}
    )
