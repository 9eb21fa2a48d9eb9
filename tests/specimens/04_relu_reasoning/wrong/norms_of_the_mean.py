# verdict: failed
# caught by: test_gradient_norms
# diagnosis: of_the_mean
# Differentiates the mean of the output instead of the sum.

import numpy as np


def relu(x):
    return np.maximum(x, 0)


def relu_gradient(x):
    return np.where(np.asarray(x) > 0, 1.0, 0.0)


def collapse(weights, biases):
    w_all, b_all = weights[0], biases[0]
    for w, b in zip(weights[1:], biases[1:]):
        b_all = b_all @ w + b
        w_all = w_all @ w
    return w_all, b_all


def xor_network():
    return np.array([[1.0, -1.0], [-1.0, 1.0]]), np.zeros(2), np.ones(2), 0.0


def piecewise_linear(xs, ys):
    slopes = np.diff(ys) / np.diff(xs)
    w1 = np.concatenate([[1, -1], np.ones(len(xs) - 2)])
    b1 = np.concatenate([[-xs[0], xs[0]], -xs[1:-1]])
    w2 = np.concatenate([[slopes[0], -slopes[0]], np.diff(slopes)])
    return w1, b1, w2, ys[0]


def he_init(sizes, seed):
    rng = np.random.default_rng(seed)
    layers = []
    for i in range(len(sizes) - 1):
        w = rng.standard_normal((sizes[i], sizes[i + 1])) * np.sqrt(2 / sizes[i])
        layers.append((w, np.zeros(sizes[i + 1])))
    return layers


def sigmoid(z):
    return 0.5 * (1 + np.tanh(z / 2))


def activate(z, activation):
    if activation == "linear":
        return z, np.ones_like(z)
    if activation == "sigmoid":
        s = sigmoid(z)
        return s, s * (1 - s)
    return relu(z), relu_gradient(z)


def gradient_norms(layers, x, activation):
    inputs, slopes = [], []
    h = x
    for w, b in layers:
        inputs.append(h)
        z = h @ w + b
        h, slope = activate(z, activation)
        slopes.append(slope)
    delta = np.ones_like(z) / z.size
    norms = []
    for i in range(len(layers) - 1, -1, -1):
        norms.insert(0, np.sqrt(np.sum((inputs[i].T @ delta) ** 2)))
        if i > 0:
            delta = (delta @ layers[i][0].T) * slopes[i - 1]
    return np.array(norms)


def fits_without_bias(x, y):
    x, y = np.ravel(x), np.ravel(y)
    if np.any(np.abs(y[x == 0]) > 1e-6):
        return False
    for side in (x > 0, x < 0):
        if side.any():
            slopes = y[side] / x[side]
            if slopes.max() - slopes.min() > 1e-6:
                return False
    return True


def dead_units(w, b, x):
    return np.flatnonzero((x @ w + b).max(axis=0) <= 0)


def count_pieces(layers, start, end):
    if np.array_equal(start, end):
        return 1
    t, h = np.array([0.0, 1.0]), np.array([start, end], dtype=float)
    for w, b in layers[:-1]:
        z = h @ w + b
        row, unit = np.nonzero(np.sign(z[:-1]) * np.sign(z[1:]) < 0)
        p, q = z[row, unit], z[row + 1, unit]
        new = t[row] + (t[row + 1] - t[row]) * p / (p - q)
        grid = np.unique(np.concatenate([t, new]))
        grid = grid[np.append(True, np.diff(grid) > 1e-12)]
        h = np.stack([relu(np.interp(grid, t, column)) for column in z.T], axis=1)
        t = grid
    out = h @ layers[-1][0] + layers[-1][1]
    slopes = np.diff(out, axis=0) / np.diff(t)[:, None]
    return 1 + int(np.any(np.abs(np.diff(slopes, axis=0)) > 1e-7 * np.abs(slopes).max(), axis=1).sum())


def sawtooth(depth):
    bias = np.array([0.0, -0.5])
    layers = [(np.ones((1, 2)), bias)]
    for _ in range(depth - 1):
        layers.append((np.array([[2.0, 2.0], [-4.0, -4.0]]), bias))
    layers.append((np.array([[2.0], [-4.0]]), np.zeros(1)))
    return layers
