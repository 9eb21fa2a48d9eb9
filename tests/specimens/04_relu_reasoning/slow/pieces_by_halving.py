# verdict: too_slow
# caught by: test_count_pieces_of_many
# Finds each switch by halving, and follows the path from the input for every try: right, and slow.

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
        return False
    for side in (x > 0, x < 0):
        if side.any():
            slopes = y[side] / x[side]
            if slopes.max() - slopes.min() > 1e-6:
                return False
    return True


def dead_units(w, b, x):
    return np.flatnonzero((x @ w + b).max(axis=0) <= 0)


def values_at(layers, start, end, t):
    h = start + t * (end - start)
    for w, b in layers[:-1]:
        h = relu(h @ w + b)
    return h


def preactivations_at(layers, start, end, t, depth):
    h = start + t * (end - start)
    for w, b in layers[:depth]:
        h = relu(h @ w + b)
    return h @ layers[depth][0] + layers[depth][1]


def count_pieces(layers, start, end):
    if np.array_equal(start, end):
        return 1
    places = [0.0, 1.0]
    for depth in range(len(layers) - 1):
        new = []
        for left, right in zip(places[:-1], places[1:]):
            p = preactivations_at(layers, start, end, left, depth)
            q = preactivations_at(layers, start, end, right, depth)
            for unit in np.flatnonzero(p * q < 0):
                low, high = left, right
                while high - low > 1e-13:
                    middle = (low + high) / 2
                    if low < middle < high:
                        below, z = (preactivations_at(layers, start, end, t, depth)[unit] for t in (low, middle))
                        low, high = (middle, high) if z * below > 0 else (low, middle)
                    else:
                        break
                if high - left > 1e-9 and right - high > 1e-9:
                    new.append(high)
        places = sorted(set(places + new))
        places = [t for i, t in enumerate(places) if i == 0 or t - places[i - 1] > 1e-10]
    out = [values_at(layers, start, end, t) @ layers[-1][0] for t in places]
    slopes = [(b - a) / (s - r) for a, b, r, s in zip(out, out[1:], places, places[1:])]
    size = max(np.abs(slope).max() for slope in slopes)
    return 1 + sum(bool(np.any(np.abs(b - a) > 1e-5 * size)) for a, b in zip(slopes, slopes[1:]))


def sawtooth(depth):
    bias = np.array([0.0, -0.5])
    layers = [(np.ones((1, 2)), bias)]
    for _ in range(depth - 1):
        layers.append((np.array([[2.0, 2.0], [-4.0, -4.0]]), bias))
    layers.append((np.array([[2.0], [-4.0]]), np.zeros(1)))
    return layers
