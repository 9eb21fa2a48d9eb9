# Lists within lists within themselves, and a million parts.
# kata: 01
# verdict: invalid | crashed
# levels: bubblewrap landlock plain

import numpy as np
def predict(x, w, b):
    endless = []
    endless.append(endless)
    return endless


def loss(x, y, w, b):
    return [[0.0]] * 1_000_000


def gradients(x, y, w, b):
    return [[0.0]] * 1_000_000, [[0.0]] * 1_000_000


def fit_gradient_descent(x, y):
    return [[0.0]] * 1_000_000, [[0.0]] * 1_000_000


fit_closed_form = fit_gradient_descent
