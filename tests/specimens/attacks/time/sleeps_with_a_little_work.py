# It sleeps in every call and works a little in between, so that it does not look asleep.
# kata: 01
# verdict: too_slow
# levels: bubblewrap landlock plain
# run: slow

import numpy as np
import time


def little():
    for _ in range(25):
        end = time.process_time() + 0.06
        while time.process_time() < end:
            pass
        time.sleep(0.94)


def predict(x, w, b):
    little()
    return x @ w + b


def loss(x, y, w, b):
    little()
    return float(np.mean((x @ w + b - y) ** 2))


def gradients(x, y, w, b):
    e = x @ w + b - y
    return 2 * x.T @ e / len(y), float(2 * e.mean())


def fit_closed_form(x, y):
    m = x.mean(axis=0)
    w = np.linalg.lstsq(x - m, y - y.mean(), rcond=None)[0]
    return w, float(y.mean() - m @ w)


fit_gradient_descent = fit_closed_form
