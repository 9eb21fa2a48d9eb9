"""Prediction, loss and gradients, compared with the formulas themselves."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np


class Case(NamedTuple):
    """A table, and a model that does not fit it."""

    x: np.ndarray
    y: np.ndarray
    w: np.ndarray
    b: float


SHAPES = [(50, 3), (1, 4), (7, 20), (64, 1)]


def draw(rng: np.random.Generator, rows: int, columns: int) -> Case:
    """Columns, answers and a model whose errors have a mean far from zero."""
    x = rng.normal(loc=1.0, scale=2.0, size=(rows, columns))
    w, b = rng.normal(size=columns), 3.0 + float(rng.uniform(1, 3))
    return Case(x, rng.normal(loc=-2.0, size=rows), w, b)


def test_predict(submission: Any, expect: Any, rng: Any) -> None:
    """predict(x, w, b) is x w + b for every row"""
    for rows, columns in SHAPES:
        c, what = draw(rng, rows, columns), f"predict(x, w, b) for {rows} x {columns}"
        y = expect.array(submission.predict(c.x, c.w, c.b), what, shape=(rows,))
        no_bias = np.allclose(y, c.x @ c.w, atol=1e-3)
        expect.that(not no_bias, f"{what} is x w without the bias b.", "Add b to every row.")
        hint = "Each row: its columns times w, added up, and then b once."
        expect.close(y, c.x @ c.w + c.b, what, rtol=1e-4, atol=1e-4, hint=hint)


def test_loss(submission: Any, expect: Any, rng: Any, close_or_factor: Any) -> None:
    """loss(x, y, w, b) is the mean squared error"""
    for rows, columns in SHAPES:
        c, what = draw(rng, rows, columns), f"loss(x, y, w, b) for {rows} x {columns}"
        wanted = np.mean((c.x @ c.w + c.b - c.y) ** 2)
        factors = {0.5: "This loss has no 1/2 in front: it is the mean of the squares."}
        if rows > 1:
            factors[float(rows)] = "That is the sum over the rows; divide by their number."
            factors[1 / rows] = "The rows' number divides twice: once is the mean."
            factors[float(wanted**-0.5)] = (
                "That is the square root of it; the mean squared error has no root."
            )
        value = expect.number(submission.loss(c.x, c.y, c.w, c.b), what)
        hint = (
            "Square each row's error, then take the mean. Do y and the predictions have the same shape (n,)?"
        )
        close_or_factor(value, wanted, what, factors, hint)


def test_loss_of_the_truth(submission: Any, expect: Any, rng: Any) -> None:
    """loss is 0 where every prediction is right"""
    c = draw(rng, 30, 2)
    value = expect.number(submission.loss(c.x, c.x @ c.w + c.b, c.w, c.b), "loss(x, y, w, b)")
    expect.at_most(
        abs(value), "loss of the true w and b", 1e-7, hint="Is anything added to the squared errors?"
    )


def test_gradients(submission: Any, rng: Any, read_pair: Any, close_or_factor: Any) -> None:
    """gradients(x, y, w, b) are the slopes of the loss"""
    for rows, columns in SHAPES:
        c, what = draw(rng, rows, columns), f"of gradients(x, y, w, b) for {rows} x {columns}"
        error = c.x @ c.w + c.b - c.y
        factors = {
            -1.0: "The sign: the gradient points uphill. Is it prediction minus y, or y minus prediction?",
            0.5: "Differentiating a square gives a factor of 2.",
            -0.5: "The sign is turned, and the 2 from the square is missing.",
        }
        if rows > 1:
            factors[float(rows)] = "The loss is a mean, so its gradient divides by the number of rows too."
            factors[rows / 2] = (
                "The loss is a mean of squares: there is a 2, and a division by the number of rows."
            )
            factors[1 / rows] = "The rows' number divides twice."
        given = submission.gradients(c.x, c.y, c.w, c.b)
        dw, db = read_pair(given, "gradients(x, y, w, b)", ("dw", "db"), columns)
        hint = "Follow one row through the chain rule, or compare with (loss(w + h) - loss(w - h)) / 2h."
        close_or_factor(dw, 2 * c.x.T @ error / rows, f"dw {what}", factors, hint)
        close_or_factor(np.asarray(db), 2 * np.mean(error), f"db {what}", factors, hint)
