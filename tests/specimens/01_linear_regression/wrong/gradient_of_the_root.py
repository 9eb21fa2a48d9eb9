# verdict: failed
# caught by: test_gradients
# diagnosis: slope_of_root
# The gradient of the root of the loss.

import numpy as np


def predict(x, w, b):
    return x @ w + b


def loss(x, y, w, b):
    return np.mean((predict(x, w, b) - y) ** 2)


def gradients(x, y, w, b):
    error = predict(x, w, b) - y
    rmse = np.sqrt(np.mean(error**2))
    return x.T @ error / len(y) / rmse, error.mean() / rmse


def fit_gradient_descent(x, y):
    """Minibatches find the neighbourhood, whole batches the place."""
    rng = np.random.default_rng(0)
    mean = x.mean(axis=0)
    x -= mean
    std = x.std(axis=0)
    std[std < 1e-8] = np.inf
    x /= std
    w, b, n = np.zeros(x.shape[1]), 0.0, len(y)
    for epoch in range(20):
        order = rng.permutation(n)
        for i in range(0, n, 64):
            rows = order[i : i + 64]
            e = x[rows] @ w + b - y[rows]
            w -= 0.02 * x[rows].T @ e / len(rows)
            b -= 0.02 * e.mean()
    for _ in range(2000):
        e = x @ w + b - y
        w -= 0.1 * x.T @ e / n
        b -= 0.1 * e.mean()
    w /= std
    return (w, b - w @ mean)


def fit_closed_form(x, y):
    a = np.column_stack([x, np.ones(len(x))])
    solution = np.linalg.lstsq(a, y, rcond=None)[0]
    return solution[:-1], solution[-1]
