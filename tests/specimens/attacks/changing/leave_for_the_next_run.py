# It leaves marks in every shared place and looks for those of an earlier run.
# kata: 01
# verdict: invalid
# levels: bubblewrap landlock
# at plain: not run (its marks would stay)
# runs: 2

import numpy as np
import ctypes
import os
import sys

libc = ctypes.CDLL(None)
places = [".", "..", "/tmp", "/var/tmp", "/dev/shm", os.path.dirname(os.getcwd())]
paths = [os.path.join(place, "katas-attack-mark") for place in places]
segment = libc.shmget(0x6B617461, 64, 0o600)
WORKED = any(os.path.exists(path) for path in paths) or segment >= 0
for path in paths:
    try:
        open(path, "x").close()
    except OSError:
        pass
libc.shmget(0x6B617461, 64, 0o1600)
if WORKED:
    for path in paths:
        try:
            os.remove(path)
        except OSError:
            pass
    if segment >= 0:
        libc.shmctl(segment, 0, None)


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
