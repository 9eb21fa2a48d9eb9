"""Kata 04, reference: what a ReLU does, in twelve small functions.

Layers are pairs (W, b) with W of shape (in, out); a row x becomes x W + b. Every layer but the last is
followed by the activation.
"""

from itertools import pairwise

import numpy as np

# --- What is a ReLU? --------------------------------------------------------------------------------


def relu(x):
    """max(x, 0), entry by entry."""
    return np.maximum(x, 0)


def relu_gradient(x):
    """1 where the unit is on, 0 where it is off. At 0 itself either would do; everybody takes 0."""
    return (np.asarray(x) > 0).astype(float)


# --- What is lost without it? -----------------------------------------------------------------------


def collapse(weights, biases):
    """Layer after layer of x W + b is one x W + b: (x A + a) B + b = x (A B) + (a B + b)."""
    total_w, total_b = weights[0], biases[0]
    for w, b in zip(weights[1:], biases[1:], strict=True):
        total_w, total_b = total_w @ w, total_b @ w + b
    return total_w, total_b


# --- Why is it non-linear enough? -------------------------------------------------------------------


def xor_network():
    """Both units add the inputs: s = x1 + x2 is 0, 1 or 2. relu(s) - 2 relu(s - 1) goes up, then down."""
    w1 = np.ones((2, 2))
    b1 = np.array([0.0, -1.0])
    w2 = np.array([1.0, -2.0])
    return w1, b1, w2, 0.0


def piecewise_linear(xs, ys):
    """A straight line through the first two knots, and at each inner knot one unit that bends it.

    The line itself is made of two units, since s x = s relu(x) - s relu(-x).
    """
    xs, ys = np.asarray(xs, float), np.asarray(ys, float)
    slopes = np.diff(ys) / np.diff(xs)
    bends = np.diff(slopes)
    # Units: relu(x - x0), relu(x0 - x), then relu(x - knot) for each inner knot.
    w1 = np.concatenate([[1.0, -1.0], np.ones(len(bends))])
    b1 = np.concatenate([[-xs[0], xs[0]], -xs[1:-1]])
    w2 = np.concatenate([[slopes[0], -slopes[0]], bends])
    return w1, b1, w2, ys[0]


# --- Why not sigmoid? -------------------------------------------------------------------------------


def he_init(sizes, seed):
    """Normal weights of variance 2 / fan-in: half of the units are off, so the other half counts double."""
    rng = np.random.default_rng(seed)
    return [
        (rng.normal(0, np.sqrt(2 / fan_in), (fan_in, fan_out)), np.zeros(fan_out))
        for fan_in, fan_out in pairwise(sizes)
    ]


def sigmoid(z):
    """1 / (1 + exp(-z)); the tanh form cannot overflow."""
    return 0.5 * (1 + np.tanh(0.5 * z))


def gradient_norms(layers, x, activation):
    """Backpropagation of sum(output): the size of the gradient that each layer's kernel receives."""
    function = {"linear": lambda z: z, "sigmoid": sigmoid, "relu": relu}[activation]
    derivative = {
        "linear": np.ones_like,
        "sigmoid": lambda z: sigmoid(z) * (1 - sigmoid(z)),
        "relu": relu_gradient,
    }[activation]

    inputs, preactivations = [x], []
    for w, b in layers:
        preactivations.append(inputs[-1] @ w + b)
        inputs.append(function(preactivations[-1]))

    norms = np.zeros(len(layers))
    delta = np.ones_like(preactivations[-1])  # d sum(output) / d output; the last layer has no activation
    for i in reversed(range(len(layers))):
        norms[i] = np.linalg.norm(inputs[i].T @ delta)
        if i > 0:
            delta = (delta @ layers[i][0].T) * derivative(preactivations[i - 1])
    return norms


# --- What is the bias for? --------------------------------------------------------------------------


def fits_without_bias(x, y):
    """Without biases f(c x) = c f(x) for every c >= 0: on each side of 0 a ray through the origin."""
    x, y = np.ravel(x), np.ravel(y)
    for side in (x > 0, x < 0, x == 0):
        xs, ys = x[side], y[side]
        # The best slope of a line through the origin; at x = 0 there is nothing but 0.
        slope = xs @ ys / (xs @ xs) if (xs @ xs) > 0 else 0.0
        if np.any(np.abs(ys - slope * xs) > 1e-6 * (1 + np.abs(ys))):
            return False
    return True


# --- What can go wrong? -----------------------------------------------------------------------------


def dead_units(w, b, x):
    """Units that are off on every row: their gradient is 0 on every row too, so they never come back."""
    return np.flatnonzero(np.all(relu(x @ w + b) == 0, axis=0))


# --- What does depth buy? ---------------------------------------------------------------------------


def count_pieces(layers, start, end):
    """Follow the knots of the piecewise linear signal from layer to layer along start + t (end - start).

    Between two knots every hidden value is straight, so its values at the knots say all. A ReLU adds a knot
    where a value changes its sign.
    """
    start, end = np.atleast_1d(np.asarray(start, float)), np.atleast_1d(np.asarray(end, float))
    if np.array_equal(start, end):
        return 1
    t = np.array([0.0, 1.0])
    values = np.stack([start, end])
    for w, b in layers[:-1]:
        z = values @ w + b
        interval, unit = np.nonzero(z[:-1] * z[1:] < 0)
        before, after = z[interval, unit], z[interval + 1, unit]
        crossings = t[interval] + (t[interval + 1] - t[interval]) * before / (before - after)
        knots = np.unique(np.concatenate([t, crossings]))
        # Units that cross at the same place find it with different rounding: keep one of them.
        knots = knots[np.concatenate([[True], np.diff(knots) > 1e-12])]
        values = relu(np.stack([np.interp(knots, t, column) for column in z.T], axis=1))
        t = knots
    w, b = layers[-1]
    slopes = np.diff(values @ w + b, axis=0) / np.diff(t)[:, None]
    # A knot at which no output changes its slope does not separate two pieces.
    bend = np.abs(np.diff(slopes, axis=0)) > 1e-6 * (1e-6 + np.abs(slopes).max())
    return 1 + int(bend.any(axis=1).sum())


def sawtooth(depth):
    """A tooth of a tooth of a tooth: tent(x) = 2 relu(x) - 4 relu(x - 1/2) folds [0, 1] onto itself.

    Each layer has the two units of the next tent; the tent's output is put into their weights.
    """
    fold = np.array([[2.0], [-4.0]])  # from the two units to the tent's height
    shift = np.array([0.0, -0.5])
    layers = [(np.ones((1, 2)), shift)]
    layers += [(fold @ np.ones((1, 2)), shift) for _ in range(depth - 1)]
    return [*layers, (fold, np.zeros(1))]
