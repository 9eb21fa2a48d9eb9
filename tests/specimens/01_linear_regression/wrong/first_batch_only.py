# verdict: failed
# caught by: test_descent
# diagnosis: some_rows_only
# The same first batch in every step.

import numpy as np


def predict(x, w, b):
    return np.dot(x, w) + b


def loss(x, y, w, b):
    return np.mean(np.square(y - predict(x, w, b)))


def gradients(x, y, w, b):
    n = float(len(y))
    y_pred = predict(x, w, b)
    dw = (-2 / n) * np.dot(x.T, (y - y_pred))
    db = (-2 / n) * np.sum(y - y_pred)
    return dw, db


def fit_gradient_descent(x, y, epochs=2000, batch_size=32, learning_rate=0.05):
    rng = np.random.default_rng(0)
    mean = np.mean(x, axis=0)
    std = np.std(x, axis=0) + 1e-12
    x_scaled = (x - mean) / std
    n_samples, n_features = x.shape
    if n_samples > 2000:
        batch_size, epochs = 256, 50
    w = rng.normal(0, 0.01, n_features)
    b = 0.0
    losses = []
    for epoch in range(epochs):
        rate = learning_rate * (1 - epoch / epochs)
        indices = rng.permutation(n_samples)
        for start in range(0, n_samples, batch_size):
            batch = slice(0, 32)
            dw, db = gradients(x_scaled[batch], y[batch], w, b)
            w -= rate * dw
            b -= rate * db
        losses.append(loss(x_scaled, y, w, b))
    w_original = w / std
    b_original = b - np.sum(w * mean / std)
    return w_original, b_original


def fit_closed_form(x, y):
    X = np.c_[np.ones(x.shape[0]), x]
    theta, *_ = np.linalg.lstsq(X, y, rcond=None)
    return theta[1:], theta[0]
