"""What well-known mistakes make of predict, loss and gradients; and results in another form than (w, b)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from checker.suite import Diagnosis, say, together

Array = np.ndarray

PREDICT = {
    "no_bias": "It is x w without the bias b: add b to every row.",
    "bias_taken_away": "It is x w - b: the bias is added.",
    "bias_twice": "The bias is added twice.",
    "bias_in_every_column": "The bias is added to x before it is multiplied with w, (x + b) w: add it to x w, once.",
    "bias_per_column": "The bias is added once for each column: add it once to each row.",
    "bias_times": "x w is multiplied by b: the bias is added.",
    "mean_for_sum": "The products of a row are averaged: they are added up, x w is a sum.",
    "weights_reversed": "The weights are used in the opposite order, the last one for the first column.",
    "first_column_only": "Only the first column counts: each row is the sum over all its columns.",
    "weights_added": "The weights are added to x instead of multiplied.",
    "one_sum_for_all": "Every row gets the sum over all rows: sum over the columns alone, axis 1.",
    "column": "The answers come as a column of one number each: w is (d,), so x @ w is (n,).",
    "row": "The answers come as a matrix of one row: w is (d,), so x @ w is (n,).",
    "sum_over_rows": "The products are added up over the rows (axis 0): each row's own columns belong together.",
    "products": "The products are not added up: each row is the sum over its columns.",
}


def of_predict(x: Array, w: Array, b: float) -> dict[str, Any]:
    """By id, what each mistake predicts."""
    n, d = x.shape
    right = x @ w + b
    return {
        "no_bias": x @ w,
        "bias_taken_away": x @ w - b,
        "bias_twice": x @ w + 2 * b,
        "bias_in_every_column": (x + b) @ w,
        "bias_per_column": x @ w + d * b,
        "bias_times": x @ w * b,
        "mean_for_sum": (x * w).mean(axis=1) + b,
        "weights_reversed": x @ w[::-1] + b,
        "first_column_only": x[:, 0] * w[0] + b,
        "weights_added": (x + w).sum(axis=1) + b,
        "one_sum_for_all": np.full(n, (x * w).sum() + b),
        "column": right[:, None],
        "row": right[None, :],
        "sum_over_rows": (x * w).sum(axis=0) + b,
        "products": x * w + b,
    }


LOSS = {
    "half": "There is a factor of 1/2 in front. This loss has none: it is the mean of the squares.",
    "sum": "It is the sum over the rows: divide by their number.",
    "half_of_sum": "It is half the sum of the squares: this loss is their mean, without 1/2.",
    "root": "It is the square root of the mean squared error: leave the root out.",
    "divided_twice": "The number of rows divides twice: once is the mean.",
    "absolute": "It is the mean of |prediction - y|: square each row's error instead.",
    "every_row_with_every_row": "It is the mean over all n times n pairs of a prediction and a y: one of the two is "
    "a column. Both need the same shape (n,).",
    "not_squared": "It is the mean of the errors, not squared.",
    "square_of_mean": "It is the square of the mean error: square each error first, then take the mean.",
    "variance": "It is the variance of the errors: their mean is not to be taken away.",
    "median": "It is a median: a mean is due.",
    "largest": "It is the largest squared error: a mean is due.",
    "no_bias": "It is the loss of x w without the bias b.",
    "length": "It is the length of the error: the mean of the squares is due.",
    "first_row": "It is the squared error of the first row alone.",
    "last_row": "It is the squared error of the last row alone.",
    "by_columns": "It is divided by the number of columns: divide by the number of rows.",
    "by_entries": "It is divided by all n d entries of x: divide by the number of rows n.",
    "by_n_minus_1": "It is divided by n - 1: a mean divides by n.",
    "sign": "It has the opposite sign.",
    "cubed": "It is the mean of |error|^3: squares are due.",
    "relative": "It is divided by the variance of y: the mean squared error is asked for.",
}


def of_loss(x: Array, y: Array, w: Array, b: float) -> dict[str, Any]:
    """By id, what each mistake makes of the loss."""
    n, d = x.shape
    p = x @ w + b
    e = p - y
    mean = float(np.mean(e**2))
    known = {
        "half": mean / 2,
        "sum": mean * n,
        "half_of_sum": mean * n / 2,
        "root": mean**0.5,
        "divided_twice": mean / n,
        "absolute": np.abs(e).mean(),
        "every_row_with_every_row": np.mean((p[:, None] - y[None, :]) ** 2),
        "not_squared": e.mean(),
        "square_of_mean": e.mean() ** 2,
        "variance": e.var(),
        "median": np.median(e**2),
        "largest": np.max(e**2),
        "no_bias": np.mean((x @ w - y) ** 2),
        "length": np.linalg.norm(e),
        "first_row": e[0] ** 2,
        "last_row": e[-1] ** 2,
        "by_columns": mean * n / d,
        "by_entries": mean / d,
        "sign": -mean,
        "cubed": np.mean(np.abs(e) ** 3),
    }
    if n > 1:
        known |= {"by_n_minus_1": mean * n / (n - 1), "relative": mean / np.var(y)}
    return known


UP_OR_DOWN = "The gradient points uphill: it is made of prediction minus y, not of y minus prediction."
DW = {
    "sign": together("It has the opposite sign.", UP_OR_DOWN),
    "two_missing": "It is half of what it should be: differentiating a square gives a factor of 2.",
    "sign_and_two": together("The sign is turned, and the 2 from the square is missing.", UP_OR_DOWN),
    "sum": "It is the number of rows times too large: the loss is a mean, so its gradient divides by the number of rows too.",
    "sum_without_two": "It is half a sum: the loss is a mean of squares, so there is a 2, and a division by the "
    "number of rows.",
    "sign_and_sum": together(
        "The sign is turned, and the division by the number of rows is missing.", UP_OR_DOWN
    ),
    "divided_twice": "The number of rows divides twice.",
    "absolute": "It is made of the sign of each error: that is the slope of |error|, not of its square.",
    "absolute_twice": "It is made of 2 times the sign of each error: that is no slope of its square, which is 2 "
    "times the error.",
    "absolute_sum": "It is the sum of the signs of the errors: the slope of a square is 2 times the error, and a "
    "mean is due.",
    "no_bias": "It is made of x w - y: the error is x w + b - y.",
    "means_apart": "It is the mean of x times the mean error: multiply row by row first, then take the mean.",
    "not_times_x": "It is the mean error for every weight: by the chain rule each row's error is multiplied with its x.",
    "squared_error": "It is made of the squared errors: the slope of a square is 2 times the error.",
    "answers_alone": "It is made of y alone: the error is prediction minus y.",
    "prediction_alone": "It is made of the predictions alone: the error is prediction minus y.",
    "centred_x": "It is made of x less its mean: x itself is what the weight is multiplied with.",
    "absolute_error": "It is made of |error|: the sign of each error counts.",
    "x_squared": "It is made of x^2: each row gives its error times x.",
    "first_row": "It is the gradient of the first row alone.",
    "last_row": "It is the gradient of the last row alone.",
    "by_columns": "It is divided by the number of columns: divide by the number of rows.",
    "by_entries": "It is divided by all n d entries of x: divide by the number of rows n.",
    "two_twice": "It is twice what it should be: one factor of 2 is enough.",
    "by_n_minus_1": "It is divided by n - 1: the mean divides by n.",
    "slope_of_root": "It is the slope of the root of the mean squared error: the loss has no root.",
    "column": "It comes as a column (d, 1): y and the predictions are (n,), so x.T @ error is (d,).",
    "every_row": "The rows are not added up: it has one gradient for each row.",
    "unit_length": "It is brought to length 1: the gradient itself is asked for.",
}
DB = {
    "bias_gradient_zero": "It is 0: the bias has a gradient too, the mean of 2 (prediction - y).",
    **{key: DW[key] for key in ("sign", "two_missing", "sign_and_two", "sum", "sum_without_two", "sign_and_sum")},
    "divided_twice": DW["divided_twice"],
    **{key: DW[key] for key in ("absolute", "absolute_twice")},
    **{key: DW[key] for key in ("squared_error", "absolute_error", "first_row", "last_row", "two_twice")},
    **{key: DW[key] for key in ("answers_alone", "prediction_alone", "by_columns", "by_entries", "slope_of_root")},
    "by_n_minus_1": DW["by_n_minus_1"],
    "no_bias": "It is made of x w - y: the error is x w + b - y.",
    "times_x": "The errors are multiplied with x: for the bias each row counts with a 1.",
    "times_b": "It is multiplied by b: for the bias each row counts with a 1.",
    "median": "It is a median of the errors: a mean is due.",
    "sum_of_dw": "It is the sum of dw: the bias has a gradient of its own, the mean of 2 (prediction - y).",
    "mean_of_dw": "It is the mean of dw: the bias has a gradient of its own, the mean of 2 (prediction - y).",
    "first_of_dw": "It is the first entry of dw: the bias has a gradient of its own, the mean of 2 (prediction - y).",
    "ones": "It is 1: that is the slope of the prediction. Multiply it with 2 (prediction - y), and take the mean.",
}  # fmt: skip


def of_gradients(x: Array, y: Array, w: Array, b: float) -> tuple[dict[str, Any], dict[str, Any]]:
    """By id, what each mistake makes of dw and of db."""
    n, d = x.shape
    p = x @ w + b
    e = p - y
    root = float(np.sqrt(np.mean(e**2)))

    def dw(error: Array, rows: Array = x) -> Array:
        return np.asarray(2 * rows.T @ error / len(error))

    right, mean = dw(e), float(2 * e.mean())
    factors = {
        "sign": -1.0,
        "two_missing": 0.5,
        "sign_and_two": -0.5,
        "sum": float(n),
        "sum_without_two": n / 2,
        "sign_and_sum": -float(n),
        "divided_twice": 1 / n,
        "by_columns": n / d,
        "by_entries": 1 / d,
        "two_twice": 2.0,
        "slope_of_root": 0.5 / root,
    }
    if n > 1:
        factors["by_n_minus_1"] = n / (n - 1)
    changed = {
        "absolute": np.sign(e) / 2,
        "absolute_twice": np.sign(e),
        "absolute_sum": n * np.sign(e) / 2,
        "squared_error": e**2,
        "absolute_error": np.abs(e),
        "answers_alone": -y,
        "prediction_alone": p,
        "no_bias": x @ w - y,
    }
    ws: dict[str, Any] = {name: factor * right for name, factor in factors.items()}
    ws |= {name: dw(error) for name, error in changed.items()}
    ws |= {
        "means_apart": x.mean(axis=0) * mean,
        "not_times_x": np.full(d, mean),
        "centred_x": dw(e, x - x.mean(axis=0)),
        "x_squared": dw(e, x**2),
        "first_row": dw(e[:1], x[:1]),
        "last_row": dw(e[-1:], x[-1:]),
        "column": right[:, None],
        "every_row": 2 * x * e[:, None],
        "unit_length": right / np.linalg.norm(right),
    }
    bs: dict[str, Any] = {name: factor * mean for name, factor in factors.items()}
    bs |= {name: 2 * error.mean() for name, error in changed.items()}
    bs |= {
        "bias_gradient_zero": 0.0,
        "first_row": 2 * e[0],
        "last_row": 2 * e[-1],
        "times_x": 2 * np.mean(e[:, None] * x),
        "times_b": b * mean,
        "median": 2 * np.median(e),
        "sum_of_dw": right.sum(),
        "mean_of_dw": right.mean(),
        "first_of_dw": right[0],
        "ones": 1.0,
    }
    return ws, {name: np.atleast_1d(value) for name, value in bs.items()}


def decayed(cases: list[tuple[Array, Array, Array]], what: str) -> Diagnosis | None:
    """`cases` of (given, right, w): whether something in proportion to w is added everywhere."""
    shares = []
    for given, right, w in cases:
        rest = given - right
        share = float(w @ rest / (w @ w))
        if np.abs(rest - share * w).max() > 1e-3 * max(1e-6, float(np.abs(rest).max())):
            return None
        shares.append(share)
    mean = float(np.mean(shares))
    if abs(mean) < 1e-6:
        return None
    if np.ptp(shares) < 0.02 * abs(mean):
        found = say(
            "{what} is the right one plus {share:.2g} times w: weight decay, the slope of a penalty on w. The loss that "
            "is asked for has none.",
            what=what,
            share=mean,
        )
    else:
        found = say(
            "{what} is the right one plus a multiple of w: weight decay, the slope of a penalty on w. The loss that "
            "is asked for has none.",
            what=what,
        )
    return Diagnosis("weight_decay", found)


def penalised(cases: list[tuple[float, float, Array, float, int]]) -> Diagnosis | None:
    """`cases` of (given, right, w, b, rows): whether the loss holds a penalty on w."""
    sizes: dict[str, Callable[[Array, float], float]] = {
        "the sum of w^2": lambda w, b: float(w @ w),
        "the mean of w^2": lambda w, b: float(np.mean(w**2)),
        "the sum of |w|": lambda w, b: float(np.abs(w).sum()),
        "the length of w": lambda w, b: float(np.linalg.norm(w)),
        "the sum of w^2 and b^2": lambda w, b: float(w @ w + b * b),
    }
    for name, size in sizes.items():
        for by_rows in (False, True):
            shares = [(g - r) / size(w, b) * (n if by_rows else 1) for g, r, w, b, n in cases]
            mean = float(np.mean(shares))
            if abs(mean) > 1e-6 and np.ptp(shares) < 0.02 * abs(mean):
                if by_rows:
                    found = say(
                        "The loss is the right one plus {share:.2g} times {penalty}, over the number of rows: a penalty "
                        "on the weights. The loss that is asked for has none.",
                        share=mean,
                        penalty=name,
                    )
                else:
                    found = say(
                        "The loss is the right one plus {share:.2g} times {penalty}: a penalty on the weights. The loss "
                        "that is asked for has none.",
                        share=mean,
                        penalty=name,
                    )
                return Diagnosis("penalty_in_loss", found)
    shares = [g - r for g, r, *_ in cases]
    if abs(np.mean(shares)) > 1e-6 and np.ptp(shares) < 1e-3 * abs(float(np.mean(shares))):
        return Diagnosis(
            "constant_added",
            say("The loss is the right one plus {shift:.3g}, everywhere.", shift=np.mean(shares)),
        )
    return None


def form_of(value: Any, names: tuple[str, str], columns: int) -> Diagnosis | None:
    """A result in another form than (w (d,), b)."""
    w, b = names
    if isinstance(value, np.ndarray) and value.shape in ((columns + 1,), (columns + 1, 1)):
        return Diagnosis(
            "joined",
            say(
                "{w} and {b} come as one array of {count} numbers: take {b} out of it, and return ({w}, {b}).",
                w=w,
                b=b,
                count=columns + 1,
            ),
        )
    if isinstance(value, np.ndarray) and value.shape in ((columns,), (columns, 1)) and columns != 2:
        return Diagnosis("bias_left_out", say("Only {w} comes: return ({w}, {b}).", w=w, b=b))
    if not isinstance(value, (tuple, list)):
        return None
    if len(value) == columns and columns != 2 and all(np.size(part) == 1 for part in value):
        return Diagnosis("bias_left_out", say("Only {w} comes: return ({w}, {b}).", w=w, b=b))
    if len(value) == 3:
        return Diagnosis("one_more_result", say("Three things come: return ({w}, {b}) alone.", w=w, b=b))
    if len(value) != 2:
        return None
    if not all(isinstance(part, (int, float, np.ndarray, np.generic)) for part in value):
        return None
    sizes = [np.size(part) for part in value]
    if columns > 1 and sizes == [1, columns]:
        return Diagnosis("exchanged", say("{b} comes first: return ({w}, {b}).", b=b, w=w))
    shape = np.shape(value[0])
    if shape in ((columns, 1), (1, columns)) and shape != (columns,):
        return Diagnosis(
            "column",
            say(
                "{w} comes as a matrix of shape {shape}: w is ({columns},). Is y a column (n, 1) somewhere?",
                w=w,
                shape=shape,
                columns=columns,
            ),
        )
    if sizes == [columns + 1, 1]:
        return Diagnosis(
            "bias_in_weights",
            say(
                "{w} holds one number more than there are columns: the column of ones belongs to {b}.",
                w=w,
                b=b,
            ),
        )
    if sizes[1] > 1:
        return Diagnosis(
            "bias_is_array",
            say(
                "{b} holds {count} numbers: it is one number. Is a mean or a sum over the rows missing?",
                b=b,
                count=sizes[1],
            ),
        )
    return None
