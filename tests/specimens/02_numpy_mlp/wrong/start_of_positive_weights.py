# verdict: failed
# caught by: test_accuracy
# diagnosis: start_not_centred
# Weights between 0 and 1.

import numpy as np


def init(sizes, seed):
    random = np.random.RandomState(seed)
    params = ()
    for a, b in zip(sizes[:-1], sizes[1:]):
        limit = np.sqrt(6 / (a + b))
        params += (random.uniform(0, 1, (a, b)), random.uniform(-0.1, 0.1, b))
    return params


def activation(a):
    return 0.5 * (1 + np.tanh(a / 2))


def slope(h):
    return h * (1 - h)


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
    return [float(loss), tuple(gradients)]


def momentum(params, batches, kind, rate):
    params = list(params)
    velocity = [np.zeros_like(p) for p in params]
    for x, y in batches:
        _, gradients = loss_and_gradients(params, x, y, kind)
        for v, p, g in zip(velocity, params, gradients):
            v *= 0.9
            v -= rate * g
            p += v
    return params


def fit_curve(x, y, hidden, seed):
    params = list(init([1, hidden, 1], seed))
    rng = np.random.default_rng(seed)
    params[0] = rng.choice([-1.0, 1.0], (1, hidden)) * rng.uniform(3, 6, (1, hidden))
    params[1] = -params[0][0] * rng.uniform(-3, 3, hidden)
    for rate in (0.05, 0.02, 0.005):
        params = momentum(params, ((x, y) for _ in range(3000)), "mse", rate)
    print("finished a curve")
    return tuple(params)


def train_classifier(x, y, seed):
    random = np.random.RandomState(seed)
    params = [p.astype("float32") for p in init([784, 64, 10], seed)]
    for epoch in range(4):
        order = random.permutation(len(x))
        rows = [order[i : i + 50] for i in range(0, len(x), 50)]
        params = momentum(params, ((x[r], y[r]) for r in rows), "cross_entropy", np.float32(0.15 / (1 + epoch)))
        print("epoch", epoch)
    return [p.tolist() if p.ndim == 1 else p for p in params]
