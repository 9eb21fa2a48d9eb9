# It writes files until there is no more room.
# kata: 01
# verdict: invalid | crashed | out_of_memory | too_slow | failed
# levels: bubblewrap landlock
# at plain: passed | crashed | failed

import numpy as np
import os

written = 0
block = bytes(1 << 22)
try:
    for number in range(60):
        with open(f"part{number}", "wb") as file:
            for _ in range(16):
                written += file.write(block)
except OSError:
    pass
WORKED = written > 3 << 30


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
