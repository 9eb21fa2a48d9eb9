"""What is around the animal in a drawn picture: sky, meadow, room, and things lying about.

Things have the corners, drops and balls that animals have too, so that a corner alone is no ear.
"""

from __future__ import annotations

import numpy as np

from checker.datasets.drawn_animals import PALETTE
from checker.datasets.sketch import Colour, Frame, Sketch, blend, jitter, shade

_GROUNDS: tuple[Colour, ...] = (
    (96, 148, 72),
    (196, 176, 128),
    (232, 236, 240),
    (140, 104, 76),
    (120, 124, 130),
)
_SKIES: tuple[Colour, ...] = ((150, 200, 236), (244, 196, 150), (40, 50, 84), (206, 212, 218))
_WALLS: tuple[Colour, ...] = (
    (214, 196, 170),
    (150, 174, 166),
    (188, 146, 150),
    (70, 82, 104),
    (236, 230, 218),
)
_STAR = [
    (np.sin(a) * r, -np.cos(a) * r) for a, r in zip(np.arange(10) * np.pi / 5, [1.0, 0.45] * 5, strict=True)
]


def draw_background(sketch: Sketch, rng: np.random.Generator) -> None:
    """Fill the whole canvas with an outdoor or an indoor scene."""
    size = sketch.size
    horizon = size * rng.uniform(0.4, 0.85)
    outdoors = rng.random() < 0.55
    upper = jitter(rng, _pick(rng, _SKIES if outdoors else _WALLS), 14)
    lower = jitter(rng, _pick(rng, _GROUNDS), 14)
    bands = 8
    for band in range(bands):
        top, bottom = horizon * band / bands, horizon * (band + 1) / bands
        sketch.rectangle(0, top, size, bottom, shade(upper, 1.0 + (0.35 if outdoors else 0.1) * band / bands))
        top = horizon + (size - horizon) * band / bands
        bottom = horizon + (size - horizon) * (band + 1) / bands
        sketch.rectangle(0, top, size, bottom, shade(lower, 1.0 - 0.3 * band / bands))
    if not outdoors and rng.random() < 0.6:
        width = size * rng.uniform(0.05, 0.14)
        paper = blend(upper, jitter(rng, _pick(rng, _WALLS), 14), 0.5)
        for left in np.arange(0, size, 2 * width):
            sketch.rectangle(left, 0, left + width, horizon, paper)


def draw_things(sketch: Sketch, rng: np.random.Generator, count: int) -> None:
    """Scatter `count` things over the canvas: trees, balls, boxes, stars, leaves, posts, hats."""
    for _ in range(count):
        frame = Frame.placed(
            rng.uniform(0, sketch.size),
            rng.uniform(0, sketch.size),
            sketch.size * rng.uniform(0.05, 0.15),
            rng.uniform(-0.6, 0.6),
        )
        _THINGS[rng.integers(len(_THINGS))](sketch, frame, _thing_colour(rng), rng)


def _thing_colour(rng: np.random.Generator) -> Colour:
    if rng.random() < 0.5:
        return jitter(rng, _pick(rng, PALETTE), 12)
    red, green, blue = rng.integers(30, 240, 3).tolist()
    return red, green, blue


def _pick(rng: np.random.Generator, colours: tuple[Colour, ...]) -> Colour:
    return colours[rng.integers(len(colours))]


def _tree(sketch: Sketch, frame: Frame, colour: Colour, rng: np.random.Generator) -> None:
    sketch.polygon(frame, [(-0.15, 0.8), (0.15, 0.8), (0.15, 1.5), (-0.15, 1.5)], shade(colour, 0.5))
    for level in range(int(rng.integers(1, 4))):
        y = 0.9 - 0.6 * level
        sketch.polygon(frame, [(-0.8, y), (0.8, y), (0.0, y - 1.2)], shade(colour, 1.0 - 0.1 * level))


def _ball(sketch: Sketch, frame: Frame, colour: Colour, rng: np.random.Generator) -> None:
    sketch.ellipse(frame, 0, 0, 1, 1, colour)
    sketch.ellipse(frame, -0.3, -0.3, 0.3, 0.25, shade(colour, 1.5))
    if rng.random() < 0.5:
        sketch.stroke(frame, [(-0.95, 0.1), (0.0, 0.35), (0.95, 0.1)], 0.16, shade(colour, 0.6))


def _box(sketch: Sketch, frame: Frame, colour: Colour, rng: np.random.Generator) -> None:
    tall = rng.uniform(0.5, 1.3)
    sketch.polygon(frame, [(-1, -tall), (1, -tall), (1, tall), (-1, tall)], colour)
    sketch.stroke(frame, [(-1, -tall * 0.3), (1, -tall * 0.3)], 0.15, shade(colour, 0.65))


def _star(sketch: Sketch, frame: Frame, colour: Colour, rng: np.random.Generator) -> None:
    sketch.polygon(frame, np.asarray(_STAR) * rng.uniform(0.7, 1.1), colour)


def _leaves(sketch: Sketch, frame: Frame, colour: Colour, rng: np.random.Generator) -> None:
    for turn in np.linspace(-1.1, 1.1, int(rng.integers(2, 6))):
        sketch.drop(frame.inside(0, 0.5, 1.0, turn + np.pi), 1.5, 0.3, shade(colour, rng.uniform(0.7, 1.2)))


def _post(sketch: Sketch, frame: Frame, colour: Colour, rng: np.random.Generator) -> None:
    sketch.polygon(frame, [(-0.2, -2.5), (0.2, -2.5), (0.2, 2.5), (-0.2, 2.5)], colour)
    if rng.random() < 0.5:
        sketch.ellipse(frame, 0, -2.5, 0.55, 0.55, shade(colour, 1.3))


def _hat(sketch: Sketch, frame: Frame, colour: Colour, rng: np.random.Generator) -> None:
    gap = rng.uniform(0.2, 0.9)
    for side in (-1.0, 1.0):
        sketch.polygon(
            frame, [(side * gap, 0.6), (side * (gap + 0.9), 0.6), (side * (gap + 0.5), -0.8)], colour
        )
    sketch.stroke(frame, [(-1.8, 0.6), (1.8, 0.6)], 0.2, shade(colour, 0.7))


_THINGS = (_tree, _ball, _box, _star, _leaves, _post, _hat)
