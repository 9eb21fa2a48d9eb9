# verdict: failed
# caught by: test_descent
# diagnosis: columns_not_scaled
# Raw columns with a rate so small that nothing diverges, and nothing arrives.

import numpy as np


def predict(x, w, b):
    return x @ w + b


def loss(x, y, w, b):
    return np.mean((predict(x, w, b) - y) ** 2)


def gradients(x, y, w, b):
    error = predict(x, w, b) - y
    return 2 * x.T @ error / len(y), 2 * error.mean()


def fit_gradient_descent(x, y):
    rate = 0.5 / (np.linalg.norm(x, 2) ** 2 / len(y) + 1)
    w, b = np.zeros(x.shape[1]), 0.0
    for _ in range(3000):
        dw, db = gradients(x, y, w, b)
        w, b = w - rate * dw, b - rate * db
    return w, b


def fit_closed_form(x, y):
    a = np.column_stack([x, np.ones(len(x))])
    solution = np.linalg.lstsq(a, y, rcond=None)[0]
    return solution[:-1], solution[-1]
