# verdict: failed
# caught by: test_gradients
# diagnosis: no_bias
# The error of the gradient leaves b out.

import itertools
import math

import numpy as np


def predict(x, w, b):
    return np.einsum("nd,d->n", x, w) + b


def loss(x, y, w, b):
    r = predict(x, w, b) - y
    return np.einsum("n,n->", r, r) / r.shape[0]


def gradients(x, y, w, b):
    r = x @ w - y
    return 2 * np.einsum("nd,n->d", x, r) / r.shape[0], 2 * r.mean()


def fit_gradient_descent(x, y):
    mu, sd = x.mean(axis=0), x.std(axis=0)
    varies = sd > 1e-10 * np.abs(x).max(axis=0)
    z = np.divide(x - mu, sd, out=np.zeros_like(x), where=varies)
    lipschitz = 2 * max(1.0, np.linalg.norm(z, ord=2) ** 2 / len(y))
    w, b = np.zeros(x.shape[1]), y.mean()
    for step in itertools.count():
        dw, db = gradients(z, y, w, b)
        if math.hypot(*dw, db) < 1e-6:
            break
        w -= dw / lipschitz
        b -= db / lipschitz
    w = np.divide(w, sd, out=np.zeros_like(w), where=varies)
    return w, b - mu @ w


def fit_closed_form(x, y):
    mu = x.mean(axis=0)
    u, s, vt = np.linalg.svd(x - mu, full_matrices=False)
    inverse = np.array([1 / value if value > 1e-10 * s.max() else 0.0 for value in s])
    w = vt.T @ (inverse * (u.T @ (y - y.mean())))
    return w, y.mean() - mu @ w
