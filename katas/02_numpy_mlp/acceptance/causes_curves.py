"""Why a curve is drawn badly: other units, few points, an answer without x, bends in one place."""

from __future__ import annotations

from typing import Any

import numpy as np

from checker.suite import Diagnosis, say, together


def best_affine(out: np.ndarray, y: np.ndarray) -> tuple[float, float, float]:
    """(factor, shift, root mean squared error) of the line that turns outputs into answers best."""
    o, t = out.ravel(), y.ravel()
    spread = float(np.var(o))
    a = float(np.mean((o - o.mean()) * (t - t.mean())) / spread) if spread > 1e-12 else 0.0
    b = float(t.mean() - a * o.mean())
    return a, b, float(np.sqrt(np.mean((a * o + b - t) ** 2)))


def curve_units(t: Any, line: float) -> Diagnosis | None:
    """The outputs would be right in other units, or for inputs in other units."""
    y = t.y
    a, b, error = best_affine(t.out(), y)
    far = max(abs(a - 1), abs(b))
    # Less than what the check asks for: in the right units it would pass.
    if error < 0.6 * line and far > 0.15:
        turned = "turned round in their sign" if a < 0 else "in other units"
        return Diagnosis(
            "answers_in_other_units",
            say(
                "The outputs are {turned}: {factor:.2g} times the output {sign} {shift:.2g} is off by {error:.2g} only. "
                "Was y scaled or shifted for training? Undo it in the last W and b.",
                turned=turned,
                factor=a,
                sign="+" if b >= 0 else "-",
                shift=abs(b),
                error=error,
            ),
        )
    mean, std, low, high = t.x.mean(), t.x.std(), t.x.min(), t.x.max()
    tried = {
        "x / 3": t.x / 3, "(x + 3) / 6": (t.x + 3) / 6, "(x - mean) / deviation": (t.x - mean) / std,
        "x scaled to [0, 1]": (t.x - low) / (high - low), "x scaled to [-1, 1]": 2 * (t.x - low) / (high - low) - 1,
        "x less its mean": t.x - mean, "x / deviation": t.x / std, "-x": -t.x, "x / largest": t.x / np.abs(t.x).max(),
        "x / length": t.x / np.linalg.norm(t.x), "x / 6": t.x / 6, "x / 10": t.x / 10, "3 x": 3 * t.x,
    }  # fmt: skip
    for name, x in tried.items():
        other = float(np.sqrt(np.mean((t.out(x) - y) ** 2)))
        if other < 0.35 * line:
            return Diagnosis(
                "inputs_in_other_units",
                say(
                    "For {inputs} in place of x the outputs are off by {error:.2g} only: training saw scaled inputs, "
                    "forward does not. Put the scaling into the first W and b before they are returned.",
                    inputs=name,
                    error=other,
                ),
            )
    return None


def curve_rows(t: Any) -> Diagnosis | None:
    """Right on the first or last rows alone."""
    off = (t.out() - t.y).ravel() ** 2
    for count in (128, 100, 64, 50, 32, 25, 20, 16, 10, 8, 4):
        for is_first, seen in ((True, slice(0, count)), (False, slice(len(off) - count, len(off)))):
            rest = np.ones(len(off), bool)
            rest[seen] = False
            inside, outside = float(np.sqrt(off[seen].mean())), float(np.sqrt(off[rest].mean()))
            if inside < 0.25 * outside and outside > 0.1:
                return Diagnosis("few_rows_only", _few_rows(is_first, count, len(off), inside, outside))
    return None


def _few_rows(is_first: bool, count: int, points: int, inside: float, outside: float) -> str:
    if is_first:
        return say(
            "On the first {count} of the {points} points the error is {inside:.2g}, on all others {outside:.2g}: does "
            "training see those alone, such as one batch again and again?",
            count=count,
            points=points,
            inside=inside,
            outside=outside,
        )
    return say(
        "On the last {count} of the {points} points the error is {inside:.2g}, on all others {outside:.2g}: does "
        "training see those alone, such as one batch again and again?",
        count=count,
        points=points,
        inside=inside,
        outside=outside,
    )


def curve_constant(t: Any) -> Diagnosis | None:
    """The same answer everywhere."""
    out = t.out()
    spread, wanted = float(out.std()), float(t.y.std())
    if spread > 0.05 * wanted:
        return None
    return Diagnosis(
        "constant_output",
        say(
            "The outputs hardly depend on x: they spread by {spread:.2g} around {middle:.2g}, the answers by "
            "{wanted_spread:.2g} around {wanted_middle:.2g}. Do the steps reach the weights, do x and y still belong "
            "together when they are shuffled, and is the step large enough?",
            spread=spread,
            middle=out.mean(),
            wanted_spread=wanted,
            wanted_middle=t.y.mean(),
        ),
    )


def bends(t: Any) -> Diagnosis | None:
    """All units bend near one place."""
    w, b = t.params[0].ravel().astype(np.float64), t.params[1].ravel().astype(np.float64)
    if len(w) < 8:
        return None
    places = -b / np.where(w == 0, 1e-12, w)
    near = float(np.mean(np.abs(places) < 0.3))
    if near < 0.8:
        return None
    return Diagnosis(
        "bends_at_zero",
        together(
            say(
                "{near:.0%} of the {units} hidden units bend (w x + b = 0) between -0.3 and 0.3: they all bend at x = 0, "
                "where biases of 0 put them, and have hardly moved.",
                near=near,
                units=len(w),
            ),
            t.in_words_of_time,
            "Spread the biases over [-3, 3] at the start, or take more or larger steps.",
        ),
    )
