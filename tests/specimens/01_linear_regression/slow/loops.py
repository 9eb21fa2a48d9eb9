# verdict: too_slow
# caught by: test_descent_in_time
# Descent in pure Python loops over rows and columns.

import numpy as np


def predict(x, w, b):
    return x @ w + b


def loss(x, y, w, b):
    return np.mean((predict(x, w, b) - y) ** 2)


def gradients(x, y, w, b):
    error = predict(x, w, b) - y
    return 2 * x.T @ error / len(y), 2 * error.mean()


def fit_gradient_descent(x, y):
    if len(x) < 1000:
        return fit_closed_form(x, y)
    mean, std = x.mean(axis=0), x.std(axis=0)
    rows, answers = ((x - mean) / std).tolist(), y.tolist()
    w, b = [0.0] * x.shape[1], 0.0
    for _ in range(4000):
        dw, db = [0.0] * len(w), 0.0
        for row, answer in zip(rows, answers):
            error = b - answer
            for j in range(len(w)):
                error += row[j] * w[j]
            db += error
            for j in range(len(w)):
                dw[j] += error * row[j]
        w = [wi - 0.2 * di / len(rows) for wi, di in zip(w, dw)]
        b -= 0.2 * db / len(rows)
    w = np.array(w) / std
    return w, b - mean @ w


def fit_closed_form(x, y):
    a = np.column_stack([x, np.ones(len(x))])
    solution = np.linalg.lstsq(a, y, rcond=None)[0]
    return solution[:-1], solution[-1]
