# verdict: passed
# A scikit-learn-like class with a scaler of its own; the functions only call it.

from __future__ import annotations

import numpy as np


class StandardScaler:
    """Makes every column have mean 0 and deviation 1."""

    def fit(self, x: np.ndarray) -> StandardScaler:
        self.mean_ = x.mean(axis=0)
        self.scale_ = x.std(axis=0)
        self.scale_[self.scale_ < 1e-12] = 1.0
        return self

    def transform(self, x: np.ndarray) -> np.ndarray:
        return (x - self.mean_) / self.scale_

    def unscale(self, coef: np.ndarray, intercept: float) -> tuple[np.ndarray, float]:
        coef = coef / self.scale_
        return coef, intercept - coef @ self.mean_


class LinearRegressionGD:
    """Full-batch gradient descent with a tolerance on the change of the loss."""

    def __init__(self, learning_rate: float = 0.1, max_iter: int = 10_000, tol: float = 1e-10) -> None:
        self.learning_rate = learning_rate
        self.max_iter = max_iter
        self.tol = tol

    def fit(self, x: np.ndarray, y: np.ndarray) -> LinearRegressionGD:
        self.coef_ = np.zeros(x.shape[1])
        self.intercept_ = 0.0
        previous = np.inf
        for self.n_iter_ in range(1, self.max_iter + 1):
            dw, db = gradients(x, y, self.coef_, self.intercept_)
            self.coef_ -= self.learning_rate * dw
            self.intercept_ -= self.learning_rate * db
            current = loss(x, y, self.coef_, self.intercept_)
            if abs(previous - current) < self.tol:
                break
            previous = current
        return self


def predict(x: np.ndarray, w: np.ndarray, b: float) -> np.ndarray:
    return x.dot(w) + b


def loss(x: np.ndarray, y: np.ndarray, w: np.ndarray, b: float) -> float:
    residual = y - predict(x, w, b)
    return float(residual.dot(residual) / residual.size)


def gradients(x: np.ndarray, y: np.ndarray, w: np.ndarray, b: float) -> tuple[np.ndarray, float]:
    residual = y - predict(x, w, b)
    return -2.0 * x.T.dot(residual) / residual.size, float(-2.0 * residual.mean())


def fit_gradient_descent(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, float]:
    scaler = StandardScaler().fit(x)
    model = LinearRegressionGD().fit(scaler.transform(x), y)
    return scaler.unscale(model.coef_, model.intercept_)


def fit_closed_form(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, float]:
    x_mean, y_mean = x.mean(axis=0), y.mean()
    coef = np.linalg.pinv(x - x_mean) @ (y - y_mean)
    return coef, float(y_mean - x_mean @ coef)
