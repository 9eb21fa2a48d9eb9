# verdict: passed
# misses: robust
# caught by: test_descent
# diagnosis: rate_too_large
# A rate that is stable for few columns and not for many.

import numpy as np


def predict(x, w, b):
    return x @ w + b


def loss(x, y, w, b):
    return np.mean((predict(x, w, b) - y) ** 2)


def gradients(x, y, w, b):
    error = predict(x, w, b) - y
    return 2 * x.T @ error / len(y), 2 * error.mean()


def fit_gradient_descent(x, y):
    mean, std = x.mean(axis=0), x.std(axis=0)
    std[std < 1e-9] = 1.0
    z = (x - mean) / std
    w, b = np.zeros(x.shape[1]), 0.0
    for _ in range(3000):
        dw, db = gradients(z, y, w, b)
        w, b = w - 0.4 * dw, b - 0.4 * db
    w = w / std
    return w, b - mean @ w


def fit_closed_form(x, y):
    a = np.column_stack([x, np.ones(len(x))])
    solution = np.linalg.lstsq(a, y, rcond=None)[0]
    return solution[:-1], solution[-1]
