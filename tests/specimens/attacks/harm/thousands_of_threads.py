# It starts twenty thousand threads.
# kata: 01
# verdict: invalid | crashed | out_of_memory | forbidden | failed
# levels: bubblewrap landlock
# at plain: passed | crashed | failed

import numpy as np
import threading

gate = threading.Event()
threading.stack_size(65536)
started = 0
try:
    for _ in range(20_000):
        threading.Thread(target=gate.wait, daemon=True).start()
        started += 1
except RuntimeError:
    pass
WORKED = started == 20_000


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
