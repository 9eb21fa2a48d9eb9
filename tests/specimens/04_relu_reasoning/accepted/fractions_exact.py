# verdict: passed
# Counts in fractions, without any tolerance; the other answers in Python numbers.

import random
from fractions import Fraction
from math import exp, sqrt

import numpy as np


def relu(x):
    return np.vectorize(lambda v: v if v > 0 else 0.0, otypes=[float])(x)


def relu_gradient(x):
    return np.vectorize(lambda v: int(v > 0), otypes=[int])(x)


def matmul(a, b):
    return [[sum(p * q for p, q in zip(row, column)) for column in zip(*b)] for row in a]


def collapse(weights, biases):
    (w, *ws), (b, *bs) = [m.tolist() for m in weights], [[v.tolist()] for v in biases]
    for m, v in zip(ws, bs):
        w = matmul(w, m)
        b = [[p + q for p, q in zip(matmul(b, m)[0], v[0])]]
    return w, b[0]


def xor_network():
    return [[1, -1], [-1, 1]], [0, 0], [1, 1], 0


def piecewise_linear(xs, ys):
    w1, b1, w2 = [1.0, -1.0], [-float(xs[0]), float(xs[0])], []
    before = None
    for x0, x1, y0, y1 in zip(xs, xs[1:], ys, ys[1:]):
        slope = float((y1 - y0) / (x1 - x0))
        if before is None:
            w2 += [slope, -slope]
        else:
            w1.append(1.0)
            b1.append(-float(x0))
            w2.append(slope - before)
        before = slope
    return w1, b1, w2, float(ys[0])


def he_init(sizes, seed):
    r = random.Random(seed)
    layers = []
    for n, m in zip(sizes, sizes[1:]):
        limit = sqrt(6 / n)
        layers.append(([[r.uniform(-limit, limit) for _ in range(m)] for _ in range(n)], [0.0] * m))
    return layers


def sigmoid(v):
    return 1 / (1 + exp(-v))


def gradient_norms(layers, x, activation):
    act = {"linear": lambda z: z, "relu": relu, "sigmoid": np.vectorize(sigmoid)}[activation]
    hs = [x]
    for w, b in layers[:-1]:
        hs.append(act(hs[-1] @ w + b))
    back = np.ones((len(x), len(layers[-1][1])))
    norms = []
    for h, (w, _) in zip(hs[::-1], layers[::-1]):
        norms.append(float(np.linalg.norm(h.T @ back)))
        slope = {"linear": 1, "relu": h > 0, "sigmoid": h * (1 - h)}[activation]
        back = (back @ w.T) * slope
    norms.reverse()
    return norms


def fits_without_bias(x, y):
    samples = [(float(a), float(b)) for a, b in zip(x, y)]
    if any(b for a, b in samples if a == 0):
        return False
    for sign in (1, -1):
        ratios = {b / a for a, b in samples if a * sign > 0}
        if len(ratios) > 1:
            return False
    return True


def dead_units(w, b, x):
    z = (x @ w + b).tolist()
    return [j for j in range(len(b)) if all(row[j] <= 0 for row in z)]


def count_pieces(layers, start, end):
    exact = [
        ([[Fraction(float(v)) for v in column] for column in np.asarray(w).T], [Fraction(float(v)) for v in b])
        for w, b in layers
    ]
    a = [Fraction(float(v)) for v in start]
    d = [Fraction(float(v)) - p for v, p in zip(end, a)]
    # a list of (where the piece ends, values = constant + slope t)
    pieces = [(Fraction(1), [(p, q) for p, q in zip(a, d)])]
    for k, (columns, shift) in enumerate(exact):
        new = []
        low = Fraction(0)
        for high, values in pieces:
            z = [
                (sum(w * c for w, (c, _) in zip(column, values)) + s, sum(w * m for w, (_, m) in zip(column, values)))
                for column, s in zip(columns, shift)
            ]
            if k == len(exact) - 1:
                new.append((high, z))
            else:
                cuts = sorted({-c / m for c, m in z if m != 0 and low < -c / m < high})
                for left, right in zip([low, *cuts], [*cuts, high]):
                    middle = (left + right) / 2
                    new.append((right, [(c, m) if c + m * middle > 0 else (0, 0) for c, m in z]))
            low = high
        pieces = new
    slopes = [[m for _, m in values] for _, values in pieces]
    return 1 + sum(p != q for p, q in zip(slopes, slopes[1:]))


def sawtooth(depth):
    # teeth of height 3/4 would lose their tips; this one is exact in binary
    first = ([[1, 1]], [0, -0.5])
    middle = ([[2, 2], [-4, -4]], [0, -0.5])
    return [first] + [middle] * (depth - 1) + [([[2], [-4]], [0])]
