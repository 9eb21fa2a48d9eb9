"""What the bias is for, and units that are off for good."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

Samples = tuple[np.ndarray, np.ndarray]
Case = Callable[[np.random.Generator], Samples]


def side(rng: np.random.Generator, sign: float) -> np.ndarray:
    """Five distinct x on one side of 0, neither tiny nor huge."""
    return sign * (np.arange(1, 6) * rng.uniform(0.5, 1.0) + rng.uniform(0, 0.2))


def rays(rng: np.random.Generator, left: float | None, right: float | None) -> Samples:
    """Samples on a ray of slope `left` for x < 0 and one of slope `right` for x > 0; None leaves a side out."""
    parts = [(side(rng, -1), left), (side(rng, 1), right)]
    x = np.concatenate([xs for xs, slope in parts if slope is not None])
    y = np.concatenate([slope * xs for xs, slope in parts if slope is not None])
    return x, y


def with_zero(samples: Samples, value: float) -> Samples:
    return np.append(samples[0], 0.0), np.append(samples[1], value)


def missed(rng: np.random.Generator, samples: Samples, where: int) -> Samples:
    """One sample lifted off its ray, far more than the 0.01 that the stub promises."""
    x, y = samples[0].copy(), samples[1].copy()
    y[where] += rng.choice([-1, 1]) * rng.uniform(0.3, 1)
    return x, y


def slope(rng: np.random.Generator) -> float:
    return float(rng.choice([-1, 1]) * rng.uniform(0.5, 3))


CASES: dict[str, tuple[bool, Case]] = {
    "a ray to the right": (True, lambda r: rays(r, None, slope(r))),
    "a ray to the left": (True, lambda r: rays(r, slope(r), None)),
    "a different ray on each side": (True, lambda r: rays(r, slope(r), slope(r))),
    "|x|": (True, lambda r: rays(r, -1.0, 1.0)),
    "flat on the left, rising on the right": (True, lambda r: rays(r, 0.0, slope(r))),
    "through the origin": (True, lambda r: with_zero(rays(r, slope(r), slope(r)), 0.0)),
    "past the origin": (False, lambda r: with_zero(rays(r, slope(r), slope(r)), slope(r))),
    "only a sample at 0, above it": (False, lambda r: (np.zeros(1), np.array([slope(r)]))),
    "one sample off the right ray": (False, lambda r: missed(r, rays(r, slope(r), slope(r)), 7)),
    "one sample off the left ray": (False, lambda r: missed(r, rays(r, slope(r), slope(r)), 2)),
    "one sample off the ray, zeros elsewhere": (False, lambda r: missed(r, rays(r, 0.0, 0.0), 8)),
    "a line that misses the origin": (False, lambda r: lifted(rays(r, 1.3, 1.3), slope(r))),
    "a constant": (False, lambda r: lifted(rays(r, 0.0, 0.0), slope(r))),
    "two y for the same x": (False, lambda r: doubled(rays(r, slope(r), slope(r)), 1.0)),
    "the same sample twice": (True, lambda r: doubled(rays(r, slope(r), slope(r)), 0.0)),
    "one sample": (True, lambda r: (side(r, -1)[:1], np.array([slope(r)]))),
    "no samples": (True, lambda r: (np.zeros(0), np.zeros(0))),
}


def lifted(samples: Samples, by: float) -> Samples:
    return samples[0], samples[1] + by


def doubled(samples: Samples, by: float) -> Samples:
    """The first sample once more, with its y moved."""
    return np.append(samples[0], samples[0][0]), np.append(samples[1], samples[1][0] + by)


def check_samples(submission: Any, expect: Any, rng: Any, possible: bool) -> None:
    """Ask about every case with this answer, with columns and with flat arrays, in random order."""
    for name, (answer, draw) in CASES.items():
        for columns in (False, True):
            if answer is not possible:
                continue
            x, y = draw(rng)
            order = rng.permutation(len(x))
            x, y = x[order], y[order]
            if columns:
                x, y = x[:, None], y[:, None]
            said = expect.number(submission.fits_without_bias(x, y), "fits_without_bias(x, y)")
            expect.that(
                said == possible,
                f"fits_without_bias(x, y) is {bool(said)} for x of shape {x.shape} ({name}); {possible} is right.",
                "Without biases, what is f(2 x) if you know f(x)? What does that say of f(-x), and of f(0)?",
            )


def test_fits_without_bias(submission: Any, expect: Any, rng: Any) -> None:
    """fits_without_bias is True for what a network without biases can pass through"""
    check_samples(submission, expect, rng, True)


def test_fits_only_with_bias(submission: Any, expect: Any, rng: Any) -> None:
    """fits_without_bias is False for what needs a bias, or cannot be passed through at all"""
    check_samples(submission, expect, rng, False)


def check_dead(submission: Any, expect: Any, w: np.ndarray, b: np.ndarray, x: np.ndarray) -> None:
    """Compare with the definition."""
    result = submission.dead_units(w, b, x)
    if isinstance(result, tuple):
        expect.invalid(
            "dead_units(w, b, x) returned a tuple.", "np.where and np.nonzero give one: take its part [0]."
        )
    found = expect.array(result, "dead_units(w, b, x)")
    wanted = [unit for unit in range(len(b)) if all(row @ w[:, unit] + b[unit] <= 0 for row in x)]
    if found.ndim != 1:
        expect.invalid(f"dead_units(w, b, x) has the shape {found.shape}; a list of indices is expected.")
    expect.that(
        not (isinstance(result, np.ndarray) and result.dtype.kind == "b"),
        "dead_units(w, b, x) is a mask of True and False; the indices of the units are asked for.",
        "np.flatnonzero(mask)",
    )
    missing, extra = len(set(wanted) - set(found.tolist())), len(set(found.tolist()) - set(wanted))
    expect.that(
        not missing and not extra,
        f"Of {len(wanted)} dead units {missing} are missing, and {extra} are named that are not dead.",
        "Dead: 0 on every row. A pre-activation of exactly 0 gives 0 too.",
    )
    expect.that(
        found.tolist() == wanted, "The dead units are right, but not each once and in ascending order."
    )


def test_dead_units(submission: Any, expect: Any, rng: Any) -> None:
    """dead_units finds the units that are 0 on every row"""
    w, x = rng.normal(size=(6, 40)), rng.normal(size=(100, 6))
    highest = (x @ w).max(axis=0)
    dead = rng.random(40) < 0.3
    b = np.where(dead, -highest - rng.uniform(0.1, 2, size=40), -highest + rng.uniform(0.1, 2, size=40))
    check_dead(submission, expect, w, b, x)


def test_dead_units_none_and_all(submission: Any, expect: Any, rng: Any) -> None:
    """dead_units gives no index where every unit lives, and all where none does"""
    w, x = rng.normal(size=(3, 8)), rng.normal(size=(20, 3))
    check_dead(submission, expect, w, np.full(8, 100.0), x)
    check_dead(submission, expect, w, np.full(8, -100.0), x)


def test_dead_units_at_the_edge(submission: Any, expect: Any, rng: Any) -> None:
    """dead_units counts a unit whose pre-activation only just reaches 0, and none that is on for one row"""
    # Small whole numbers: every product and sum is exact.
    w, x = rng.integers(-3, 4, size=(4, 30)).astype(float), rng.integers(-3, 4, size=(25, 4)).astype(float)
    b = -(x @ w).max(axis=0)
    b[::2] += 0.5
    check_dead(submission, expect, w, b, x)
