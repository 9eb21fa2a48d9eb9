"""A canvas for the drawn pictures: shapes in their own coordinates, turned, scaled and placed on it.

Everything is a polygon, so that any shape can be turned by any angle; Pillow fills them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

Colour = tuple[int, int, int]
Points = npt.NDArray[np.float64]

_ANGLES = np.linspace(0.0, 2.0 * np.pi, 28, endpoint=False)
_CIRCLE = np.stack([np.cos(_ANGLES), np.sin(_ANGLES)], axis=1)


@dataclass(frozen=True)
class Frame:
    """Where a shape's own coordinates (x to the right, y down) lie on the canvas, in pixels."""

    matrix: Points
    offset: Points

    @staticmethod
    def placed(
        x: float, y: float, scale: float, turn: float = 0.0, mirrored: bool = False, squeeze: float = 1.0
    ) -> Frame:
        """A frame at (x, y), `scale` pixels to the unit, turned by `turn` radians."""
        cos, sin = math.cos(turn), math.sin(turn)
        across = -scale * squeeze if mirrored else scale * squeeze
        return Frame(
            np.array([[cos * across, -sin * scale], [sin * across, cos * scale]]),
            np.array([float(x), float(y)]),
        )

    def inside(self, x: float, y: float, scale: float = 1.0, turn: float = 0.0) -> Frame:
        """A frame for a part of the shape: placed in, and turned with, this one."""
        inner = Frame.placed(x, y, scale, turn)
        return Frame(self.matrix @ inner.matrix, self.matrix @ inner.offset + self.offset)

    def pixels(self, points: Points) -> list[float]:
        """The points (n, 2) on the canvas as a flat list x, y, x, y, ..."""
        flat: list[float] = (points @ self.matrix.T + self.offset).ravel().tolist()
        return flat

    @property
    def scale(self) -> float:
        """Pixels to the unit."""
        return math.sqrt(abs(float(np.linalg.det(self.matrix))))


class Sketch:
    """A picture being drawn. `ink` is the colour of outlines, None for none."""

    def __init__(self, size: int, background: Image.Image | None = None) -> None:
        self.size = size
        self.image = background or Image.new("RGB", (size, size))
        self.ink: Colour | None = None
        self._draw = ImageDraw.Draw(self.image)

    def polygon(self, frame: Frame, points: Sequence[Sequence[float]] | Points, fill: Colour) -> None:
        """Fill a polygon given by its corners."""
        pixels = frame.pixels(np.asarray(points, dtype=np.float64))
        self._draw.polygon(pixels, fill=fill)
        if self.ink is not None:
            self._draw.line([*pixels, *pixels[:4]], fill=self.ink, width=self._outline())

    def ellipse(self, frame: Frame, x: float, y: float, rx: float, ry: float, fill: Colour) -> None:
        """Fill an ellipse with its axes along those of the frame."""
        self.polygon(frame, _CIRCLE * (rx, ry) + (x, y), fill)

    def drop(self, frame: Frame, length: float, width: float, fill: Colour, bend: float = 0.0) -> None:
        """Fill a drop that hangs from the frame's origin downwards; `bend` pushes its end to the right."""
        along = (1.0 - _CIRCLE[:, 1]) / 2.0
        across = _CIRCLE[:, 0] * width * np.sqrt(along + 0.15)
        self.polygon(frame, np.stack([across + bend * along**2, along * length], axis=1), fill)

    def stroke(self, frame: Frame, points: Sequence[Sequence[float]], width: float, fill: Colour) -> None:
        """Draw a line through the points, `width` units thick."""
        pixels = frame.pixels(np.asarray(points, dtype=np.float64))
        thick = max(1, round(width * frame.scale))
        self._draw.line(pixels, fill=fill, width=thick, joint="curve")
        if thick > 3:
            radius = thick / 2
            for x, y in ((pixels[0], pixels[1]), (pixels[-2], pixels[-1])):
                self._draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=fill)

    def rectangle(self, left: float, top: float, right: float, bottom: float, fill: Colour) -> None:
        """Fill an upright rectangle given in pixels."""
        self._draw.rectangle((left, top, right, bottom), fill=fill)

    def _outline(self) -> int:
        return max(1, self.size // 96)


def shade(colour: Colour, factor: float) -> Colour:
    """The colour made darker (factor below 1) or lighter (above 1, towards white)."""
    if factor <= 1.0:
        return _clipped(*(c * factor for c in colour))
    return _clipped(*(c + (255 - c) * (factor - 1.0) for c in colour))


def blend(one: Colour, other: Colour, part: float) -> Colour:
    """`part` of the way from one colour to the other."""
    return _clipped(*(a + (b - a) * part for a, b in zip(one, other, strict=True)))


def jitter(rng: np.random.Generator, colour: Colour, amount: float) -> Colour:
    """The colour with noise of that many grey levels on each channel."""
    return _clipped(*(np.asarray(colour) + rng.normal(0.0, amount, 3)))


def _clipped(red: float, green: float, blue: float) -> Colour:
    return int(min(255, max(0, red))), int(min(255, max(0, green))), int(min(255, max(0, blue)))
