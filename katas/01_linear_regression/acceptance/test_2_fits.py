"""Both fits, on tables that are kind and on tables that are not.

Descent is right when its predictions are almost as good as the best straight ones; how it gets there is not
judged. The closed form must find the best coefficients, and the shortest ones where several are best.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from checker.suite import say
from checker.suite.beside import beside

causes = beside(__file__, "causes_fits")

pytestmark = pytest.mark.training

EXCESS = "error above the best fit"
SHOWN_ROWS = 400
DIVERGED = (
    "Did the steps grow instead of shrink, or was something divided by a spread of 0? Print the loss after the "
    "first ten steps."
)


def answers(rng: np.random.Generator, x: np.ndarray, noise: float = 0.3) -> np.ndarray:
    """y from x with every column that varies weighing about the same, plus noise; of order 1 to 10."""
    spread = x.std(axis=0)
    spread = np.where(spread <= 1e-9 * np.abs(x).max(axis=0), np.inf, spread)
    w = rng.choice([-1, 1], x.shape[1]) * rng.uniform(0.5, 2, x.shape[1]) / spread
    return (x - x.mean(axis=0)) @ w + rng.uniform(2, 8) + noise * rng.normal(size=len(x))


def clean(rng: np.random.Generator) -> np.ndarray:
    """Three columns of mean 0 and deviation 1."""
    return rng.normal(size=(200, 3))


def ordinary(rng: np.random.Generator) -> np.ndarray:
    """Three columns of deviation 1 and means between 1 and 3, of either sign: what a bias is for."""
    return rng.normal(size=(200, 3)) + rng.uniform(1, 3, 3) * rng.choice([-1, 1], 3)


def scales(rng: np.random.Generator) -> np.ndarray:
    """Deviations from 1/1000 to 1000."""
    return rng.normal(size=(500, 5)) * rng.permutation(10.0 ** np.array([-3, -1.5, 0, 1.5, 3]))


def means(rng: np.random.Generator) -> np.ndarray:
    """Means of 100 deviations, of either sign."""
    return (rng.normal(size=(400, 4)) + 100 * rng.choice([-1, 1], 4)) * [1, 10, 0.1, 1]


def constant(rng: np.random.Generator) -> np.ndarray:
    """Four columns that vary and three that do not: 0, 7, and 0.1, whose deviation comes out as 1e-16."""
    x = rng.normal(loc=2, size=(200, 7))
    x[:, [1, 3, 6]] = 0.0, 7.0, 0.1
    return x


def twins(rng: np.random.Generator) -> np.ndarray:
    """Two equal columns, one a thousandth of another, one the sum of two others."""
    x = rng.normal(size=(300, 7))
    x[:, 1] = x[:, 0]
    x[:, 4] = x[:, 3] / 1000
    x[:, 6] = x[:, 5] + x[:, 0]
    return x


def wide(rng: np.random.Generator) -> np.ndarray:
    """More columns than rows."""
    return rng.normal(loc=1, size=(40, 100))


def large(rng: np.random.Generator) -> np.ndarray:
    """20,000 rows of eight related columns, with means and deviations like those of a table of houses."""
    curvature = np.linspace(0.25, 1.9, 8)
    mix = np.sqrt(curvature)[:, None] * np.linalg.qr(rng.normal(size=(8, 8)))[0]
    deviation = rng.permutation([0.01, 0.5, 2, 2, 10, 50, 400, 1100])
    return (rng.normal(size=(20_000, 8)) @ mix + rng.uniform(-4, 4, 8)) * deviation


TABLES = {
    "clean columns": clean,
    "ordinary columns": ordinary,
    "scales from 1/1000 to 1000": scales,
    "means of 100 deviations": means,
    "constant columns": constant,
    "equal and dependent columns": twins,
    "more columns than rows": wide,
}
# What to think of where a descent does not arrive, by table; in this order it is tried on them.
IDEAS = {
    "clean columns": (
        "Print the loss every hundred steps: is it still falling at the end? Then walk further, or in larger steps. "
        "If not: were both w and b brought back from standardised columns to x?"
    ),
    "scales from 1/1000 to 1000": (
        "One learning rate cannot suit all columns. What would make them alike, and how is it undone in w and b?"
    ),
    "means of 100 deviations": (
        "A column far from 0 pulls w and b along together. What happens to b when you shift a column?"
    ),
    "constant columns": (
        "What does dividing by the spread of a constant column do? np.full((200, 2), 0.1).std(axis=0) is not 0."
    ),
    "equal and dependent columns": (
        "Dependent columns make some directions steeper: is the step still small enough?"
    ),
    "more columns than rows": (
        "Many columns make the steepest direction steeper: is the step small enough, and are there enough steps?"
    ),
}


def best_error(x: np.ndarray, y: np.ndarray) -> float:
    """The mean squared error of least squares, computed on columns of deviation 1."""
    z = x - x.mean(axis=0)
    z /= np.maximum(z.std(axis=0), 1e-9 * np.abs(x).max(axis=0) + 1e-300)
    t = y - y.mean()
    return float(np.mean((z @ np.linalg.lstsq(z, t, rcond=1e-9)[0] - t) ** 2))


def excess(x: np.ndarray, y: np.ndarray, w: np.ndarray, b: float) -> float:
    """By how much the mean squared error exceeds the best one, as a share of the variance of y."""
    return (float(np.mean((x @ w + b - y) ** 2)) - best_error(x, y)) / float(np.var(y))


CORE = ("clean columns", "scales from 1/1000 to 1000")
robust = pytest.mark.star("robust")


def asked(read_pair: Any, call: Any, name: str, x: np.ndarray, y: np.ndarray, w: Any, b: Any) -> Any:
    """What came, for the experiments, which may call the function again."""

    def fit(other: np.ndarray, answers: np.ndarray) -> Any:
        return read_pair(call(other, answers), name, ("w", "b"), other.shape[1])

    return causes.Asked(x, y, w, b, fit)


def why_not_arrived(diagnose: Any, t: Any) -> Any:
    """The causes of a descent that is not at the bottom."""
    now = t.excess(t.w, t.b)
    grown = [lambda: causes.scale_of_columns(t), lambda: causes.grows(t)]
    if not now < 1e3:
        return diagnose(certain=grown)
    return diagnose(
        certain=[
            lambda: causes.in_other_units(t),
            lambda: causes.scale_of_columns(t),
            # Before the exact mistakes: a walk that shakes may come by one of them.
            lambda: causes.random_steps(t),
            lambda: causes.equals_mistake(t, 1e-4),
            lambda: causes.penalty(t),
            lambda: causes.way_gone(t),
            lambda: causes.columns_dropped(t),
        ],
        otherwise=lambda: causes.otherwise(t),
    )


def why_not_best(diagnose: Any, t: Any) -> Any:
    """The causes of a closed form that is not least squares."""
    return diagnose(
        certain=[
            lambda: causes.equals_mistake(t, 1e-7),
            lambda: causes.in_other_units(t),
            lambda: causes.penalty(t),
            lambda: causes.columns_dropped(t),
        ],
        otherwise=lambda: causes.otherwise(t),
    )


@pytest.mark.parametrize(
    "table", [name if name in CORE else pytest.param(name, marks=robust) for name in IDEAS]
)
def test_descent(
    submission: Any, expect: Any, diagnose: Any, rng: Any, targets: Any, read_pair: Any, table: str
) -> None:
    """fit_gradient_descent arrives"""
    x = TABLES[table](rng)
    y = answers(rng, x)
    name, call = "fit_gradient_descent", submission.fit_gradient_descent

    def why(w: Any = None, b: Any = None) -> Any:
        # Not finite: only that the steps grew is left to be explained.
        w, b = (np.full(x.shape[1], np.inf), np.inf) if w is None else (w, b)
        return why_not_arrived(diagnose, asked(read_pair, call, name, x, y, w, b))

    w, b = read_pair(call(x, y), name, ("w", "b"), x.shape[1], DIVERGED, why)
    marks = {"predicting the mean of y": excess(x, y, np.zeros(x.shape[1]), float(y.mean()))}
    over, limit = excess(x, y, w, b), targets.excess_error
    expect.at_most(over, EXCESS, limit, "of var(y)", marks, hint=IDEAS[table], why=lambda: why(w, b))


@pytest.fixture(scope="module")
def houses(streams: Any) -> tuple[np.ndarray, np.ndarray]:
    """The large table and its answers."""
    rng = streams.hidden("houses")
    x = large(rng)
    return x, answers(rng, x)


@pytest.fixture(scope="module")
def descended(submission: Any, houses: Any) -> tuple[Any, Any]:
    """What descent gave on the large table, and the time it took."""
    with submission.worker("descent") as worker:
        given = worker.call("fit_gradient_descent", *houses, budget="fit_gradient_descent")
    return given, worker.elapsed


@pytest.fixture(scope="module")
def solved(submission: Any, houses: Any) -> tuple[Any, Any]:
    """What the closed form gave on the large table, and the time it took."""
    with submission.worker("closed-form") as worker:
        given = worker.call("fit_closed_form", *houses, budget="fit_closed_form")
    return given, worker.elapsed


def test_descent_in_time(
    submission: Any, expect: Any, diagnose: Any, houses: Any, descended: Any, targets: Any, read_pair: Any
) -> None:
    """fit_gradient_descent arrives on 20,000 rows within its time"""
    (x, y), (given, elapsed) = houses, descended
    name, call = "fit_gradient_descent", submission.fit_gradient_descent

    def why(w: Any = None, b: Any = None) -> Any:
        w, b = (np.full(8, np.inf), np.inf) if w is None else (w, b)
        return why_not_arrived(diagnose, asked(read_pair, call, name, x, y, w, b))

    w, b = read_pair(given, name, ("w", "b"), 8, DIVERGED, why)
    marks = {"predicting the mean of y": excess(x, y, np.zeros(8), float(y.mean()))}
    hint = "Columns of very different scale, and related to each other: are there enough steps of the right size?"
    over, limit = excess(x, y, w, b), targets.excess_error
    expect.at_most(over, EXCESS, limit, "of var(y)", marks, hint=hint, why=lambda: why(w, b))
    expect.within_budget(
        elapsed, "A step costs two matrix products with x: no loop over the rows. When may it stop?"
    )


@pytest.mark.parametrize(
    "table",
    [
        "ordinary columns",
        pytest.param("scales from 1/1000 to 1000", marks=robust),
        pytest.param("means of 100 deviations", marks=robust),
    ],
)
def test_closed_form(
    submission: Any, expect: Any, diagnose: Any, rng: Any, read_pair: Any, table: str
) -> None:
    """fit_closed_form finds the least-squares coefficients"""
    x = TABLES[table](rng)
    y = answers(rng, x)
    w, b = read_pair(submission.fit_closed_form(x, y), "fit_closed_form", ("w", "b"), x.shape[1])
    center, unit = x.mean(axis=0), x.std(axis=0)
    wanted = np.linalg.lstsq((x - center) / unit, y - y.mean(), rcond=None)[0]
    hint = "Is the bias part of the fit: a column of ones, or centred x and y? Does a cut-off throw a small column away?"
    call = submission.fit_closed_form
    off = max(
        float(np.abs(w * unit - wanted).max() / np.abs(wanted).max()),
        abs(float(b + center @ w - y.mean()) / float(y.mean())),
    )
    found = ()
    if off > 1e-3:
        found = why_not_best(diagnose, asked(read_pair, call, "fit_closed_form", x, y, w, b))
    expect.that(
        not found,
        say(
            "fit_closed_form is not least squares: its error above the best fit is {excess:.2g} of var(y).",
            excess=excess(x, y, w, b),
        ),
        hint,
        why=lambda: found,
    )
    expect.close(w * unit, wanted, "w, per deviation of its column,", rtol=1e-3, hint=hint)
    expect.close(b + center @ w, y.mean(), "the prediction for the mean row", rtol=1e-3, hint=hint)


@robust
@pytest.mark.parametrize(
    "table", ["constant columns", "equal and dependent columns", "more columns than rows"]
)
def test_shortest(submission: Any, expect: Any, rng: Any, read_pair: Any, table: str) -> None:
    """fit_closed_form finds the shortest of many best coefficients"""
    x = TABLES[table](rng)
    y = answers(rng, x)
    w, b = read_pair(submission.fit_closed_form(x, y), "fit_closed_form", ("w", "b"), x.shape[1])
    hint = (
        "When columns depend on each other, x'x has no inverse, or one made of rounding errors. What else solves "
        "least squares?"
    )
    marks = {"predicting the mean of y": excess(x, y, np.zeros(x.shape[1]), float(y.mean()))}
    expect.at_most(excess(x, y, w, b), EXCESS, 1e-6, "of var(y)", marks, hint=hint)
    given = np.append(w, b)
    shortest = _shortest(x, y)
    distance = min(float(np.linalg.norm(given - s)) for s in shortest) / float(np.linalg.norm(shortest[0]))
    far = say(
        "The predictions are the best ones, but other coefficients that predict the same are shorter: "
        "yours have length {your_w:.4g} (w) and {your_w_and_b:.4g} (w and b), the shortest w has {shortest_w:.4g}, the "
        "shortest (w, b) {shortest_w_and_b:.4g}.",
        your_w=np.linalg.norm(w),
        your_w_and_b=np.linalg.norm(given),
        shortest_w=np.linalg.norm(shortest[0][:-1]),
        shortest_w_and_b=np.linalg.norm(shortest[1]),
    )
    idea = "Which solver gives the minimum norm? Shortest counts in the original units of x, not in standardised ones."
    expect.that(distance <= 1e-3, far, idea)


def _shortest(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(w, b) of least squares with the shortest w, and with the shortest (w, b); either is right."""
    center = x.mean(axis=0)
    w = np.linalg.lstsq(x - center, y - y.mean(), rcond=1e-10)[0]
    both = np.linalg.lstsq(np.column_stack([x, np.ones(len(x))]), y, rcond=1e-10)[0]
    return np.append(w, y.mean() - center @ w), both


def test_closed_form_in_time(
    submission: Any, expect: Any, diagnose: Any, houses: Any, solved: Any, read_pair: Any
) -> None:
    """fit_closed_form solves 20,000 rows within its time"""
    (x, y), (given, elapsed) = houses, solved
    w, b = read_pair(given, "fit_closed_form", ("w", "b"), 8)
    marks = {"predicting the mean of y": excess(x, y, np.zeros(8), float(y.mean()))}

    def why() -> Any:
        call = submission.fit_closed_form
        return why_not_best(diagnose, asked(read_pair, call, "fit_closed_form", x, y, w, b))

    hint = "Is the bias part of the fit?"
    expect.at_most(excess(x, y, w, b), EXCESS, 1e-6, "of var(y)", marks, hint=hint, why=why)
    expect.within_budget(
        elapsed, "It takes one call of a solver on (20000, 9) numbers: no loop over rows, no (n, n) matrix."
    )


@pytest.mark.star("speed")
def test_descent_is_fast(expect: Any, descended: Any) -> None:
    """fit_gradient_descent stops when it has arrived"""
    expect.near_reference(
        descended[1], "How long is the gradient after 50, 100 and 200 steps? Stop where it is short enough."
    )


@pytest.mark.star("speed")
def test_closed_form_is_fast(expect: Any, solved: Any) -> None:
    """fit_closed_form needs no more than one solver"""
    expect.near_reference(solved[1], "One call of a solver on (20000, 9) numbers is enough.")


@pytest.mark.picture
def test_predictions(show: Any, houses: Any, descended: Any, read_pair: Any) -> None:
    """predicted against true answers"""
    (x, y), (given, _) = houses, descended
    w, b = read_pair(given, "fit_gradient_descent", ("w", "b"), x.shape[1])
    ends = np.array([y.min(), y.max()])
    off, spread = float(np.sqrt(np.mean((x @ w + b - y) ** 2))), float(y.std())
    show.scatter(
        "predictions",
        y[:SHOWN_ROWS],
        (x @ w + b)[:SHOWN_ROWS],
        line=(ends, ends),
        x="true y",
        y="predicted y",
        caption=f"What your descent predicts for {SHOWN_ROWS} of 20,000 rows, against the truth. On the line both are the "
        "same; what is left beside it is the noise that no straight line can explain.",
        caption_ko=f"경사 하강법으로 구한 계수가 20,000개 행 가운데 {SHOWN_ROWS}개에 대해 예측한 값과 참값입니다. 선 위에서는 "
        "둘이 같고, 선에서 벗어난 만큼은 어떤 직선으로도 설명할 수 없는 잡음입니다.",
        alt=f"The root mean squared error is {off:.3g}; y itself has a standard deviation of {spread:.3g}.",
        alt_ko=f"평균 제곱근 오차는 {off:.3g}이고, y의 표준편차는 {spread:.3g}입니다.",
    )
