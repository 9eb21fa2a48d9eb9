"""What the bias is for, and units that are off for good."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from checker.suite import Diagnosis, known_numbers, say
from checker.suite.beside import beside

causes = beside(__file__, "causes_bias")

Samples = tuple[np.ndarray, np.ndarray]
Case = Callable[[np.random.Generator], Samples]


def side(rng: np.random.Generator, sign: float) -> np.ndarray:
    """Five distinct x on one side of 0, in eighths: with slopes in quarters y and y / x come out exactly."""
    return sign * (rng.choice(np.arange(4, 40), size=5, replace=False) / 8)


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
    y[where] += rng.choice([-1, 1]) * rng.integers(3, 9) / 8
    return x, y


def slope(rng: np.random.Generator) -> float:
    return float(rng.choice([-1, 1]) * rng.integers(2, 13) / 4)


def lifted(samples: Samples, by: float) -> Samples:
    return samples[0], samples[1] + by


def doubled(samples: Samples, by: float, after: bool) -> Samples:
    """The first sample once more, before or after it, with its y moved."""
    (x, y), where = samples, int(after)
    return np.insert(x, where, x[0]), np.insert(y, where, y[0] + by)


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
    "a line that misses the origin": (False, lambda r: lifted(rays(r, 1.25, 1.25), slope(r))),
    "a constant": (False, lambda r: lifted(rays(r, 0.0, 0.0), slope(r))),
    "two y for the same x": (False, lambda r: doubled(rays(r, slope(r), slope(r)), 1.0, after=True)),
    "two y for the same x, in the other order": (
        False,
        lambda r: doubled(rays(r, slope(r), slope(r)), 1.0, after=False),
    ),
    "the same sample twice": (True, lambda r: doubled(rays(r, slope(r), slope(r)), 0.0, after=True)),
    "one sample": (True, lambda r: (side(r, -1)[:1], np.array([slope(r)]))),
}


def why_of(submission: Any, rng: np.random.Generator) -> Any:
    """The rule that gives all answers of the cases, drawn anew."""
    asked = []
    for _, draw in CASES.values():
        x, y = draw(rng)
        asked.append((x, y, bool(np.asarray(submission.fits_without_bias(x, y)).reshape(()))))
    return causes.of_fits(asked)


def ask_about(
    submission: Any, expect: Any, samples: Samples, possible: bool, name: str, why: Any = None
) -> None:
    x, y = samples
    said = expect.number(submission.fits_without_bias(x, y), "fits_without_bias(x, y)")
    expect.that(
        said == possible,
        say(
            "fits_without_bias(x, y) is {said} for x of shape {shape} ({name}); {possible} is right.",
            said=bool(said),
            shape=x.shape,
            name=name,
            possible=possible,
        ),
        "Without biases, what is f(2 x) if you know f(x)? What does that say of f(-x), and of f(0)?",
        why,
    )


def test_fits_without_bias(submission: Any, expect: Any, diagnose: Any, rng: Any) -> None:
    """fits_without_bias is True for what a network without biases can pass through"""

    def why() -> Any:
        return diagnose(certain=[lambda: why_of(submission, rng)])

    for name, (possible, draw) in CASES.items():
        if possible:
            ask_about(submission, expect, draw(rng), True, name, why)


def test_fits_only_with_bias(submission: Any, expect: Any, diagnose: Any, rng: Any) -> None:
    """fits_without_bias is False for what needs a bias, or cannot be passed through at all"""

    def why() -> Any:
        return diagnose(certain=[lambda: why_of(submission, rng)])

    for name, (possible, draw) in CASES.items():
        if not possible:
            ask_about(submission, expect, draw(rng), False, name, why)


@pytest.mark.star("robust")
def test_fits_columns(submission: Any, expect: Any, rng: Any) -> None:
    """fits_without_bias takes samples of shape (n, 1), in any order"""
    for name, (possible, draw) in CASES.items():
        x, y = draw(rng)
        order = rng.permutation(len(x))
        ask_about(submission, expect, (x[order][:, None], y[order][:, None]), possible, name)


@pytest.mark.star("robust")
def test_fits_no_samples(submission: Any, expect: Any) -> None:
    """fits_without_bias is True for no samples at all"""
    ask_about(submission, expect, (np.zeros(0), np.zeros(0)), True, "no samples")


@pytest.mark.star("robust")
def test_fits_rounded_samples(submission: Any, expect: Any, rng: Any) -> None:
    """fits_without_bias allows for rounding, and for no more: samples of 0.01 and of 100"""
    for _ in range(4):
        x, y = rounded_rays(rng)
        ask_about(submission, expect, (x, y), True, "only rounding is missed")
        while least_miss(x, y) < 0.012:
            x, y = rounded_rays(rng)
            y[rng.integers(12)] += rng.choice([-1, 1]) * 0.05
        ask_about(submission, expect, (x, y), False, "some sample is missed by 0.01 or more")


def rounded_rays(rng: np.random.Generator) -> Samples:
    """Six samples on each side, from 0.01 to 100, on rays of any slope."""
    x = np.concatenate([sign * 10.0 ** rng.uniform(-2, 2, size=6) for sign in (-1, 1)])
    return x, np.where(x > 0, *rng.uniform(0.3, 3, size=2) * rng.choice([-1, 1], size=2)) * x


def least_miss(x: np.ndarray, y: np.ndarray) -> float:
    """By how much the best two rays miss the worst sample: some pair on one side decides it."""
    pairs = [(i, j) for i in range(len(x)) for j in range(len(x)) if x[i] * x[j] > 0]
    return max(float(abs(y[i] * x[j] - y[j] * x[i]) / (abs(x[i]) + abs(x[j]))) for i, j in pairs)


def check_dead(submission: Any, expect: Any, w: np.ndarray, b: np.ndarray, x: np.ndarray) -> Any:
    """Compare with the definition; indices may come as a column, a row, or in the tuple that np.where gives."""
    result = submission.dead_units(w, b, x)
    found = expect.array(result, "dead_units(w, b, x)").reshape(-1)
    wanted = [unit for unit in range(len(b)) if all(row @ w[:, unit] + b[unit] <= 0 for row in x)]
    mask = Diagnosis("mask", "A mask comes where indices are asked for: np.flatnonzero(mask).")
    expect.that(
        not holds_booleans(result),
        "dead_units(w, b, x) is a mask of True and False; the indices of the units are asked for.",
        why=lambda: [mask],
    )

    def why() -> list[Diagnosis]:
        # Units that a wrong rule tells apart from the dead ones, on which many rules agree.
        other = causes.telling_units(known_numbers("telling units"))
        again = expect.array(
            submission.dead_units(*(part.copy() for part in other)), "dead_units(w, b, x)"
        ).reshape(-1)
        cause = causes.of_dead([(w, b, x, found.tolist()), (*other, again.tolist())])
        return [cause] if cause else []

    missing, extra = len(set(wanted) - set(found.tolist())), len(set(found.tolist()) - set(wanted))
    expect.that(
        not missing and not extra,
        say(
            "dead_units(w, b, x): of {dead} dead units {missing} are missing, and {extra} are named that "
            "are not dead.",
            dead=len(wanted),
            missing=missing,
            extra=extra,
        ),
        "Dead: 0 on every row. A pre-activation of exactly 0 gives 0 too.",
        why,
    )
    expect.that(
        found.tolist() == wanted,
        "dead_units(w, b, x): the units are right, but not each once and in ascending order.",
    )
    return result


def holds_booleans(result: Any) -> bool:
    """Whether a mask came in place of indices."""
    if isinstance(result, np.ndarray):
        return result.dtype.kind == "b"
    if isinstance(result, (list, tuple)):
        return any(holds_booleans(part) for part in result)
    return isinstance(result, (bool, np.bool_))


def test_dead_units(submission: Any, expect: Any, rng: Any) -> None:
    """dead_units finds the units that are 0 on every row"""
    w, x = rng.normal(size=(6, 40)), rng.normal(size=(100, 6))
    highest = (x @ w).max(axis=0)
    dead = rng.permutation(40) < 12
    b = np.where(dead, -highest - rng.uniform(0.1, 2, size=40), -highest + rng.uniform(0.1, 2, size=40))
    check_dead(submission, expect, w, b, x)


def test_dead_units_none_and_all(submission: Any, expect: Any, rng: Any) -> None:
    """dead_units gives no index where every unit lives, and all where none does"""
    w, x = rng.normal(size=(3, 8)), rng.normal(size=(20, 3))
    check_dead(submission, expect, w, np.full(8, 100.0), x)
    check_dead(submission, expect, w, np.full(8, -100.0), x)


@pytest.mark.star("robust")
def test_dead_units_at_the_edge(submission: Any, expect: Any, rng: Any) -> None:
    """dead_units counts a unit whose pre-activation only just reaches 0, and gives indices of shape (k,)"""
    # Small whole numbers: every product and sum is exact.
    w, x = rng.integers(-3, 4, size=(4, 30)).astype(float), rng.integers(-3, 4, size=(25, 4)).astype(float)
    b = -(x @ w).max(axis=0)
    b[::2] += 0.5
    result = check_dead(submission, expect, w, b, x)
    shape = expect.array(result, "dead_units(w, b, x)").shape
    expect.that(
        len(shape) == 1,
        say("dead_units(w, b, x) has the shape {shape}; a list of indices is expected.", shape=shape),
        "np.where and np.nonzero give a tuple: take its part [0]. np.flatnonzero gives the indices.",
    )
