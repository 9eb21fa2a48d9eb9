# verdict: failed
# caught by: test_gradients
# diagnosis: means_apart
# The mean of x times the mean of the error.

import numpy as np


def predict(x, w, b):
    n = x.shape[0]
    d = x.shape[1]
    result = np.zeros(n)
    for j in range(d):
        result = result + x[:, j] * w[j]
    result = result + b
    return result


def loss(x, y, w, b):
    total = 0
    p = predict(x, w, b)
    for i in range(len(y)):
        total = total + (p[i] - y[i]) ** 2
    return total / len(y)


def gradients(x, y, w, b):
    p = predict(x, w, b)
    error = p - y
    dw = np.zeros(len(w))
    for j in range(len(w)):
        dw[j] = 2 * np.mean(error) * np.mean(x[:, j])
    db = 2 * np.sum(error) / len(y)
    return dw, db


def fit_gradient_descent(x, y):
    # first make all columns the same size
    means = []
    stds = []
    columns = []
    for j in range(x.shape[1]):
        m = np.mean(x[:, j])
        s = np.std(x[:, j])
        if s == 0:
            s = 1
        means.append(m)
        stds.append(s)
        columns.append((x[:, j] - m) / s)
    z = np.zeros(x.shape)
    for j in range(x.shape[1]):
        z[:, j] = columns[j]

    w = np.zeros(x.shape[1])
    b = 0
    learning_rate = 0.1
    for step in range(3000):
        dw, db = gradients(z, y, w, b)
        w = w - learning_rate * dw
        b = b - learning_rate * db

    # and now back to the real columns
    real_w = np.zeros(x.shape[1])
    real_b = b
    for j in range(x.shape[1]):
        real_w[j] = w[j] / stds[j]
        real_b = real_b - w[j] * means[j] / stds[j]
    return real_w, real_b


def fit_closed_form(x, y):
    ones = np.ones((x.shape[0], 1))
    A = np.concatenate((x, ones), axis=1)
    # (A^T A)^+ A^T y
    theta = np.linalg.pinv(A) @ y
    w = theta[0 : x.shape[1]]
    b = theta[x.shape[1]]
    return w, b
