# verdict: passed
# Took the lesson at its word: tanh, start 1 / sqrt(in), biases 0, plain descent with one fixed rate, whole batches on curves.

import numpy as np


def init(sizes, seed):
    rng = np.random.default_rng(seed)
    params = []
    for i in range(len(sizes) - 1):
        params.append(rng.normal(size=(sizes[i], sizes[i + 1])) / np.sqrt(sizes[i]))
        params.append(np.zeros(sizes[i + 1]))
    return params


def walk(params, x):
    h = [x]
    for i in range(0, len(params) - 2, 2):
        h.append(np.tanh(h[-1] @ params[i] + params[i + 1]))
    out = h[-1] @ params[-2] + params[-1]
    return h, out


def forward(params, x):
    h, out = walk(params, x)
    return out


def loss_and_gradients(params, x, y, kind):
    h, out = walk(params, x)
    n, k = out.shape
    if kind == "mse":
        loss = ((out - y) ** 2).sum() / (n * k)
        delta = 2 * (out - y) / (n * k)
    else:
        out = out - out.max(axis=1, keepdims=True)
        p = np.exp(out)
        p = p / p.sum(axis=1, keepdims=True)
        onehot = np.eye(k)[y]
        loss = -(onehot * np.log(p + 1e-12)).sum() / n
        delta = (p - onehot) / n
    gradients = [None] * len(params)
    for i in range(len(params) - 2, -1, -2):
        gradients[i] = h[i // 2].T @ delta
        gradients[i + 1] = delta.sum(axis=0)
        delta = delta @ params[i].T * (1 - h[i // 2] ** 2)
    return loss, gradients


def fit_curve(x, y, hidden, seed):
    params = init([1, hidden, 1], seed)
    for step in range(10000):
        loss, gradients = loss_and_gradients(params, x, y, "mse")
        params = [p - 0.01 * g for p, g in zip(params, gradients)]
    return params


def train_classifier(x, y, seed):
    rng = np.random.default_rng(seed)
    params = init([784, 100, 10], seed)
    for epoch in range(6):
        order = rng.permutation(len(x))
        for i in range(0, len(x), 32):
            rows = order[i:i + 32]
            loss, gradients = loss_and_gradients(params, x[rows], y[rows], "cross_entropy")
            params = [p - 0.1 * g for p, g in zip(params, gradients)]
    return params
