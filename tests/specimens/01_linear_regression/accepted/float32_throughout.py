# verdict: passed
# Everything in float32, as one does for a GPU, and Python floats at the end.

import numpy as np

F = np.float32


def predict(x, w, b):
    return np.asarray(x, F) @ np.asarray(w, F) + F(b)


def loss(x, y, w, b):
    diff = predict(x, w, b) - np.asarray(y, F)
    return float(np.mean(diff * diff))


def gradients(x, y, w, b):
    x = np.asarray(x, F)
    diff = predict(x, w, b) - np.asarray(y, F)
    return F(2) * (diff @ x) / F(len(diff)), float(F(2) * diff.mean())


def fit_gradient_descent(x, y):
    x, y = np.asarray(x, F), np.asarray(y, F)
    mean = x.mean(axis=0)
    std = (x - mean).std(axis=0) + F(1e-8)
    z = (x - mean) / std
    w, b = np.zeros(x.shape[1], F), F(0)
    for _ in range(2000):
        dw, db = gradients(z, y, w, b)
        w -= F(0.1) * dw
        b -= F(0.1) * F(db)
    w = w / std
    return w, float(b - mean @ w)


def fit_closed_form(x, y):
    x, y = np.asarray(x, F), np.asarray(y, F)
    mean, std = x.mean(axis=0), x.std(axis=0)
    std[std == 0] = 1
    w = np.linalg.lstsq((x - mean) / std, y - y.mean(), rcond=None)[0] / std
    return w, float(y.mean() - mean @ w)
