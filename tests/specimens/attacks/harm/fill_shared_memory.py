# It takes memory that belongs to no process: shared pages.
# kata: 01
# verdict: out_of_memory
# levels: bubblewrap landlock plain

import numpy as np
import mmap


def predict(x, w, b):
    held = []
    while True:
        held.append(mmap.mmap(-1, 1 << 27))
        held[-1].write(b"x" * (1 << 27))


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
