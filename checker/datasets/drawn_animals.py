"""A cat or a dog, drawn: head, body and tail, in a pose, with fur from the same palette for both.

What tells them apart is shape: a cat has upright pointed ears, a short face with a small nose, slit pupils,
whiskers and a long thin tail; a dog has hanging ears, a long muzzle with a big nose, round dark eyes,
often a tongue, and a short thick tail. Colour, size, place and pose say nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from checker.datasets.sketch import Colour, Frame, Sketch, blend, jitter, shade

PALETTE: tuple[Colour, ...] = (
    (236, 226, 208),
    (222, 184, 135),
    (205, 133, 63),
    (160, 98, 52),
    (108, 70, 44),
    (62, 52, 48),
    (36, 34, 38),
    (128, 128, 132),
    (176, 172, 168),
    (92, 98, 112),
    (228, 160, 92),
    (246, 244, 240),
)
PINK: Colour = (232, 150, 150)
POSES = ("portrait", "sitting", "side")


@dataclass(frozen=True)
class Coat:
    """The colours of one animal; `marking` is "plain", "stripes", "patches" or "mask"."""

    fur: Colour
    second: Colour
    light: Colour
    dark: Colour
    marking: str


def random_coat(rng: np.random.Generator) -> Coat:
    """A coat, drawn in the same way for cats and dogs."""
    fur = jitter(rng, PALETTE[rng.integers(len(PALETTE))], 10)
    second = jitter(rng, PALETTE[rng.integers(len(PALETTE))], 10)
    marking = str(rng.choice(["plain", "stripes", "patches", "mask"]))
    light = blend(fur, (250, 246, 238), rng.uniform(0.35, 0.8))
    return Coat(fur, second, light, shade(fur, rng.uniform(0.5, 0.75)), marking)


def draw_animal(sketch: Sketch, frame: Frame, is_dog: bool, coat: Coat, rng: np.random.Generator) -> None:
    """Draw the animal; the frame's unit is the radius of the head, its origin the head's middle."""
    pose = POSES[rng.integers(len(POSES))]
    sketch.ink = shade(coat.fur, 0.35) if rng.random() < 0.6 else None
    if pose == "side":
        _side(sketch, frame, is_dog, coat, rng)
    else:
        _front(sketch, frame, is_dog, coat, rng, sitting=pose == "sitting")
    head = frame.inside(0, 0, 1.0, rng.uniform(-0.3, 0.3))
    yaw = rng.uniform(-0.25, 0.25)
    if is_dog:
        _dog_head(sketch, head, coat, yaw, rng)
    else:
        _cat_head(sketch, head, coat, yaw, rng)
    sketch.ink = None


def _front(
    sketch: Sketch, frame: Frame, is_dog: bool, coat: Coat, rng: np.random.Generator, sitting: bool
) -> None:
    width = rng.uniform(0.8, 1.05)
    if not sitting:
        sketch.ellipse(frame, 0, 1.75, width * 1.1, 1.2, coat.fur)
        sketch.ellipse(frame, 0, 1.7, width * 0.55, 0.8, coat.light)
        return
    side = 1.0 if rng.random() < 0.5 else -1.0
    _tail(sketch, frame.inside(side * width * 0.9, 2.6), is_dog, coat, side, rng)
    sketch.ellipse(frame, 0, 2.1, width, 1.3, coat.fur)
    for x in (-0.75, 0.75):
        sketch.ellipse(frame, x * width, 2.95, 0.45, 0.5, coat.fur)
    sketch.ellipse(frame, 0, 1.7, width * 0.5, 0.75, coat.light)
    for x in (-0.3, 0.3):
        sketch.ellipse(frame, x, 2.6, 0.24, 0.8, coat.fur)
        sketch.ellipse(frame, x, 3.3, 0.3, 0.2, coat.light)


def _side(sketch: Sketch, frame: Frame, is_dog: bool, coat: Coat, rng: np.random.Generator) -> None:
    length, height = rng.uniform(1.5, 1.9), rng.uniform(0.75, 0.95)
    middle = 1.2 + length * 0.55
    _tail(sketch, frame.inside(middle + length * 0.85, 0.9), is_dog, coat, 1.0, rng)
    step = rng.uniform(-0.25, 0.25)
    for x, swing, colour in (
        (middle - length * 0.6, step, coat.dark),
        (middle + length * 0.7, -step, coat.dark),
        (middle - length * 0.75, -step, coat.fur),
        (middle + length * 0.55, step, coat.fur),
    ):
        leg = frame.inside(x, 1.4, 1.0, swing)
        sketch.polygon(leg, [(-0.22, 0), (0.22, 0), (0.17, 1.5), (-0.3, 1.5)], colour)
    sketch.ellipse(frame, middle, 1.15, length, height, coat.fur)
    if coat.marking == "patches":
        sketch.ellipse(frame, middle + rng.uniform(-0.5, 0.6), 0.95, 0.5, 0.4, coat.second)
    if coat.marking == "stripes":
        for x in np.linspace(-0.6, 0.7, 4):
            sketch.stroke(frame, [(middle + x, 0.5), (middle + x + 0.1, 1.2)], 0.12, coat.dark)


def _tail(
    sketch: Sketch, frame: Frame, is_dog: bool, coat: Coat, side: float, rng: np.random.Generator
) -> None:
    lift = rng.uniform(0.6, 1.3)
    if is_dog:
        points = [(0.0, 0.0), (side * 0.4, -0.35 * lift), (side * 0.6, -0.9 * lift)]
        sketch.stroke(frame, points, 0.36, coat.fur)
    else:
        points = [(0.0, 0.0), (side * 0.6, 0.05), (side * 0.95, -0.6 * lift), (side * 0.8, -1.3 * lift)]
        sketch.stroke(frame, [*points, (side * 1.1, -1.7 * lift)], 0.22, coat.fur)


def _cat_head(sketch: Sketch, head: Frame, coat: Coat, yaw: float, rng: np.random.Generator) -> None:
    tall, spread = rng.uniform(0.85, 1.1), rng.uniform(-0.08, 0.08)
    for side in (-1.0, 1.0):
        tip = (side * (0.82 + spread), -0.45 - tall)
        sketch.polygon(head, [(side * 0.95, -0.3), tip, (side * 0.12, -0.8)], coat.fur)
        inner = [(side * 0.82, -0.5), (tip[0] * 0.97, tip[1] + 0.25), (side * 0.35, -0.8)]
        sketch.polygon(head, inner, blend(PINK, coat.dark, 0.35))
    sketch.ellipse(head, 0, 0, 1.05, 0.88, coat.fur)
    _markings(sketch, head, coat, yaw)
    colour = ((120, 190, 90), (226, 190, 70), (120, 180, 220))[rng.integers(3)]
    for side in (-1.0, 1.0):
        x = side * 0.42 + yaw
        sketch.ellipse(head, x, -0.08, 0.25, 0.2, colour)
        sketch.ellipse(head, x, -0.08, 0.07, 0.19, (15, 15, 15))
    sketch.ellipse(head, yaw * 1.3 - 0.16, 0.42, 0.22, 0.18, coat.light)
    sketch.ellipse(head, yaw * 1.3 + 0.16, 0.42, 0.22, 0.18, coat.light)
    nose = yaw * 1.3
    sketch.polygon(head, [(nose - 0.12, 0.22), (nose + 0.12, 0.22), (nose, 0.37)], PINK)
    whiskers = (250, 250, 250) if sum(coat.fur) < 420 else (60, 55, 55)
    for side in (-1.0, 1.0):
        for slope in (-0.14, 0.03, 0.2):
            start = (nose + side * 0.35, 0.42 + slope * 0.4)
            sketch.stroke(head, [start, (nose + side * 1.35, 0.38 + slope * 1.6)], 0.035, whiskers)


def _dog_head(sketch: Sketch, head: Frame, coat: Coat, yaw: float, rng: np.random.Generator) -> None:
    sketch.ellipse(head, 0, -0.1, 0.88, 0.92, coat.fur)
    _markings(sketch, head, coat, yaw)
    muzzle = yaw * 1.5
    long = rng.uniform(0.5, 0.62)
    if rng.random() < 0.6:
        sketch.ellipse(head, muzzle + rng.uniform(-0.08, 0.08), 1.0, 0.2, 0.38, (226, 92, 104))
    sketch.ellipse(head, muzzle, 0.48, 0.5, long, coat.light)
    sketch.ellipse(head, muzzle, 0.2, 0.25, 0.18, (28, 24, 26))
    sketch.stroke(head, [(muzzle, 0.35), (muzzle, 0.65)], 0.05, (40, 32, 32))
    mouth = [(muzzle - 0.3, 0.72), (muzzle, 0.66), (muzzle + 0.3, 0.72)]
    sketch.stroke(head, mouth, 0.05, (40, 32, 32))
    for side in (-1.0, 1.0):
        x = side * 0.38 + yaw
        sketch.ellipse(head, x, -0.25, 0.14, 0.16, (30, 22, 20))
        sketch.ellipse(head, x + 0.05, -0.31, 0.045, 0.05, (245, 245, 245))
    ears = coat.second if coat.marking in ("patches", "mask") else coat.dark
    length, bend = rng.uniform(1.15, 1.6), rng.uniform(0.05, 0.35)
    for side in (-1.0, 1.0):
        ear = head.inside(side * 0.68, -0.85, 1.0, -side * rng.uniform(0.2, 0.45))
        sketch.drop(ear, length, 0.36, ears, side * bend)


def _markings(sketch: Sketch, head: Frame, coat: Coat, yaw: float) -> None:
    ink, sketch.ink = sketch.ink, None
    if coat.marking == "stripes":
        for x in (-0.3, 0.0, 0.3):
            sketch.stroke(head, [(x + yaw, -0.75), (x * 0.7 + yaw, -0.4)], 0.1, coat.dark)
    elif coat.marking == "patches":
        sketch.ellipse(head, 0.4 + yaw, -0.18, 0.36, 0.42, coat.second)
    elif coat.marking == "mask":
        sketch.ellipse(head, yaw, 0.15, 0.62, 0.6, blend(coat.fur, coat.second, 0.6))
    sketch.ink = ink
