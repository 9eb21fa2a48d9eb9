"""The drawn cats and dogs: rendered by the project, for machines where no photos can be had.

Picture number i of a set depends on the set's seed and i alone. Each shows one animal somewhere, in some
pose, size, coat and light, before or among other things. Both kinds are drawn from the same distribution of
all of these, so that single pixels say next to nothing; `katas/05_cnn_cats_dogs/measured.md` has the figures.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from PIL import Image

from checker.datasets.drawn_animals import draw_animal, random_coat
from checker.datasets.drawn_scenes import draw_background, draw_things
from checker.datasets.sketch import Frame, Sketch

VERSION = 1
"""To be raised when the pictures change: it is part of their seed and of the cache's name."""

_CANVAS = 128


def render(
    count: int, size: int, seed: int = 0, progress: Callable[[int, int], None] | None = None
) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int64]]:
    """Images uint8 (count, size, size, 3) and labels int64 (count,), 1 for a dog and 0 for a cat."""
    labels = np.random.default_rng([VERSION, seed]).permutation(np.arange(count) % 2)
    images = np.empty((count, size, size, 3), np.uint8)
    for i in range(count):
        images[i] = picture(bool(labels[i]), size, np.random.default_rng([VERSION, seed, i]))
        if progress and (i % 100 == 99 or i == count - 1):
            progress(i + 1, count)
    return images, labels.astype(np.int64)


def picture(is_dog: bool, size: int, rng: np.random.Generator) -> npt.NDArray[np.uint8]:
    """One picture, uint8 (size, size, 3)."""
    canvas = max(_CANVAS, 2 * size)
    sketch = Sketch(canvas)
    draw_background(sketch, rng)
    draw_things(sketch, rng, int(rng.integers(3, 8)))
    frame = Frame.placed(
        x=canvas * rng.uniform(0.25, 0.75),
        y=canvas * rng.uniform(0.26, 0.62),
        scale=canvas * rng.uniform(0.14, 0.26),
        turn=rng.uniform(-0.2, 0.2),
        mirrored=bool(rng.random() < 0.5),
        squeeze=rng.uniform(0.88, 1.12),
    )
    draw_animal(sketch, frame, is_dog, random_coat(rng), rng)
    draw_things(sketch, rng, int(rng.integers(0, 2)))
    small = sketch.image.resize((size, size), Image.Resampling.BOX)
    return _lit(np.asarray(small, np.float32), rng)


def _lit(pixels: npt.NDArray[np.float32], rng: np.random.Generator) -> npt.NDArray[np.uint8]:
    """Light from one side, an exposure, a tint, and the grain of a camera."""
    size = len(pixels)
    ramp = np.linspace(-1.0, 1.0, size, dtype=np.float32)
    slope = rng.normal(0.0, 0.12, 2)
    light = 1.0 + slope[0] * ramp[:, None, None] + slope[1] * ramp[None, :, None]
    contrast, exposure = rng.uniform(0.65, 1.15), rng.normal(0.0, 14.0)
    tint = rng.normal(1.0, 0.06, 3)
    lit = ((pixels - 128.0) * contrast + 128.0 + exposure) * light * tint
    grain = rng.normal(0.0, 5.0, pixels.shape)
    return np.asarray(np.clip(lit + grain, 0, 255), np.uint8)
