# Its error holds halves of characters, which no file and no console can take.
# kata: 01
# verdict: crashed
# levels: bubblewrap landlock plain
# text: yes

import numpy as np


class Halves(Exception):
    pass


def predict(x, w, b):
    print("half \ud83d of one")
    raise ValueError("half \ud83d of one, \udcff\udc80, and \x00\ufffe\U0010ffff")


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
