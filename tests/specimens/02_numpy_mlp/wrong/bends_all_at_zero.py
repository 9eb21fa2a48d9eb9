# verdict: failed | invalid
# caught by: test_curves
# diagnosis: too_few_steps
# Plain descent from zero biases: all units bend at x = 0, and 200 steps hardly move them.

import numpy as np


def init(sizes, seed):
    rng = np.random.default_rng(seed)
    params = []
    for a, b in zip(sizes[:-1], sizes[1:]):
        params.append(rng.normal(size=(a, b)) * np.sqrt(2 / a))
        params.append(np.zeros(b))
    return params


def activation(a):
    return np.maximum(a, 0)


def slope(h):
    return (h > 0).astype(h.dtype)


def layers(params, x):
    hs = [x]
    for i in range(0, len(params), 2):
        a = hs[-1] @ params[i] + params[i + 1]
        hs.append(activation(a) if i < len(params) - 2 else a)
    return hs


def forward(params, x):
    return layers(params, x)[-1]


def softmax(out):
    e = np.exp(out - out.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def loss_and_delta(out, y, kind):
    if kind == "mse":
        return np.mean((out - y) ** 2), 2 * (out - y) / out.size
    n = len(y)
    shifted = out - out.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    delta = softmax(out)
    delta[np.arange(n), y] -= 1
    return -log_p[np.arange(n), y].mean(), delta / n


def loss_and_gradients(params, x, y, kind):
    hs = layers(params, x)
    loss, delta = loss_and_delta(hs[-1], y, kind)
    gradients = [None] * len(params)
    for i in reversed(range(0, len(params), 2)):
        gradients[i] = hs[i // 2].T @ delta
        gradients[i + 1] = delta.sum(axis=0)
        if i:
            delta = delta @ params[i].T * slope(hs[i // 2])
    return loss, gradients


def adam(params, batches, kind, rate):
    m = [np.zeros_like(p) for p in params]
    v = [np.zeros_like(p) for p in params]
    for t, (x, y) in enumerate(batches, 1):
        _, gradients = loss_and_gradients(params, x, y, kind)
        for k, g in enumerate(gradients):
            m[k] = 0.9 * m[k] + 0.1 * g
            v[k] = 0.999 * v[k] + 0.001 * g**2
            step = rate * (m[k] / (1 - 0.9**t)) / (np.sqrt(v[k] / (1 - 0.999**t)) + 1e-8)
            params[k] = params[k] - step
    return params


def fit_curve(x, y, hidden, seed):
    params = init([1, hidden, 1], seed)
    for _ in range(200):
        _, gradients = loss_and_gradients(params, x, y, "mse")
        params = [p - 0.01 * g for p, g in zip(params, gradients)]
    return params


def train_classifier(x, y, seed):
    rng = np.random.default_rng(seed)
    params = [p.astype(np.float32) for p in init([784, 100, 10], seed)]
    for rate in (0.002, 0.001, 0.0003):
        order = rng.permutation(len(x))
        rows = [order[i : i + 100] for i in range(0, len(x), 100)]
        params = adam(params, ((x[r], y[r]) for r in rows), "cross_entropy", rate)
    return params
