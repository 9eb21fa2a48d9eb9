# verdict: failed
# caught by: test_gradients
# diagnosis: weight_decay
# Weight decay in the gradient.

import numpy as np


def predict(x, w, b):
    return x @ w + b


def loss(x, y, w, b):
    return np.mean((predict(x, w, b) - y) ** 2)


def gradients(x, y, w, b):
    error = predict(x, w, b) - y
    return 2 * x.T @ error / len(y) + 0.02 * w, 2 * error.mean()


def fit_gradient_descent(x, y):
    mean = x.mean(axis=0)
    z = x - mean
    std = np.sqrt((z * z).mean(axis=0))
    keep = std > 1e-10 * (np.abs(mean) + 1)
    z = np.where(keep, z / np.where(keep, std, 1), 0)
    steepest = np.linalg.norm(z, 2) ** 2 / len(y)
    w = ahead = np.zeros(x.shape[1])
    target = y - y.mean()
    for t in range(2000):
        new = ahead - z.T @ (z @ ahead - target) / len(y) / steepest
        ahead = new + t / (t + 3) * (new - w)
        w = new
    w = np.where(keep, w / np.where(keep, std, 1), 0)
    return w, np.array([y.mean() - mean @ w])


def fit_closed_form(x, y):
    mean = x.mean(0)
    w = np.linalg.pinv(x - mean) @ (y - y.mean())
    return w, np.array([y.mean() - mean @ w])
