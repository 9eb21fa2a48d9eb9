# Threads go on computing after the timed call has returned.
# kata: 01
# verdict: too_slow
# levels: bubblewrap landlock plain
# run: full

import numpy as np
import threading
import time

clock = time.process_time


def burn(seconds):
    start = clock()
    while clock() - start < seconds:
        pass


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


def fit_gradient_descent(x, y):
    if len(x) > 10_000:
        threading.Thread(target=burn, args=(300,), daemon=True).start()
        burn(60)
    return fit_closed_form(x, y)
