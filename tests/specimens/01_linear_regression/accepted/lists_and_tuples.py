# verdict: passed
# Gives lists and Python numbers instead of arrays, and prints.

import numpy as np


def predict(x, w, b):
    print("predicting", len(x), "rows")
    return [float(sum(xi * wi for xi, wi in zip(row, w)) + b) for row in x]


def loss(x, y, w, b):
    return float(sum((p - t) ** 2 for p, t in zip(predict(x, w, b), y)) / len(y))


def gradients(x, y, w, b):
    error = np.array(predict(x, w, b)) - y
    return [(2 * x.T @ error / len(y)).tolist(), float(2 * error.mean())]


def fit_gradient_descent(x, y):
    mean, std = x.mean(axis=0), x.std(axis=0)
    std[std < 1e-9] = 1.0
    z = (x - mean) / std
    w, b = np.zeros(x.shape[1]), 0.0
    for _ in range(3000):
        dw, db = 2 * z.T @ (z @ w + b - y) / len(y), 2 * np.mean(z @ w + b - y)
        w, b = w - 0.1 * dw, b - 0.1 * db
    w = w / std
    return w.tolist(), float(b - mean @ w)


def fit_closed_form(x, y):
    a = np.column_stack([x, np.ones(len(x))])
    solution = np.linalg.lstsq(a, y, rcond=None)[0]
    return list(solution[:-1]), float(solution[-1])
