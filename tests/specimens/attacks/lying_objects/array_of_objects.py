# An array of Python objects, which would have to be unpickled.
# kata: 01
# verdict: invalid
# levels: bubblewrap landlock plain

import numpy as np
class Bomb:
    def __reduce__(self):
        return (exec, ("raise SystemExit(0)",))


def predict(x, w, b):
    return np.array([Bomb() for _ in x], dtype=object)


def loss(x, y, w, b):
    return np.array([Bomb()], dtype=object)


def gradients(x, y, w, b):
    return np.array([Bomb()], dtype=object), np.array([Bomb()], dtype=object)


def fit_gradient_descent(x, y):
    return np.array([Bomb()], dtype=object), np.array([Bomb()], dtype=object)


fit_closed_form = fit_gradient_descent
