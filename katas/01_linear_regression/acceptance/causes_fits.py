"""Why a fit is not the best one: its (w, b) in other units, fits of mistakes, walks that end too early or grow."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np

from checker.suite import Diagnosis, say, together

Array = np.ndarray
Fit = Callable[[Array, Array], tuple[Array, float]]
# A what-if names a cause where it leaves so little, as a share of var(y), and the fit so many times as much.
LITTLE, CLEARLY = 1e-4, 10.0


class Asked(NamedTuple):
    """A table, what came for it, and the function that gave it (asked again for what-ifs)."""

    x: Array
    y: Array
    w: Array
    b: float
    fit: Fit

    @property
    def center(self) -> Array:
        """The mean of each column."""
        return np.asarray(self.x.mean(axis=0))

    @property
    def unit(self) -> Array:
        """The deviation of each column; 1 where there is none."""
        spread = self.x.std(axis=0)
        return np.where(spread <= 1e-9 * np.abs(self.x).max(axis=0), 1.0, spread)

    @property
    def best(self) -> tuple[Array, float]:
        """Least squares, on standardised columns and back."""
        z = (self.x - self.center) / self.unit
        w = np.linalg.lstsq(z, self.y - self.y.mean(), rcond=1e-9)[0] / self.unit
        return w, float(self.y.mean() - self.center @ w)

    def excess(self, w: Array, b: float) -> float:
        """By how much the mean squared error is above the best one, as a share of var(y)."""
        return excess(self.x, self.y, w, b, self.best)

    def far(self, w: Array, b: float) -> float:
        """How far other coefficients predict from what came, as a share of var(y), mean squared."""
        return float(np.mean((self.x @ (self.w - w) + self.b - b) ** 2) / np.var(self.y))


def excess(x: Array, y: Array, w: Array, b: float, best: tuple[Array, float]) -> float:
    """By how much the mean squared error is above the best one, as a share of var(y)."""
    # Least squares: the error above the best is the mean squared difference of the predictions.
    with np.errstate(over="ignore", invalid="ignore"):
        off = x @ (w - best[0]) + b - best[1]
        value = float(np.mean(off**2) / np.var(y))
    return value if np.isfinite(value) else np.inf


def small(share: float) -> str:
    """A share of var(y), in words where it is next to nothing."""
    return "next to nothing" if share < 1e-6 else say("{share:.1g} of var(y)", share=share)


def in_other_units(t: Asked) -> Diagnosis | None:
    """w right but for a scale of its columns, or b for the shift."""
    now = t.excess(t.w, t.b)
    mean = float(t.y.mean())
    if (d := _bias_alone(t, now)) is not None:
        return d
    low, high = t.x.min(axis=0), t.x.max(axis=0)
    span = np.where(high > low, high - low, 1.0)
    largest = np.where(np.abs(t.x).max(axis=0) > 0, np.abs(t.x).max(axis=0), 1.0)
    length = np.where(np.linalg.norm(t.x, axis=0) > 0, np.linalg.norm(t.x, axis=0), 1.0)
    spread = float(t.y.std())
    tried: list[tuple[str, str, Array]] = [
        ("standardised_units", "w is in standardised units: divide each w by its column's deviation, and then b is "
         "mean(y) less mean(x) times w.", t.w / t.unit),
        ("standardised_units", "w is in the units of columns scaled to [0, 1]: divide each w by its column's largest "
         "less its smallest, and bring b back too.", t.w / span),
        ("standardised_units", "w is in the units of columns scaled to [-1, 1]: divide each w by half of its "
         "column's largest less its smallest, and bring b back too.", t.w / (span / 2)),
        ("standardised_units", "w is in the units of columns divided by their largest: divide each w by that.", t.w / largest),
        ("standardised_units", "w is in the units of columns divided by their length: divide each w by that.", t.w / length),
        ("answers_scaled", "y was divided by its deviation, and that is not undone: multiply w by it, and bring b back too.",
         t.w * spread),
        ("answers_scaled", "Both x and y are in standardised units: multiply w by y's deviation, divide it by the "
         "column's, and bring b back too.", t.w * spread / t.unit),
        ("answers_scaled", "y was scaled to [0, 1], and that is not undone: multiply w by its range, and bring b back too.",
         t.w * float(np.ptp(t.y))),
        ("answers_scaled", "y was divided by its largest, and that is not undone: multiply w and b by it.",
         t.w * float(np.abs(t.y).max())),
        ("scaling_undone_twice", "w is divided by the column's deviation once too often.", t.w * t.unit),
        ("scaling_by_variance", "w is divided by the root of the column's deviation: it is the deviation that "
         "divides.", t.w / t.unit**0.5),
        ("scaling_turned_round", "w is multiplied by the column's deviation: divide by it.", t.w / t.unit**2),
        ("sign_of_weights", "w has the opposite sign.", -t.w),
        ("weights_reversed", "w comes in the opposite order, the last column's first.", t.w[::-1]),
        ("twice", "w is twice what it should be.", t.w / 2),
        ("half", "w is half of what it should be.", t.w * 2),
    ]  # fmt: skip
    found = [(t.excess(w, mean - float(t.center @ w)), i) for i, (_, _, w) in enumerate(tried)]
    least, i = min(found)
    if least > LITTLE or least * CLEARLY > now:
        return None
    identity, text, _ = tried[i]
    return Diagnosis(
        identity,
        together(
            text,
            say(
                "With that the error above the best fit would be {least:.1g} of var(y); it is {now:.2g}.",
                least=least,
                now=now,
            ),
        ),
    )


def _bias_alone(t: Asked, now: float) -> Diagnosis | None:
    mean = float(t.y.mean())
    right = mean - float(t.center @ t.w)
    left = t.excess(t.w, right)
    if left > LITTLE or left * CLEARLY > now:
        return None
    scale = float(t.y.std())
    known = [
        ("bias_zero", 0.0, "b is 0: is it trained, and returned?"),
        ("bias_of_centred", mean, "b is the mean of y, which is the bias of standardised (centred) columns. Was b "
         "brought back too? Take mean(x) @ w away from it."),
        ("bias_sign", mean + float(t.center @ t.w), "b is mean(y) + mean(x) @ w: mean(x) @ w is taken away."),
        ("bias_from_scaled_weights", mean - float(t.center @ (t.w * t.unit)), "b was computed with the w of "
         "standardised columns: first divide w by the deviations, then take mean(x) @ w away."),
        ("bias_divided_twice", mean - float(t.center @ (t.w / t.unit)), "b was computed with mean(x) / deviation "
         "times a w that is divided already: take mean(x) @ w away."),
        ("bias_from_one_mean", mean - float(t.x.mean()) * float(t.w.sum()), "b was computed with the mean of the "
         "whole table: each column has its own mean, axis 0."),
        ("bias_of_means_alone", -float(t.center @ t.w), "b is -mean(x) @ w, without mean(y)."),
        ("bias_of_first_row", float(t.y[0] - t.x[0] @ t.w), "b is that of the first row alone."),
        ("bias_twice", 2 * right, "b is twice what it should be."),
        ("bias_sign", -right, "b has the opposite sign."),
    ]  # fmt: skip
    text = say(
        "The weights are right: with another b the error above the best fit would be {with_another}, with this "
        "one it is {now:.2g}.",
        with_another=small(left),
        now=now,
    )
    for identity, value, why in known:
        if abs(t.b - value) < 0.01 * min(scale, abs(t.b - right)) and abs(value - right) > 0.02 * scale:
            return Diagnosis(identity, together(text, why))
    return Diagnosis(
        "bias_wrong",
        together(
            text,
            say(
                "Every prediction is off by {shift:.2g}. Was b brought back too, from standardised columns to x, and "
                "is it trained long enough?",
                shift=t.b - right,
            ),
        ),
    )


def fits_of_mistakes(t: Asked) -> Iterator[tuple[str, str, Array, float]]:
    """What other problems have as their solution."""
    x, y, mean = t.x, t.y, float(t.y.mean())
    n, d = x.shape

    def least(a: Array, c: Array) -> Array:
        return np.asarray(np.linalg.lstsq(a, c, rcond=None)[0])

    raw, joint = least(x, y - mean), least(np.column_stack([x, np.ones(n)]), y)
    first = np.roll(joint, 1)
    alone = np.array([np.cov(x[:, j], y, bias=True)[0, 1] / max(np.var(x[:, j]), 1e-300) for j in range(d)])
    shifted = least(np.column_stack([x, np.ones(n)]), np.roll(y, 1))
    on_raw = "What came is that of centred y on raw x: centre x too, then b is mean(y) - mean(x) @ w."
    yield from [
        ("no_intercept", "What came is the best fit without a bias: add a column of ones, or centre x and y.", least(x, y), 0.0),
        ("raw_x_centred_y", on_raw, raw, mean),
        ("raw_x_centred_y", on_raw, raw, mean - float(t.center @ raw)),
        ("centred_answers_kept", "What came is that of centred y, and the mean of y is not added again.",
         least(x - t.center, y - mean), 0.0),
        ("solution_cut_wrong", "What came is the joint solution cut at its wrong end: the column of ones stood "
         "first, so b is its first number.", first[:-1], float(first[-1])),
        ("solution_cut_wrong", "What came is the joint solution cut at its wrong end: the column of ones stood "
         "last, so b is its last number.", joint[1:], float(joint[0])),
        ("each_column_alone", "What came is that of each column by itself: x'x is more than its diagonal.", alone,
         mean - float(t.center @ alone)),
        ("constant", "What came is no slope at all: w is 0 and b the mean of y. Do x and y still belong together, and do the "
         "steps reach w?",
         np.zeros(d), mean),
        ("pairs_torn", "What came is that of each row with the y of its neighbour.", shifted[:-1], float(shifted[-1])),
    ]  # fmt: skip
    for k in sorted(
        {10, 16, 20, 32, 50, 64, 100, 128, n // 2, int(0.7 * n), int(0.8 * n), int(0.9 * n), n - 1, n - 10}
    ):
        count = {"k": k, "n": n}
        of_first = say("What came is that of the first {k} of {n} rows alone: all rows count.", **count)
        of_last = say("What came is that of the last {k} of {n} rows alone: all rows count.", **count)
        for text, rows in ((of_first, slice(0, k)), (of_last, slice(max(n - k, 0), n))):
            if d < k < n:
                part = least(np.column_stack([x[rows], np.ones(k)]), y[rows])
                yield "some_rows_only", text, part[:-1], float(part[-1])


def equals_mistake(t: Asked, exactness: float) -> Diagnosis | None:
    """The fit is the exact solution of another problem."""
    now = t.excess(t.w, t.b)
    for identity, text, w, b in fits_of_mistakes(t):
        if not (np.isfinite(w).all() and np.isfinite(b)):
            continue
        if t.far(w, b) < min(exactness, now / 30) and t.excess(w, b) > 10 * exactness:
            return Diagnosis(identity, text)
    return None


def penalty(t: Asked) -> Diagnosis | None:
    """A ridge: x'(y - x w) is in proportion to w."""
    centred = t.x - t.center
    for name, a in (("w", centred), ("w of standardised columns", centred / t.unit)):
        w = t.w if name == "w" else t.w * t.unit
        slope = a.T @ (t.y - t.y.mean() - a @ w)
        strength = float(w @ slope / (w @ w)) if w @ w > 0 else 0.0
        if strength > 1e-6 and np.abs(slope - strength * w).max() < 1e-3 * np.abs(slope).max():
            return Diagnosis(
                "penalty",
                say(
                    "What came is the best fit with a penalty of {strength:.2g} |w|^2 on the sum of squares "
                    "({name}): ridge, or weight decay. Least squares has none.",
                    strength=strength,
                    name=name,
                ),
            )
    whole = np.column_stack([t.x, np.ones(len(t.x))])
    w = np.append(t.w, t.b)
    slope = whole.T @ (t.y - whole @ w)
    strength = float(w @ slope / (w @ w)) if w @ w > 0 else 0.0
    if strength > 1e-6 and np.abs(slope - strength * w).max() < 1e-3 * np.abs(slope).max():
        return Diagnosis(
            "penalty",
            say(
                "What came is the best fit with a penalty of {strength:.2g} on the squares of w and b: ridge, or "
                "weight decay. Least squares has none.",
                strength=strength,
            ),
        )
    return None


def columns_dropped(t: Asked) -> Diagnosis | None:
    """Some columns have no weight, though they matter."""
    best = t.best[0] * t.unit
    none = np.abs(t.w * t.unit) < 1e-3 * np.abs(best).max()
    matter = none & (np.abs(best) > 0.05 * np.abs(best).max())
    if not matter.any() or none.all():
        return None
    scales = t.unit[matter]
    return Diagnosis(
        "columns_without_weight",
        say(
            "{dropped} of {count} columns have no weight, though y depends on them; their deviations are "
            "{least:.1g} to {most:.1g}, those of all columns {least_of_all:.1g} to {most_of_all:.1g}. One rate, or one "
            "cut-off, for columns of different scale: make them alike first.",
            dropped=int(matter.sum()),
            count=len(best),
            least=scales.min(),
            most=scales.max(),
            least_of_all=t.unit.min(),
            most_of_all=t.unit.max(),
        ),
    )


def random_steps(t: Asked) -> Diagnosis | None:
    """Two walks from the same data end at different places, as far apart as the miss."""
    now = t.excess(t.w, t.b)
    if now > 0.1:
        return None
    w, b = t.fit(t.x, t.y)
    apart = t.far(w, b)
    if apart < 0.3 * now:
        return None
    return Diagnosis(
        "steps_stay_random",
        say(
            "It is nearly there, {now:.1g} of var(y) above the best, but called again it ends {apart:.1g} "
            "elsewhere: random batches keep it shaking. Let the steps shrink towards the end, or take all "
            "rows.",
            now=now,
            apart=apart,
        ),
    )


def scale_of_columns(t: Asked) -> Diagnosis | None:
    """On standardised columns the same function arrives."""
    if t.unit.max() < 5 * t.unit.min() and np.abs(t.center / t.unit).max() < 5:
        return None
    z = (t.x - t.center) / t.unit
    best = (t.best[0] * t.unit, float(t.y.mean()))
    value = excess(z, t.y, *t.fit(z, t.y), best)
    if not value < 1e-3:
        return None
    return Diagnosis(
        "columns_not_scaled",
        say(
            "With the same columns at mean 0 and deviation 1 it arrives (error above the best fit "
            "{over:.1g} of var(y)): one learning rate does not suit columns of deviations {least:.1g} to "
            "{most:.1g}. Standardise them inside, and bring w and b back to x.",
            over=value,
            least=t.unit.min(),
            most=t.unit.max(),
        ),
    )


def grows(t: Asked) -> Diagnosis | None:
    """Why the steps grow: a sum over the rows, a step uphill, a rate that is too large."""
    z = ((t.x - t.center) / t.unit)[:, :1]
    column, few = z[:, :1], np.array([[-1.0], [1.0]])
    line = 3.0 + 2.0 * column[:, 0]

    def arrives(x: Array, y: Array) -> bool:
        try:
            w, b = t.fit(x, y)
        except Exception:
            return False
        return bool(np.isfinite(w).all() and np.isfinite(b)) and float(
            np.mean((x @ w + b - y) ** 2)
        ) < 0.5 * float(np.var(y))

    few_arrive, many_arrive = arrives(few, np.array([1.0, 5.0])), arrives(column, line)
    if few_arrive and not many_arrive:
        return Diagnosis(
            "gradient_summed",
            say(
                "On two rows it arrives, on {count} rows of one such column the steps grow: the gradient is "
                "added up over the rows. Divide by their number.",
                count=len(t.x),
            ),
        )
    if not few_arrive:
        return Diagnosis(
            "steps_grow",
            "The steps grow, even on two rows with one column of -1 and 1, where every rate below 1 arrives: is the "
            "step w - rate * gradient (and not plus), and is the rate below 1?",
        )
    return Diagnosis(
        "rate_too_large",
        "The steps grow on these columns, while on one column alone it arrives: the learning rate is too large for "
        "several columns together. Make it smaller.",
    )


def way_gone(t: Asked) -> Diagnosis | None:
    """From 0 towards the best fit, how far it has come in the steepest and the flattest direction."""
    z = (t.x - t.center) / t.unit
    _, directions = np.linalg.eigh(z.T @ z / len(z))
    best_w, best_b = t.best
    whole = directions.T @ (best_w * t.unit)
    gone = directions.T @ (t.w * t.unit)
    counts = np.abs(whole) > 0.05 * np.abs(whole).max()
    shares = gone[counts] / whole[counts]
    # The bias at the middle of the columns, where it does not depend on w.
    middle = (t.b + float(t.center @ t.w)) / (best_b + float(t.center @ best_w))
    least, most = float(min(shares.min(), middle)), float(max(shares.max(), middle))
    if most < -0.05:
        return Diagnosis(
            "steps_uphill",
            say(
                "w and b went away from the best fit, {most:.2g} to {least:.2g} times as far as it is: the step "
                "is w - rate * gradient, not plus.",
                most=-most,
                least=-least,
            ),
        )
    if -0.2 < least < 0.99 and most < 1.3:
        part = "b (at the mean of x)" if middle <= shares.min() else "w, in its flattest direction,"
        return Diagnosis(
            "too_few_steps",
            say(
                "It stopped on the way: of the way from 0 to the best fit {part} has gone {least:.0%}, the "
                "farthest part {most:.0%}. More steps, or larger ones: is the loss still falling at the end?",
                part=part,
                least=max(least, 0),
                most=most,
            ),
        )
    return None


def otherwise(t: Asked) -> Diagnosis:
    """Nothing was found: three figures to look at."""
    e = t.x @ t.w + t.b - t.y
    slope = 2 * ((t.x - t.center) / t.unit).T @ e / len(e)
    return Diagnosis(
        "not_found",
        say(
            "No usual mistake explains it. Look at the mean error ({mean_error:.2g}: b), at the gradient where it "
            "ended, per deviation of its column (up to {slope:.2g}: it should be 0), and at the error above "
            "the best fit, {excess:.2g} of var(y).",
            mean_error=e.mean(),
            slope=np.abs(slope).max(),
            excess=t.excess(t.w, t.b),
        ),
    )
