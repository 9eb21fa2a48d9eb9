# verdict: failed
# caught by: test_descent
# diagnosis: rate_too_large
# A rate just above what several columns bear.

import numpy as np


def predict(x, w, b):
    return x @ w + b


def loss(x, y, w, b):
    e = predict(x, w, b) - y
    return sum(e**2) / len(e)


def gradients(x, y, w, b):
    n = len(y)
    e = predict(x, w, b) - y
    return (2 / n) * x.T @ e, (2 / n) * sum(e)


def fit_gradient_descent(x, y):
    mean = x.mean(axis=0)
    deviation = x.std(axis=0)
    z = (x - mean) / deviation
    v = np.zeros(x.shape[1])
    c = 0.0
    rate = 0.99
    for step in range(2000):
        dv, dc = gradients(z, y, v, c)
        v = v - rate * dv
        c = c - rate * dc
    # z v + c = x (v / deviation) + (c - mean v / deviation)
    return v / deviation, c - mean @ (v / deviation)


def fit_closed_form(x, y):
    mean = x.mean(axis=0)
    xc = x - mean
    w = np.linalg.solve(xc.T @ xc, xc.T @ (y - y.mean()))
    return w, y.mean() - mean @ w
