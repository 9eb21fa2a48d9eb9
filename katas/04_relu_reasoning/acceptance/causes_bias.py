"""Which wrong rule gives the answers of fits_without_bias and of dead_units."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from checker.suite import Diagnosis, say

Array = np.ndarray
Rule = Callable[[Array, Array], bool]


def _ray(x: Array, y: Array) -> bool:
    """One line through the origin passes through all."""
    if not np.any(x != 0):
        return bool(np.all(np.abs(y) < 1e-9))
    slope = float(x @ y / (x @ x))
    return bool(np.all(np.abs(y - slope * x) < 1e-6))


def _side(x: Array, y: Array, keep: Array) -> bool:
    return _ray(x[keep], y[keep]) if keep.any() else True


def _two_rays(x: Array, y: Array) -> bool:
    return _side(x, y, x > 0) and _side(x, y, x < 0)


def _at_zero(x: Array, y: Array) -> bool:
    return bool(np.all(np.abs(y[x == 0]) < 1e-9))


def _consistent(x: Array, y: Array) -> bool:
    return all(np.ptp(y[x == value]) < 1e-9 for value in np.unique(x))


def _last_wins(x: Array, y: Array) -> tuple[Array, Array]:
    kept = dict(zip(x.tolist(), y.tolist(), strict=True))
    return np.array(list(kept)), np.array(list(kept.values()))


def _first_wins(x: Array, y: Array) -> tuple[Array, Array]:
    return _last_wins(x[::-1], y[::-1])


def _line(x: Array, y: Array) -> bool:
    """Some straight line, wherever it crosses, passes through all."""
    a = np.column_stack([x, np.ones(len(x))])
    return bool(np.all(np.abs(a @ np.linalg.lstsq(a, y, rcond=None)[0] - y) < 1e-6))


def _symmetric(x: Array, y: Array) -> bool:
    """|x| times one slope."""
    return _ray(np.abs(x), y)


def _same_sign(x: Array, y: Array) -> bool:
    return all(np.all(y[keep] >= 0) or np.all(y[keep] <= 0) for keep in (x > 0, x < 0))


RULES: list[tuple[str, str, Rule]] = [
    ("always_true", "It is True for everything: a wide network passes through anything only if it has "
     "biases.", lambda x, y: True),
    ("always_false", "It is False for everything: samples on a ray from the origin can be passed through.", lambda x, y: False),
    ("origin_not_looked_at", "It is right but for samples at x = 0: without biases "
     "f(0) is 0.", lambda x, y: _two_rays(x, y) and _consistent(x, y)),
    ("origin_not_looked_at", "It is right but for samples at x = 0: without biases f(0) is 0.", _two_rays),
    ("one_line_for_both_sides", "It asks for one line through the origin. A ReLU network may have another slope on "
     "each side of 0: f(-x) says nothing of f(x).", lambda x, y: _ray(x, y) and _at_zero(x, y)),
    ("one_line_for_both_sides", "It asks for one line through the origin, and does not look at samples at x = 0.",
     lambda x, y: _side(x, y, x != 0)),
    ("origin_alone", "It looks at x = 0 alone: from f(x) follows f(2 x) too, which is 2 f(x).", _at_zero),
    ("origin_and_repeats_alone", "It looks at x = 0 and at x that come twice alone: from f(x) follows f(2 x) too, "
     "which is 2 f(x).",
     lambda x, y: _at_zero(x, y) and _consistent(x, y)),
    ("repeats_alone", "It asks only whether an x comes with two y: without biases f(2 x) is 2 f(x), and "
     "f(0) is 0.", _consistent),
    ("last_of_two_wins", "Of two samples at one x it keeps the last one: with two y for one x no function fits.",
     lambda x, y: _two_rays(*_last_wins(x, y)) and _at_zero(x, y)),
    ("first_of_two_wins", "Of two samples at one x it keeps the first one: with two y for one x no function fits.",
     lambda x, y: _two_rays(*_first_wins(x, y)) and _at_zero(x, y)),
    ("right_side_alone", "It looks at x > 0 alone: the left side has a ray of "
     "its own.", lambda x, y: _side(x, y, x > 0) and _at_zero(x, y)),
    ("left_side_alone", "It looks at x < 0 alone: the right side has a ray of "
     "its own.", lambda x, y: _side(x, y, x < 0) and _at_zero(x, y)),
    ("right_side_alone", "It looks at x > 0 alone: the left side has a ray of its own, and "
     "f(0) is 0.", lambda x, y: _side(x, y, x > 0)),
    ("left_side_alone", "It looks at x < 0 alone: the right side has a ray of its own, and "
     "f(0) is 0.", lambda x, y: _side(x, y, x < 0)),
    ("any_line", "It asks for a straight line anywhere: without biases it has to pass through the origin, and may "
     "bend there.", _line),
    ("symmetric_alone", "It asks for the same slope over |x| on both sides: each side has a slope of its own.",
     lambda x, y: _symmetric(x, y) and _at_zero(x, y)),
    ("signs_alone", "It looks at the signs of y alone: from f(x) follows f(2 x), which is 2 f(x).", _same_sign),
    ("signs_alone", "It looks at the signs of y and at x = 0 alone: from f(x) follows f(2 x), which is 2 f(x).",
     lambda x, y: _same_sign(x, y) and _at_zero(x, y)),
    ("turned_round", "It says the opposite each time.", lambda x, y: not (_two_rays(x, y) and _at_zero(x, y))),
    ("flat_on_the_left", "It takes the left side to be flat, as with a single ReLU: units with a negative weight are on there.",
     lambda x, y: _side(x, y, x > 0) and bool(np.all(np.abs(y[x <= 0]) < 1e-9))),
    ("never_negative", "It takes y to be never negative: the last weights may have either sign.",
     lambda x, y: _two_rays(x, y) and _at_zero(x, y) and bool(np.all(y >= 0))),
    ("zero_wanted", "It asks for a sample at x = 0: there need "
     "be none.", lambda x, y: bool(np.any(x == 0)) and _two_rays(x, y) and _at_zero(x, y)),
    ("both_sides_wanted", "It asks for samples on both sides: there need be none on one.",
     lambda x, y: bool(np.any(x > 0) and np.any(x < 0)) and _two_rays(x, y) and _at_zero(x, y)),
    ("no_zero_wanted", "It refuses every sample at x = 0: with y = 0 "
     "it fits.", lambda x, y: not np.any(x == 0) and _two_rays(x, y)),
    ("repeats_refused", "It refuses an x that comes twice: with the same y it fits.",
     lambda x, y: len(np.unique(x)) == len(x) and _two_rays(x, y) and _at_zero(x, y)),
    ("two_samples_wanted", "It asks for two samples or more: one that is not at 0 always fits.",
     lambda x, y: len(x) > 1 and _two_rays(x, y) and _at_zero(x, y)),
]  # fmt: skip


def of_fits(asked: Sequence[tuple[Array, Array, bool]]) -> Diagnosis | None:
    """`asked` of (x, y, what was said): the rule that says all of that."""
    for identity, text, rule in RULES:
        if all(rule(x, y) == said for x, y, said in asked):
            return Diagnosis(identity, text)
    return None


def dead_rules(w: Array, b: Array, x: Array) -> dict[str, tuple[str, Array]]:
    """By id, what to say and which units each rule names."""
    z = x @ w + b
    return {
        "living_units": ("are those that live: dead are the others, which are 0 on every row", (z > 0).any(axis=0)),
        "off_on_some_row": ("are those that are off on some row: dead is a unit that is off on "
        "every row", (z <= 0).any(axis=0)),
        "bias_forgotten": ("are those without the bias: it is relu(x W + b)", (x @ w <= 0).all(axis=0)),
        "bias_sign": ("are those of x W - b: the bias is added", (x @ w - b <= 0).all(axis=0)),
        "on_every_row": ("are those that are on on every row", (z > 0).all(axis=0)),
        "negative_bias": ("are those with a negative bias: the inputs count too", b < 0),
        "mean_of_rows": ("are those whose mean before the ReLU is not positive: every row counts", z.mean(axis=0) <= 0),
        "mean_row": ("are those that are off on the mean row: every row counts", x.mean(axis=0) @ w + b <= 0),
        "first_row_alone": ("are those that are off on the first row: every row counts", z[0] <= 0),
        "last_row_alone": ("are those that are off on the last row: every row counts", z[-1] <= 0),
        "most_rows": ("are those that are off on most rows: every row counts", (z <= 0).mean(axis=0) > 0.5),
        "nearly_every_row": ("are those that are off on nine rows of ten: every row counts", (z <= 0).mean(axis=0) >= 0.9),
        "negative_weights": ("are those with negative weights alone: the inputs count too", (w < 0).all(axis=0)),
        "sign_turned": ("are those that are on or 0 on every row: the comparison is turned round", (z >= 0).all(axis=0)),
        "nothing": ("are none", np.zeros(len(b), bool)),
        "everything": ("are all", np.ones(len(b), bool)),
    }  # fmt: skip


def telling_units(rng: np.random.Generator) -> tuple[Array, Array, Array]:
    """(w, b, x) in which some units are dead, some always on, and others off on a few, on half or on most rows."""
    w, x = rng.normal(size=(4, 40)), rng.normal(size=(60, 4))
    w[:, :4] = -np.abs(w[:, :4])
    sums = np.sort(x @ w, axis=0)
    shares = rng.permutation(np.linspace(0.01, 0.99, 40))
    b = -np.array([sums[int(share * 59), j] for j, share in enumerate(shares)]) - 1e-3
    b[::5] = -sums[-1, ::5] - 0.2
    b[1::8] = -sums[0, 1::8] + 0.2
    # Without the bias some are dead too.
    x[:, 0] = np.abs(x[:, 0])
    w[:, 6], w[:, 12] = [-3, 0, 0, 0], [-2, 0, 0, 0]
    b[6], b[12] = 4.0, 3.0
    return w, b, x


def of_dead(asked: Sequence[tuple[Array, Array, Array, Sequence[float]]]) -> Diagnosis | None:
    """`asked` of (w, b, x, what was named): the rule that names all of that."""
    named = [sorted({int(u) for u in found if float(u).is_integer()}) for *_, found in asked]
    right = [np.flatnonzero((x @ w + b <= 0).all(axis=0)).tolist() for w, b, x, _ in asked]
    rows = [np.flatnonzero((x @ w + b <= 0).all(axis=1)).tolist() for w, b, x, _ in asked]
    if named == [[unit + 1 for unit in units] for units in right]:
        return Diagnosis("counted_from_one", "The units are counted from 1: the first is 0.")
    rules = [dead_rules(w, b, x) for w, b, x, _ in asked]
    for identity, (text, _) in rules[0].items():
        if all(
            np.flatnonzero(r[identity][1]).tolist() == units for r, units in zip(rules, named, strict=True)
        ):
            return Diagnosis(identity, say("The units that are named {text}.", text=text))
    if named == rows or any(
        units and max(units) >= len(b) for units, (_, b, _, _) in zip(named, asked, strict=True)
    ):
        return Diagnosis(
            "rows_for_units",
            "Rows are named, not units: a unit is a column of x W + b, so look along axis 0.",
        )
    if all(set(a) < set(b) for a, b in zip(named, right, strict=True)):
        return Diagnosis(
            "some_missing",
            say(
                "Only {named} of {dead} dead units are named: is more than one looked for?",
                named=len(named[0]),
                dead=len(right[0]),
            ),
        )
    return None
