"""Kata 01: linear regression.

Fill in the five functions. `katas lesson 01` explains them, `pytest` runs the examples beside this file,
`katas check 01` judges it. NumPy and the standard library are allowed; up to 16 KiB of source.

Everywhere: x is (n, d) float64, one row per example; y is (n,) float64; w is (d,) and b is one number.
Arrays arrive as fresh copies: changing them is harmless. Lists, Python floats and float32 are fine as results.
"""

from __future__ import annotations

import numpy as np


def predict(x: np.ndarray, w: np.ndarray, b: float) -> np.ndarray:
    """One prediction per row: x w + b.

    Args:
        x: (n, d) float64.
        w: (d,) float64.
        b: float.

    Returns:
        (n,) numbers.
    """
    raise NotImplementedError("x w + b, one number per row")


def loss(x: np.ndarray, y: np.ndarray, w: np.ndarray, b: float) -> float:
    """The mean squared error of the predictions, without a factor of 1/2.

    Args:
        x: (n, d) float64.
        y: (n,) float64.
        w: (d,) float64.
        b: float.

    Returns:
        One number.
    """
    raise NotImplementedError("the mean of the squared errors")


def gradients(x: np.ndarray, y: np.ndarray, w: np.ndarray, b: float) -> tuple[np.ndarray, float]:
    """The gradient of `loss` with respect to w and b.

    Args: as those of `loss`.

    Returns:
        (dw, db): dw (d,), and db one number.
    """
    raise NotImplementedError("the slopes of the loss along w and b")


def fit_gradient_descent(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, float]:
    """Find w and b by walking downhill.

    It has arrived when its mean squared error exceeds the smallest possible one by less than 1e-4 of the
    variance of y. How you get there is up to you.

    Args:
        x: (n, d) float64, between 40 and 20,000 rows and at most 100 columns. Columns may differ in scale by
            10^6. For the star "robust" they may also have means of 100 standard deviations, be constant (of any
            value, such as 0.1), equal to or dependent on each other, and be more than the rows.
        y: (n,) float64, of order 1 to 10.

    Returns:
        (w, b) for x as it came: w (d,), b one number of shape () or (1,).
    """
    raise NotImplementedError("downhill, step by step")


def fit_closed_form(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, float]:
    """Find w and b of the smallest mean squared error at once, by solving for them.

    Where several (w, b) are best (star "robust"), the shortest is wanted: either the smallest |w|, or the smallest
    |(w, b)|.

    Args and returns: as those of `fit_gradient_descent`, with the same kinds of columns.
    """
    raise NotImplementedError("the bottom of the valley, at once")
