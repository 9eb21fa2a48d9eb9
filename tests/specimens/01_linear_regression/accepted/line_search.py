# verdict: passed
# Steepest descent with the exact step for a parabola, on centred columns, until nothing changes.

import numpy as np


def predict(x, w, b):
    return b + x.dot(w)


def loss(x, y, w, b):
    return np.linalg.norm(y - predict(x, w, b)) ** 2 / len(y)


def gradients(x, y, w, b):
    n = y.shape[0]
    r = y - predict(x, w, b)
    return -(2 / n) * x.T.dot(r), -(2 / n) * r.sum()


def fit_gradient_descent(x, y):
    n, d = x.shape
    mean = x.mean(0)
    spread = np.sqrt(((x - mean) ** 2).mean(0))
    spread[spread < 1e-8] = 1
    z = (x - mean) / spread
    w = np.zeros(d)
    b = y.mean()
    for _ in range(4000):
        g, _ = gradients(z, y, w, b)
        curve = 2 * np.sum((z @ g) ** 2) / n
        if curve < 1e-20:
            break
        w = w - (g @ g) / curve * g
    w /= spread
    return w, b - w.dot(mean)


def fit_closed_form(x, y):
    xm, ym = x.mean(0), y.mean()
    cov = (x - xm).T @ (x - xm)
    w = np.linalg.pinv(cov) @ ((x - xm).T @ (y - ym))
    return w, ym - xm @ w
