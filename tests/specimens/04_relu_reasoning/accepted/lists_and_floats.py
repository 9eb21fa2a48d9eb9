# verdict: passed
# Lists and Python numbers wherever it can, with prints, a warning and a cache; the polyline from the right.
import sys
import warnings
from functools import lru_cache

import numpy as np

print("kata 04: let's see what ReLU does")
warnings.warn("this file returns lists")
seen = {"relu": 0}


def relu(x):
    seen["relu"] += 1
    return np.maximum(0.0, x).tolist()


def _relu(z):
    return np.maximum(z, 0.0)


def relu_gradient(x):
    return np.int64(np.asarray(x) > 0).tolist()


def collapse(weights, biases):
    W, b = weights[-1], biases[-1]
    for w, c in zip(weights[-2::-1], biases[-2::-1]):
        b = c @ W + b
        W = w @ W
    return W.tolist(), b.tolist()


def xor_network():
    return [[1, 1], [1, 1]], [0, -1], [1, -2], 0


def piecewise_linear(xs, ys):
    xs, ys = zip(*sorted((float(x), float(y)) for x, y in zip(xs, ys)))
    last = len(xs) - 1
    slope = [(ys[i + 1] - ys[i]) / (xs[i + 1] - xs[i]) for i in range(last)]
    # from the right this time: units that look left
    w1 = [1.0] + [-1.0] * last
    b1 = [-xs[last]] + [xs[i] for i in range(last, 0, -1)]
    w2 = [slope[-1], -slope[-1]] + [slope[i] - slope[i - 1] for i in range(last - 1, 0, -1)]
    return w1, b1, w2, ys[last]


def he_init(sizes, seed):
    print("seed", seed, file=sys.stderr)
    rng = np.random.default_rng(seed)
    return [[(rng.standard_normal((i, o)) * (2.0 / i) ** 0.5).tolist(), [0.0] * o] for i, o in zip(sizes, sizes[1:])]


def gradient_norms(layers, x, activation):
    depth = len(layers)
    acts, derivs = [np.asarray(x, float)], []
    for w, b in layers[:-1]:
        z = acts[-1] @ w + b
        if activation == "relu":
            acts.append(_relu(z)); derivs.append((z > 0).astype(float))
        elif activation == "sigmoid":
            s = 1 / (1 + np.exp(-z)); acts.append(s); derivs.append(s - s * s)
        elif activation == "linear":
            acts.append(z); derivs.append(np.ones_like(z))
        else:
            raise ValueError(activation)
    d = np.ones((acts[-1].shape[0], np.asarray(layers[-1][0]).shape[1]))
    out = [0.0] * depth
    k = depth - 1
    while True:
        out[k] = float(np.sqrt(np.sum(np.square(acts[k].T @ d))))
        if k == 0:
            break
        d = d @ np.asarray(layers[k][0]).T * derivs[k - 1]
        k -= 1
    print("norms", out)
    return out


def fits_without_bias(x, y):
    x, y = np.asarray(x, float).ravel(), np.asarray(y, float).ravel()
    ok = not np.any((x == 0) & (y != 0))
    for sign in (1, -1):
        side = np.sign(x) == sign
        if side.any():
            ratio = y[side] / x[side]
            ok = ok and np.allclose(ratio, ratio[0], rtol=1e-8, atol=1e-10)
    return ok


def dead_units(w, b, x):
    h = _relu(np.asarray(x) @ w + b)
    return [int(j) for j in np.argwhere(h.sum(axis=0) == 0)[:, 0]]


def count_pieces(layers, start, end):
    start, end = np.ravel(np.asarray(start, float)), np.ravel(np.asarray(end, float))
    net = [(np.asarray(w, float), np.asarray(b, float)) for w, b in layers]

    @lru_cache(maxsize=None)
    def run(t):
        a = start + t * (end - start)
        zs = []
        for w, b in net[:-1]:
            zs.append(a @ w + b)
            a = _relu(zs[-1])
        return zs, a @ net[-1][0] + net[-1][1]

    # split wherever a unit of the next layer changes sign between two neighbours
    points = [0.0, 1.0]
    for layer in range(len(net) - 1):
        extra = set()
        for lo, hi in zip(points, points[1:]):
            for p, q in zip(run(lo)[0][layer], run(hi)[0][layer]):
                if p * q < 0:
                    extra.add(float(lo + (hi - lo) * p / (p - q)))
        points = sorted(extra.union(points))
        points = [p for i, p in enumerate(points) if i == 0 or p - points[i - 1] > 1e-12]
    slopes = [(run(hi)[1] - run(lo)[1]) / (hi - lo) for lo, hi in zip(points, points[1:])]
    size = max(float(np.max(np.abs(s))) for s in slopes)
    return 1 + sum(1 for s, r in zip(slopes, slopes[1:]) if float(np.max(np.abs(s - r))) > 1e-7 * size)


def sawtooth(depth):
    # upside down, ten times as high and lifted: the number of pieces is the same
    first = [[[1.0, 1.0]], [0.0, -0.5]]
    middle = [[[2.0, 2.0], [-4.0, -4.0]], [0.0, -0.5]]
    last = [[[-20.0], [40.0]], [3.0]]
    return [first] + [middle] * (depth - 1) + [last]
