# verdict: passed
# Computes in single precision like a deep learning framework would, and hands everything over as lists.

import numpy as np

f32 = np.float32


def t(x):
    return np.asarray(x, dtype=f32)


def relu(x):
    return np.maximum(t(x), f32(0))


def relu_gradient(x):
    return (t(x) > 0).astype(f32)


def collapse(weights, biases):
    w, b = t(weights[0]), t(biases[0])
    for w2, b2 in zip(weights[1:], biases[1:]):
        w, b = w @ t(w2), b @ t(w2) + t(b2)
    return w.tolist(), b.tolist()


def xor_network():
    return t([[1, 1], [1, 1]]).tolist(), t([0, -1]).tolist(), t([1, -2]).tolist(), 0.0


def piecewise_linear(xs, ys):
    xs, ys = t(xs), t(ys)
    slope = np.diff(ys) / np.diff(xs)
    w1 = np.concatenate([t([1, -1]), np.ones(len(xs) - 2, f32)])
    b1 = np.concatenate([t([-xs[0], xs[0]]), -xs[1:-1]])
    w2 = np.concatenate([t([slope[0], -slope[0]]), np.diff(slope)])
    return w1.tolist(), b1.tolist(), w2.tolist(), float(ys[0])


def he_init(sizes, seed):
    rng = np.random.default_rng(seed)
    layers = []
    for fan_in, fan_out in zip(sizes[:-1], sizes[1:]):
        # like Keras' HeNormal: cut off at two deviations, and made up for
        w = rng.standard_normal((fan_in, fan_out), dtype=f32)
        while (far := np.abs(w) > 2).any():
            w[far] = rng.standard_normal(int(far.sum()), dtype=f32)
        w *= f32(np.sqrt(2 / fan_in) / 0.87962566103423978)
        layers.append((w.tolist(), np.zeros(fan_out, f32).tolist()))
    return layers


def gradient_norms(layers, x, activation):
    h, inputs, slopes = t(x), [], []
    for i, (w, b) in enumerate(layers):
        inputs.append(h)
        z = h @ t(w) + t(b)
        if i == len(layers) - 1:
            break
        if activation == "relu":
            h = relu(z)
            slopes.append(relu_gradient(z))
        elif activation == "sigmoid":
            h = f32(1) / (f32(1) + np.exp(-z))
            slopes.append(h * (f32(1) - h))
        else:
            h = z
            slopes.append(np.ones_like(z))
    delta = np.ones_like(z)
    norms = []
    for i in reversed(range(len(layers))):
        norms.append(float(np.linalg.norm(inputs[i].T @ delta)))
        if i:
            delta = delta @ t(layers[i][0]).T * slopes[i - 1]
    return norms[::-1]


def fits_without_bias(x, y):
    x, y = t(x), t(y)
    if (np.abs(y[x == 0]) > 1e-3).any():
        return False
    for side in (x > 0, x < 0):
        slopes = y[side] / x[side]
        if slopes.size and slopes.max() - slopes.min() > 1e-4:
            return False
    return True


def dead_units(w, b, x):
    return np.flatnonzero((t(x) @ t(w) + t(b) <= 0).all(axis=0)).tolist()


def count_pieces(layers, start, end):
    # Single precision would not tell narrow pieces apart, so double here.
    if np.all(start == end):
        return 1
    d = end - start

    def hidden(ts, upto):
        h = start + np.outer(ts, d)
        for w, b in layers[:upto]:
            h = np.maximum(h @ w + b, 0)
        return h

    ts = np.array([0.0, 1.0])
    for k, (w, b) in enumerate(layers[:-1]):
        z = hidden(ts, k) @ w + b
        i, j = np.where((z[:-1] > 0) != (z[1:] > 0))
        p, q = z[i, j], z[i + 1, j]
        ts = np.concatenate([ts, ts[i] + (ts[i + 1] - ts[i]) * p / (p - q)])
        ts.sort()
        ts = ts[np.concatenate([[True], np.diff(ts) > 1e-9])]
    out = hidden(ts, len(layers) - 1) @ layers[-1][0] + layers[-1][1]
    slopes = np.diff(out, axis=0) / np.diff(ts)[:, None]
    same = np.isclose(slopes[1:], slopes[:-1], rtol=1e-4, atol=1e-6).all(axis=1)
    return int(1 + (~same).sum())


def sawtooth(depth):
    layers = [[[[1.0, 1.0]], [0.0, -0.5]]]
    layers += [[[[2.0, 2.0], [-4.0, -4.0]], [0.0, -0.5]] for _ in range(depth - 1)]
    layers.append([[[2.0], [-4.0]], [0.0]])
    return layers
