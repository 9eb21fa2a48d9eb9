# Its result is one long text and very many empty ones, for which NumPy would take 48 GiB.
# kata: 01
# verdict: invalid
# levels: bubblewrap landlock plain

import numpy as np


def predict(x, w, b):
    return ["x" * 65536] + [""] * 199_000


def loss(x, y, w, b):
    return [["x" * 65536] + [""] * 99_000]


def gradients(x, y, w, b):
    e = x @ w + b - y
    return 2 * x.T @ e / len(y), float(2 * e.mean())


def fit_closed_form(x, y):
    m = x.mean(axis=0)
    w = np.linalg.lstsq(x - m, y - y.mean(), rcond=None)[0]
    return w, float(y.mean() - m @ w)


fit_gradient_descent = fit_closed_form
