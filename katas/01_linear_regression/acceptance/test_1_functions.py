"""Prediction, loss and gradients, compared with the formulas themselves."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from checker.suite import Diagnosis, also, refuse, say
from checker.suite.beside import beside

causes = beside(__file__, "causes")


class Case(NamedTuple):
    """A table, and a model that does not fit it."""

    x: np.ndarray
    y: np.ndarray
    w: np.ndarray
    b: float


SHAPES = [(50, 3), (1, 4), (7, 20), (64, 1)]


def draw(rng: np.random.Generator, rows: int, columns: int) -> Case:
    """Columns, answers and a model whose errors have a mean far from zero, and both signs."""
    x = rng.normal(loc=1.0, scale=2.0, size=(rows, columns))
    w, b = rng.normal(size=columns), 3.0 + float(rng.uniform(1, 3))
    return Case(x, rng.normal(loc=-2.0, scale=5.0, size=rows), w, b)


def test_predict(submission: Any, expect: Any, rng: Any) -> None:
    """predict(x, w, b) is x w + b for every row"""
    hint = "Each row: its columns times w, added up, and then b once."
    with expect.cases(causes.PREDICT) as case:
        for rows, columns in SHAPES:
            c = draw(rng, rows, columns)
            what = say("predict(x, w, b) for {rows} x {columns}", rows=rows, columns=columns)
            alike = causes.of_predict(c.x, c.w, c.b)
            case(
                submission.predict(c.x, c.w, c.b),
                c.x @ c.w + c.b,
                what,
                rtol=1e-4,
                atol=1e-4,
                hint=hint,
                **alike,
            )


# float32 is exact enough for a formula; a wrong one is further off than this.
EXACT = 1e-4


def test_loss(submission: Any, expect: Any, rng: Any) -> None:
    """loss(x, y, w, b) is the mean squared error"""
    hint = "Square each row's error, then take the mean. Do y and the predictions have the same shape (n,)?"
    seen: list[Any] = []
    with also(lambda: causes.penalised(seen)), expect.cases(causes.LOSS) as case:
        for rows, columns in SHAPES:
            c = draw(rng, rows, columns)
            what = say("loss(x, y, w, b) for {rows} x {columns}", rows=rows, columns=columns)
            wanted = float(np.mean((c.x @ c.w + c.b - c.y) ** 2))
            given = submission.loss(c.x, c.y, c.w, c.b)
            if rows > 1 and np.shape(given) in ((rows,), (rows, 1)):
                missing = Diagnosis("mean_missing", "It is one number for each row: take their mean.")
                refuse(
                    expect,
                    say(
                        "{what} has the shape {shape}; a single number is expected.",
                        what=what,
                        shape=np.shape(given),
                    ),
                    missing,
                )
            value = expect.number(given, what)
            seen.append((value, wanted, c.w, c.b, rows))
            alike = causes.of_loss(c.x, c.y, c.w, c.b)
            case(value, wanted, what, atol=EXACT * max(wanted, 1.0), hint=hint, **alike)


def test_loss_of_the_truth(submission: Any, expect: Any, rng: Any) -> None:
    """loss is 0 where every prediction is right"""
    c = draw(rng, 30, 2)
    value = expect.number(submission.loss(c.x, c.x @ c.w + c.b, c.w, c.b), "loss(x, y, w, b)")
    expect.at_most(
        abs(value), "loss of the true w and b", 1e-7, hint="Is anything added to the squared errors?"
    )


def test_gradients(submission: Any, expect: Any, rng: Any, read_pair: Any) -> None:
    """gradients(x, y, w, b) are the slopes of the loss"""
    hint = "Follow one row through the chain rule, or compare with (loss(w + h) - loss(w - h)) / 2h."
    seen: list[Any] = []
    decay = also(lambda: causes.decayed(seen, "dw"))
    with decay, expect.cases(causes.DW) as case_w, expect.cases(causes.DB) as case_b:
        for rows, columns in SHAPES:
            c = draw(rng, rows, columns)
            size = {"rows": rows, "columns": columns}
            error = c.x @ c.w + c.b - c.y
            given = submission.gradients(c.x, c.y, c.w, c.b)
            dw, db = read_pair(given, "gradients(x, y, w, b)", ("dw", "db"), columns)
            wanted, slope = 2 * c.x.T @ error / rows, np.atleast_1d(2 * np.mean(error))
            seen.append((dw, wanted, c.w))
            ws, bs = causes.of_gradients(c.x, c.y, c.w, c.b)
            case_w(
                dw,
                wanted,
                say("dw of gradients(x, y, w, b) for {rows} x {columns}", **size),
                atol=EXACT * max(np.abs(wanted).max(), 1.0),
                hint=hint,
                **ws,
            )
            case_b(
                np.atleast_1d(db),
                slope,
                say("db of gradients(x, y, w, b) for {rows} x {columns}", **size),
                atol=EXACT * max(np.abs(slope).max(), 1.0),
                hint=hint,
                **bs,
            )
