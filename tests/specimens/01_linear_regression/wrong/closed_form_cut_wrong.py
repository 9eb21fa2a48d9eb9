# verdict: failed
# caught by: test_closed_form
# diagnosis: solution_cut_wrong
# The ones stand first, and the last number is taken as b.

import numpy as np


def predict(x, w, b):
    return np.matmul(x, w) + b


def loss(x, y, w, b):
    return np.average(np.power(predict(x, w, b) - y, 2))


def gradients(x, y, w, b):
    error = predict(x, w, b) - y
    dw = [2 * np.average(error * x[:, i]) for i in range(x.shape[1])]
    db = 2 * np.average(error)
    return np.array(dw), db


def fit_gradient_descent(x, y):
    low, high = x.min(axis=0), x.max(axis=0)
    span = (high - low) / 2
    span = np.where(span == 0, 1, span)
    middle = (high + low) / 2
    z = (x - middle) / span
    w, b = np.zeros(x.shape[1]), 0.0
    lr = 0.3
    for i in range(5000):
        error = z @ w + b - y
        w = w - lr * 2 * z.T @ error / len(y)
        b = b - lr * 2 * error.mean()
    w = w / span
    return w, b - w @ middle


def fit_closed_form(x, y):
    A = np.column_stack((np.ones(x.shape[0]), x))
    coefficients, residuals, rank, singular_values = np.linalg.lstsq(A, y)
    return coefficients[:-1], coefficients[-1]
