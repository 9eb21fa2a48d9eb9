# verdict: invalid
# caught by: test_loss
# diagnosis: mean_missing
# One squared error for each row.

import numpy as np


def with_ones(x):
    return np.hstack([x, np.ones((x.shape[0], 1))])


def predict(x, w, b):
    theta = np.append(w, b)
    return with_ones(x) @ theta


def loss(x, y, w, b):
    return np.square(predict(x, w, b) - y)


def gradients(x, y, w, b):
    X = with_ones(x)
    grad = 2 / X.shape[0] * X.T @ (X @ np.append(w, b) - y)
    return grad[:-1], grad[-1]


def fit_gradient_descent(x, y, lr=0.05, epochs=5000):
    mu = x.mean(0)
    sd = x.std(0, ddof=1)
    X = with_ones((x - mu) / sd)
    theta = np.zeros(X.shape[1])
    for epoch in range(epochs):
        theta = theta - lr * 2 / len(y) * (X.T @ (X @ theta - y))
    w = theta[:-1] / sd
    return w, theta[-1] - (w * mu).sum()


def fit_closed_form(x, y):
    Q, R = np.linalg.qr(with_ones(x))
    theta = np.linalg.solve(R, Q.T @ y)
    return theta[:-1], theta[-1]
