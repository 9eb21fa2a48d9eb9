# verdict: passed
# Lists and loops in place of arrays wherever that is possible.

import math
import random

import numpy as np


def relu(x):
    if np.ndim(x) == 0:
        return float(x) if x > 0 else 0.0
    return np.array([relu(part) for part in x]).reshape(np.shape(x))


def relu_gradient(x):
    return np.where(np.asarray(x) > 0, 1.0, 0.0)


def times(a, b):
    return [[sum(row[k] * b[k][j] for k in range(len(b))) for j in range(len(b[0]))] for row in a]


def collapse(weights, biases):
    w, b = [list(row) for row in weights[0]], [list(biases[0])]
    for nw, nb in zip(weights[1:], biases[1:]):
        w, b = times(w, nw), [[p + q for p, q in zip(times(b, nw)[0], nb)]]
    return w, b[0]


def xor_network():
    return np.array([[1.0, -1.0], [-1.0, 1.0]]), np.zeros(2), np.ones(2), 0.0


def piecewise_linear(xs, ys):
    slopes = np.diff(ys) / np.diff(xs)
    w1 = np.concatenate([[1, -1], np.ones(len(xs) - 2)])
    b1 = np.concatenate([[-xs[0], xs[0]], -xs[1:-1]])
    w2 = np.concatenate([[slopes[0], -slopes[0]], np.diff(slopes)])
    return w1, b1, w2, ys[0]


def he_init(sizes, seed):
    dice = random.Random(seed)
    layers = []
    for fan_in, fan_out in zip(sizes, sizes[1:]):
        spread = math.sqrt(2 / fan_in)
        w = np.array([dice.gauss(0, spread) for _ in range(fan_in * fan_out)])
        layers.append((w.reshape(fan_in, fan_out), [0.0] * fan_out))
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
    slopes = {}
    for a, b in zip(np.ravel(x).tolist(), np.ravel(y).tolist()):
        if a == 0:
            if abs(b) > 1e-6:
                return False
            continue
        known = slopes.setdefault(a > 0, b / a)
        if abs(known * a - b) > 1e-6:
            return False
    return True


def dead_units(w, b, x):
    return np.flatnonzero((x @ w + b).max(axis=0) <= 0)


def count_pieces(layers, start, end):
    """Points (t, hidden values) in a list; each layer puts new points between them."""
    points = [(0.0, [float(v) for v in start]), (1.0, [float(v) for v in end])]
    if points[0][1] == points[1][1]:
        return 1
    for w, b in layers[:-1]:
        columns, shift = [list(c) for c in zip(*w.tolist())], b.tolist()
        lifted = [(t, [sum(v * c for v, c in zip(h, column)) + s for column, s in zip(columns, shift)]) for t, h in points]
        points = []
        for (t0, p), (t1, q) in zip(lifted, lifted[1:]):
            points.append((t0, p))
            inside = sorted({t0 + (t1 - t0) * a / (a - b) for a, b in zip(p, q) if a * b < 0})
            for t in inside:
                if t - points[-1][0] > 1e-12 and t1 - t > 1e-12:
                    share = (t - t0) / (t1 - t0)
                    points.append((t, [a + (b - a) * share for a, b in zip(p, q)]))
        points.append(lifted[-1])
        points = [(t, [v if v > 1e-13 else 0.0 for v in z]) for t, z in points]
    w, b = layers[-1]
    out = [(t, np.array(h) @ w) for t, h in points]
    slopes = [(q - p) / (t1 - t0) for (t0, p), (t1, q) in zip(out, out[1:])]
    size = max(np.abs(s).max() for s in slopes)
    return 1 + sum(bool((np.abs(b - a) > 1e-6 * size).any()) for a, b in zip(slopes, slopes[1:]))


def sawtooth(depth):
    bias = np.array([0.0, -0.5])
    layers = [(np.ones((1, 2)), bias)]
    for _ in range(depth - 1):
        layers.append((np.array([[2.0, 2.0], [-4.0, -4.0]]), bias))
    layers.append((np.array([[2.0], [-4.0]]), np.zeros(1)))
    return layers
