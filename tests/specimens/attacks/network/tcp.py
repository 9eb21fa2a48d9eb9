# It connects to the outside and to the machine itself by TCP.
# kata: 01
# verdict: invalid
# levels: bubblewrap landlock
# at plain: passed

import numpy as np
import socket

WORKED = False
for family, place in (
    (socket.AF_INET, ("127.0.0.1", 9)),
    (socket.AF_INET, ("192.0.2.1", 443)),
    (socket.AF_INET6, ("::1", 9)),
):
    try:
        with socket.socket(family) as s:
            s.settimeout(0.2)
            WORKED = True
            s.connect(place)
    except OSError:
        pass


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
