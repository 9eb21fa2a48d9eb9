# verdict: failed
# caught by: test_accuracy
# diagnosis: start_too_large
# Weights a hundred times too large.

import numpy as np


def init(sizes, seed):
    g = np.random.default_rng(seed)
    params = []
    for n, (fan_in, fan_out) in enumerate(zip(sizes, sizes[1:])):
        last = n == len(sizes) - 2
        W = g.standard_normal((fan_in, fan_out)) * 100 / fan_in**0.5
        b = g.standard_normal(fan_out) * 0.1
        params += [W, b]
    return params


def forward(params, x):
    h = x
    for i in range(0, len(params), 2):
        hpreact = h @ params[i] + params[i + 1]
        h = np.tanh(hpreact) if i + 2 < len(params) else hpreact
    return h


def loss_and_gradients(params, x, y, kind):
    n = x.shape[0]
    # forward pass
    hs = [x]
    for i in range(0, len(params) - 2, 2):
        hs.append(np.tanh(hs[-1] @ params[i] + params[i + 1]))
    logits = hs[-1] @ params[-2] + params[-1]
    if kind == "mse":
        diff = logits - y
        squares = diff**2
        loss = squares.mean()
        dsquares = np.ones_like(squares) / squares.size
        ddiff = 2 * diff * dsquares
        dlogits = ddiff
    else:
        logit_maxes = logits.max(1, keepdims=True)
        norm_logits = logits - logit_maxes
        counts = np.exp(norm_logits)
        counts_sum = counts.sum(1, keepdims=True)
        counts_sum_inv = counts_sum**-1
        probs = counts * counts_sum_inv
        logprobs = norm_logits - np.log(counts_sum)
        loss = -logprobs[range(n), y].mean()
        # backward pass
        dlogprobs = np.zeros_like(logprobs)
        dlogprobs[range(n), y] = -1.0 / n
        dnorm_logits = dlogprobs.copy()
        dlog_sum = -dlogprobs.sum(1, keepdims=True)
        dcounts_sum = dlog_sum * counts_sum_inv
        dcounts = np.ones_like(counts) * dcounts_sum
        dnorm_logits += counts * dcounts
        dlogits = dnorm_logits.copy()
        dlogit_maxes = -dnorm_logits.sum(1, keepdims=True)
        dlogits += np.eye(logits.shape[1], dtype=logits.dtype)[logits.argmax(1)] * dlogit_maxes
    grads = []
    dout = dlogits
    for i in range(len(params) - 2, -1, -2):
        h = hs[i // 2]
        dh = dout @ params[i].T
        dW = h.T @ dout
        db = dout.sum(0)
        grads.insert(0, db)
        grads.insert(0, dW)
        dout = (1.0 - h**2) * dh
    return loss, grads


def fit_curve(x, y, hidden, seed):
    params = [p / 60 for p in init([1, hidden, 1], seed)]
    g = np.random.default_rng(seed)
    max_steps = 20000
    batch_size = 32
    for i in range(max_steps):
        ix = g.integers(0, x.shape[0], batch_size)
        loss, grads = loss_and_gradients(params, x[ix], y[ix], "mse")
        lr = 0.01 if i < 15000 else 0.001
        for p, grad in zip(params, grads):
            p += -lr * grad
        if i % 5000 == 0:
            print(f"{i:7d}/{max_steps:7d}: {loss:.4f}")
    return params


def train_classifier(x, y, seed):
    params = init([784, 200, 10], seed)
    g = np.random.default_rng(seed)
    max_steps = 10000
    for i in range(max_steps):
        ix = g.integers(0, x.shape[0], 32)
        loss, grads = loss_and_gradients(params, x[ix], y[ix], "cross_entropy")
        lr = 0.1 if i < 7500 else 0.01
        for p, grad in zip(params, grads):
            p += -lr * grad
    return params
