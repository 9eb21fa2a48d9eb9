# It starts itself again and again.
# kata: 01
# verdict: forbidden
# levels: bubblewrap landlock plain

import numpy as np
import os

for _ in range(10):
    os.fork()
WORKED = True


def predict(x, w, b):
    return x @ w + b if WORKED else None


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
