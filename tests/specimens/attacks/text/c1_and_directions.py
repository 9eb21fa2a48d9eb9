# Its error holds control codes of eight bits and marks that turn the reading direction.
# kata: 01
# verdict: crashed
# levels: bubblewrap landlock plain
# text: yes

import numpy as np


def predict(x, w, b):
    print("\x9b2J\x9d0;owned\x9c\u202eedoc \u2066x\u2069\x85\u2028")
    raise ValueError("\x9b31mred\x9c \x90q\x9c \u202egnp.exe\u202c \u2067x\u2069 \u200f\u061c\x7f\x85\u2028\u2029")


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
