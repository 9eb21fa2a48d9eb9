"""Curves from what a training prints: `loss: 0.12`, `accuracy=0.9`, `epoch 3 loss 0.12`, and Keras' own progress lines.

Whatever is printed is taken in; what is no number of a known kind is passed over. Memory is bounded: a curve that grows long
keeps every second point.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field

MOST_NAMES, MOST_POINTS, MOST_READ = 8, 256, 2_000
_NUMBER = r"[-+]?(?:\d[\d_,]*\.?\d*|\.\d+)(?:[eE][-+]?\d{1,3})?(?![\w.%])|[-+]?(?:nan|inf(?:inity)?)\b"
# What tells of learning; of several curves the first of these is shown.
KNOWN = ("loss", "return", "reward", "error", "acc", "score", "mse", "mae", "auc")
_WORD = rf"\w{{0,24}}(?:{'|'.join(KNOWN)})\w{{0,12}}"
# A number follows a name at once, or after a colon or an equals sign.
_PAIR = re.compile(
    rf"\b({_WORD}(?: of \w{{1,24}}| \w{{1,24}}(?=\s?[:=]))?)(?:\s?[:=]\s*|\s+)({_NUMBER})", re.IGNORECASE
)


@dataclass
class _Course:
    """One curve: of a long one every second, fourth, ... point."""

    points: list[float] = field(default_factory=list)
    last: float = math.nan
    _every: int = 1
    _seen: int = 0

    def add(self, value: float) -> None:
        self.last = value
        if self._seen % self._every == 0:
            self.points.append(value)
            if len(self.points) >= MOST_POINTS:
                self.points, self._every = self.points[::2], 2 * self._every
        self._seen += 1


class PrintedCurves:
    """Collects what is printed, and names the curve that is worth drawing."""

    def __init__(self) -> None:
        self._courses: dict[str, _Course] = {}

    def clear(self) -> None:
        """Another training begins."""
        self._courses.clear()

    def take(self, printed: str) -> None:
        """Read printed text; a progress line counts as it stands at last."""
        for name, value in pairs(printed):
            if name not in self._courses and len(self._courses) >= MOST_NAMES:
                continue
            self._courses.setdefault(name, _Course()).add(value)

    @property
    def best(self) -> tuple[str, list[float], float] | None:
        """Name, points and last value of the curve to show; None while there is none with two different points."""
        drawn = {
            name: course
            for name, course in self._courses.items()
            if len({value for value in course.points if math.isfinite(value)}) > 1
        }
        for wanted in KNOWN:
            for name, course in drawn.items():
                if wanted in name.lower() and not name.lower().startswith("val_"):
                    return name, course.points, course.last
        return None


def pairs(printed: str) -> list[tuple[str, float]]:
    """The names and numbers in printed text, in order."""
    found = _PAIR.findall(printed[-MOST_READ:])
    return [(name, float(number.replace(",", "").replace("_", ""))) for name, number in found]
