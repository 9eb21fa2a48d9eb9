# verdict: passed
# Divides by the standard deviation, centres x and y, then RMSprop with a rate that is halved again and again.

import numpy as np


def predict(x, w, b):
    return x @ w + b


def loss(x, y, w, b):
    return ((y - predict(x, w, b)) ** 2).sum() / y.shape[0]


def gradients(x, y, w, b):
    d = predict(x, w, b) - y
    return [2 * d.dot(x[:, k]) / d.shape[0] for k in range(x.shape[1])], [2 * d.mean()]


def fit_gradient_descent(x, y):
    mean, std = x.mean(axis=0), x.std(axis=0)
    std = np.maximum(std, 1e-9)
    z = (x - mean) / std
    w = np.zeros(x.shape[1])
    b = np.mean(y)
    cache = np.zeros(x.shape[1])
    rate = 0.1
    for step in range(1, 8001):
        dw = np.array(gradients(z, y, w, b)[0])
        cache = 0.9 * cache + 0.1 * dw**2
        w = w - rate * dw / (np.sqrt(cache) + 1e-8)
        if step % 400 == 0:
            rate /= 2
    w = w / std
    return w, b - w @ mean


def fit_closed_form(x, y):
    mean, y_mean = x.mean(axis=0), y.mean()
    c = x - mean
    w = np.linalg.lstsq(c.T @ c, c.T @ (y - y_mean), rcond=None)[0]
    return w, y_mean - mean @ w
