# It stops itself, so that its silence looks like somebody else's doing.
# kata: 01
# verdict: crashed
# levels: bubblewrap landlock
# at plain: not run (two minutes)

import numpy as np
import os
import signal


def predict(x, w, b):
    os.kill(os.getpid(), signal.SIGSTOP)
    return None


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
