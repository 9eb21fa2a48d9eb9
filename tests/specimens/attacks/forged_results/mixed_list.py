# It gives a list of bytes and one float, which NumPy would turn into floats all.
# kata: 01
# verdict: invalid
# levels: bubblewrap landlock plain

import numpy as np


def predict(x, w, b):
    return [np.zeros((12 << 20,), np.uint8), np.zeros((12 << 20,), np.uint8), [0.5] * 1000, "x", None, {}]


def loss(x, y, w, b):
    return [np.zeros((6 << 20,), np.uint8), np.zeros((6 << 20,), np.float64)]


def gradients(x, y, w, b):
    e = x @ w + b - y
    return 2 * x.T @ e / len(y), float(2 * e.mean())


def fit_closed_form(x, y):
    m = x.mean(axis=0)
    w = np.linalg.lstsq(x - m, y - y.mean(), rcond=None)[0]
    return w, float(y.mean() - m @ w)


fit_gradient_descent = fit_closed_form
