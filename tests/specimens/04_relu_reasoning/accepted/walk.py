# verdict: passed
# Counts by walking from switch to switch with the affine map that holds there; hinges from both sides.

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
    """The middle knot's value, units to the right of it, and mirrored units to the left of it."""
    m = len(xs) // 2
    slopes = np.diff(ys) / np.diff(xs)
    w1, b1, w2 = [1.0], [-xs[m]], [slopes[m] if m < len(slopes) else slopes[-1]]
    for k in range(m + 1, len(xs) - 1):
        w1.append(1.0), b1.append(-xs[k]), w2.append(slopes[k] - slopes[k - 1])
    w1.append(-1.0), b1.append(xs[m]), w2.append(-slopes[m - 1])
    for k in range(m - 1, 0, -1):
        w1.append(-1.0), b1.append(xs[k]), w2.append(slopes[k] - slopes[k - 1])
    return np.array(w1), np.array(b1), np.array(w2), ys[m]


def he_init(sizes, seed):
    rng = np.random.default_rng(seed)
    layers = []
    for i in range(len(sizes) - 1):
        w = rng.standard_normal((sizes[i], sizes[i + 1])) * np.sqrt(2 / sizes[i])
        layers.append((w, np.zeros(sizes[i + 1])))
    return layers


def gradient_norms(layers, x, activation):
    """Carries the derivative of every row's output back as one array per layer, with einsum."""
    hs, zs = [x], []
    for w, b in layers:
        zs.append(hs[-1] @ w + b)
        with np.errstate(over="ignore"):
            hs.append({"linear": zs[-1], "relu": relu(zs[-1]), "sigmoid": 1 / (1 + np.exp(-zs[-1]))}[activation])
    back = np.ones_like(zs[-1])
    result = []
    for i in range(len(layers))[::-1]:
        result.append(np.linalg.norm(np.einsum("ni,no->io", hs[i], back)))
        if i:
            h = hs[i]
            back = back @ layers[i][0].T * {"linear": 1.0, "relu": h > 0, "sigmoid": h * (1 - h)}[activation]
    return result[::-1]


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
    direction = end - start
    if not direction.any():
        return 1
    t, before, count = 0.0, None, 0
    while t < 1:
        # Just to the right of t: values h + s u for small u, each unit on if it is positive there.
        h, s, nearest = start + t * direction, direction, 1 - t
        for w, b in layers[:-1]:
            h, s = h @ w + b, s @ w
            h = np.where(np.abs(h) < 1e-9, 0.0, h)
            on = (h > 0) | ((h == 0) & (s > 0))
            ahead = (h != 0) & (h * s < 0)
            if ahead.any():
                nearest = min(nearest, (-h[ahead] / s[ahead]).min())
            h, s = np.where(on, h, 0.0), np.where(on, s, 0.0)
        slope = s @ layers[-1][0]
        if before is None or np.abs(slope - before).max() > 1e-7 * (np.abs(slope) + np.abs(before)).max():
            count += 1
        before = slope
        t += nearest
        if 1 - t < 1e-12:
            break
    return count


def sawtooth(depth):
    """Three units a layer: the tooth as rise, fall and a unit that only passes the height on."""
    first = (np.ones((1, 3)), np.array([0.0, -0.5, -1.0]))
    tooth = np.array([[2.0], [-4.0], [2.0]])
    between = (tooth @ np.ones((1, 3)), np.array([0.0, -0.5, -1.0]))
    return [first] + [between] * (depth - 1) + [(tooth, np.zeros(1))]
