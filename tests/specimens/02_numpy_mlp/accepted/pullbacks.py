# verdict: passed
# Functional and recursive: every layer returns its output and a function that carries the error back; swish; AdamW and a cosine.

import math
from functools import partial

import numpy as np


def affine(w, b, x):
    return x @ w + b, lambda d: ([x.T @ d, d.sum(axis=0)], d @ w.T)


def swish(x):
    s = 0.5 * (1 + np.tanh(x / 2))
    return x * s, lambda d: d * (s + x * s * (1 - s))


def network(params, x):
    w, b, *rest = params
    z, back_affine = affine(w, b, x)
    if not rest:
        return z, lambda d: back_affine(d)[0]
    h, back_swish = swish(z)
    out, back_rest = network_with_input(rest, h)

    def back(d):
        later, dh = back_rest(d)
        return back_affine(back_swish(dh))[0] + later

    return out, back


def network_with_input(params, x):
    w, b, *rest = params
    z, back_affine = affine(w, b, x)
    if not rest:
        return z, back_affine
    h, back_swish = swish(z)
    out, back_rest = network_with_input(rest, h)

    def back(d):
        later, dh = back_rest(d)
        mine, dx = back_affine(back_swish(dh))
        return mine + later, dx

    return out, back


def mse(y, out):
    return float(np.square(out - y).mean()), 2 * (out - y) / y.size


def cross_entropy(y, out):
    top = out.max(axis=1, keepdims=True)
    log_z = top + np.log(np.exp(out - top).sum(axis=1, keepdims=True))
    picked = np.take_along_axis(out, y[:, None], axis=1)
    d = np.exp(out - log_z)
    np.put_along_axis(d, y[:, None], np.take_along_axis(d, y[:, None], axis=1) - 1, axis=1)
    return float((log_z - picked).mean()), d / y.shape[0]


def init(sizes, seed):
    ss = np.random.SeedSequence(seed)
    rngs = [np.random.Generator(np.random.PCG64(s)) for s in ss.spawn(len(sizes) - 1)]
    pairs = [(r.normal(0, math.sqrt(2 / a), (a, b)), np.zeros(b)) for r, a, b in zip(rngs, sizes, sizes[1:])]
    return [p for pair in pairs for p in pair]


def forward(params, x):
    return network(params, x)[0]


def loss_and_gradients(params, x, y, kind):
    out, back = network(params, x)
    loss, d = {"mse": partial(mse, y), "cross_entropy": partial(cross_entropy, y)}[kind](out)
    return loss, back(d)


def adamw(params, batches, kind, peak, total, decay=0.0):
    m, v = [np.zeros_like(p) for p in params], [np.zeros_like(p) for p in params]
    for t, (x, y) in enumerate(batches, start=1):
        rate = peak * min(1, t / (0.05 * total)) * 0.5 * (1 + math.cos(math.pi * min(1, t / total)))
        _, gradients = loss_and_gradients(params, x, y, kind)
        m = [0.9 * a + 0.1 * g for a, g in zip(m, gradients)]
        v = [0.99 * a + 0.01 * g**2 for a, g in zip(v, gradients)]
        params = [
            p - rate * (a / (1 - 0.9**t) / (np.sqrt(s / (1 - 0.99**t)) + 1e-8) + decay * p)
            for p, a, s in zip(params, m, v)
        ]
    return params


def fit_curve(x, y, hidden, seed):
    params = init([1, hidden, 1], seed)
    params[1] = np.random.default_rng(seed).normal(0, 3, hidden)
    return adamw(params, ((x, y) for _ in range(6000)), "mse", 0.03, 6000)


def train_classifier(x, y, seed):
    rng = np.random.default_rng(seed)
    params = [p.astype(np.float32) for p in init([784, 128, 10], seed)]
    epochs, size = 5, 128
    total = epochs * math.ceil(len(x) / size)

    def batches():
        for _ in range(epochs):
            for rows in np.array_split(rng.permutation(len(x)), math.ceil(len(x) / size)):
                yield x[rows], y[rows]

    return adamw(params, batches(), "cross_entropy", 0.004, total, 0.01)
