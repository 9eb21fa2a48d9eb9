# verdict: passed
# Answers as lists, tuples, booleans, small integers and arrays with an extra axis; prints and writes a file.

import os
import tempfile

import numpy as np

print("loaded")


def relu(x):
    return np.maximum(x, 0)


def relu_gradient(x):
    return x > 0


def collapse(weights, biases):
    w_all, b_all = weights[0], biases[0]
    for w, b in zip(weights[1:], biases[1:]):
        b_all = b_all @ w + b
        w_all = w_all @ w
    return [w_all.tolist(), b_all[None, :]]


def xor_network():
    return [[1, 1], [1, 1]], (0, -1), np.array([[1], [-2]], np.int8), [0]


def piecewise_linear(xs, ys):
    slopes = np.diff(ys) / np.diff(xs)
    w1 = np.concatenate([[1, -1], np.ones(len(xs) - 2)])
    b1 = np.concatenate([[-xs[0], xs[0]], -xs[1:-1]])
    w2 = np.concatenate([[slopes[0], -slopes[0]], np.diff(slopes)])
    return list(w1), b1[None, :], w2[:, None], np.array([ys[0]])


def he_init(sizes, seed):
    state = np.random.RandomState(seed)
    layers = ()
    for i, o in zip(sizes, sizes[1:]):
        limit = (6 / i) ** 0.5
        layers += ([state.uniform(-limit, limit, (i, o)), np.zeros((1, o))],)
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
    delta = np.ones_like(z)
    norms = []
    for i in range(len(layers) - 1, -1, -1):
        norms.insert(0, np.sqrt(np.sum((inputs[i].T @ delta) ** 2)))
        if i > 0:
            delta = (delta @ layers[i][0].T) * slopes[i - 1]
    return np.array(norms)


def fits_without_bias(x, y):
    x, y = np.ravel(x), np.ravel(y)
    if np.any(np.abs(y[x == 0]) > 1e-6):
        return 0
    for side in (x > 0, x < 0):
        if side.any():
            slopes = y[side] / x[side]
            if slopes.max() - slopes.min() > 1e-6:
                return 0
    return np.bool_(True)


def dead_units(w, b, x):
    print("shapes", w.shape, b.shape, x.shape)
    handle, path = tempfile.mkstemp()
    os.close(handle)
    w *= 1
    x -= 0
    return [unit for unit in range(w.shape[1]) if not np.any(x @ w[:, unit] + b[unit] > 0)]


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
    return np.float64(1 + np.any(np.abs(np.diff(slopes, axis=0)) > 1e-7 * np.abs(slopes).max(), axis=1).sum())


def sawtooth(depth):
    bias = np.array([0.0, -0.5])
    layers = [(np.ones((1, 2)), bias)]
    for _ in range(depth - 1):
        layers.append((np.array([[2.0, 2.0], [-4.0, -4.0]]), bias))
    layers.append((np.array([[2.0], [-4.0]]), np.zeros(1)))
    return [[w.tolist(), b.tolist()] for w, b in layers]
