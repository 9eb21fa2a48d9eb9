# It ends its process with code 0 while it is imported.
# kata: 01
# verdict: crashed | invalid
# levels: bubblewrap landlock plain

import numpy as np
import os

os._exit(0)


def predict(x, w, b):
    return x @ w + b


def loss(x, y, w, b):
    return float(np.mean((x @ w + b - y) ** 2))


def gradients(x, y, w, b):
    e = x @ w + b - y
    return 2 * x.T @ e / len(y), float(2 * e.mean())


def fit_closed_form(x, y):
    m = x.mean(axis=0)
    w = np.linalg.lstsq(x - m, y - y.mean(), rcond=None)[0]
    return w, float(y.mean() - m @ w)


fit_gradient_descent = fit_closed_form
