# verdict: failed
# caught by: test_descent
# diagnosis: columns_not_scaled
# One learning rate for raw columns: the steps grow until they are NaN.

import numpy as np


def predict(x, w, b):
    return x @ w + b


def loss(x, y, w, b):
    return np.mean((predict(x, w, b) - y) ** 2)


def gradients(x, y, w, b):
    error = predict(x, w, b) - y
    return 2 * x.T @ error / len(y), 2 * error.mean()


def fit_gradient_descent(x, y):
    w, b = np.zeros(x.shape[1]), 0.0
    for _ in range(2000):
        dw, db = gradients(x, y, w, b)
        w, b = w - 0.1 * dw, b - 0.1 * db
    return w, b


def fit_closed_form(x, y):
    a = np.column_stack([x, np.ones(len(x))])
    solution = np.linalg.lstsq(a, y, rcond=None)[0]
    return solution[:-1], solution[-1]
