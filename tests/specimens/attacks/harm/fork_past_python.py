# It forks by way of the C library and by system call numbers, where Python does not see it.
# kata: 01
# verdict: invalid
# levels: bubblewrap landlock
# at plain: passed | forbidden

import numpy as np
import ctypes
import os
import platform

libc = ctypes.CDLL(None)
me = os.getpid()
WORKED = False
for fork in (
    lambda: libc.fork(),
    lambda: libc.syscall(56 if platform.machine() == "x86_64" else 220, 17, 0, 0, 0, 0),
    lambda: libc.syscall(57 if platform.machine() == "x86_64" else -1),
):
    child = fork()
    if os.getpid() != me:
        os._exit(0)
    WORKED = WORKED or child > 0


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
