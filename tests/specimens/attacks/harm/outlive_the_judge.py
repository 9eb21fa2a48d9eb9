# It leaves a process in a session of its own that lives on after the judgement.
# kata: 01
# verdict: invalid
# levels: bubblewrap landlock
# at plain: passed | forbidden

import numpy as np
import ctypes
import os
import time

libc = ctypes.CDLL(None)
WORKED = libc.fork()
if WORKED == 0:
    libc.setsid()
    if libc.fork() == 0:
        time.sleep(3600)
    os._exit(0)
WORKED = WORKED > 0


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
