# verdict: failed
# caught by: test_piecewise_linear
# diagnosis: distance_forgotten
# Differences of y without the distances.

import math

import numpy as np


def relu(x):
    x = np.array(x, dtype=float)
    result = np.zeros(x.shape)
    for place in np.ndindex(x.shape):
        if x[place] > 0:
            result[place] = x[place]
    return result


def relu_gradient(x):
    x = np.array(x, dtype=float)
    result = np.zeros(x.shape)
    for place in np.ndindex(x.shape):
        if x[place] > 0:
            result[place] = 1
    return result


def collapse(weights, biases):
    # The columns of W are what the unit vectors become, minus what 0 becomes.
    n = weights[0].shape[0]
    b = np.zeros(n)
    for w, c in zip(weights, biases):
        b = b @ w + c
    rows = []
    for i in range(n):
        e = np.zeros(n)
        e[i] = 1
        for w, c in zip(weights, biases):
            e = e @ w + c
        rows.append(e - b)
    return np.array(rows), b


def xor_network():
    # h1 = x1 or x2 (how many), h2 = x1 and x2
    W1 = np.array([[1, 1], [1, 1]])
    b1 = np.array([0, -1])
    w2 = np.array([1, -2])
    b2 = 0
    return W1, b1, w2, b2


def piecewise_linear(xs, ys):
    n = len(xs)
    slopes = []
    for i in range(n - 1):
        slopes.append(ys[i + 1] - ys[i])
    w1 = []
    b1 = []
    w2 = []
    # to the right of the first knot
    w1.append(1)
    b1.append(-xs[0])
    w2.append(slopes[0])
    # to the left of it
    w1.append(-1)
    b1.append(xs[0])
    w2.append(-slopes[0])
    for i in range(1, n - 1):
        w1.append(1)
        b1.append(-xs[i])
        w2.append(slopes[i] - slopes[i - 1])
    return w1, b1, w2, ys[0]


def he_init(sizes, seed):
    np.random.seed(seed)
    layers = []
    for i in range(len(sizes) - 1):
        W = np.random.randn(sizes[i], sizes[i + 1]) * math.sqrt(2.0 / sizes[i])
        b = np.zeros(sizes[i + 1])
        layers.append((W, b))
    return layers


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def gradient_norms(layers, x, activation):
    # forward
    a = [x]
    z = []
    for i in range(len(layers)):
        W, b = layers[i]
        z.append(np.dot(a[i], W) + b)
        if i < len(layers) - 1:
            if activation == "sigmoid":
                a.append(sigmoid(z[i]))
            if activation == "relu":
                a.append(relu(z[i]))
            if activation == "linear":
                a.append(z[i])
    # backward, one row at a time, adding up dW
    dW = []
    for W, b in layers:
        dW.append(np.zeros(W.shape))
    for row in range(x.shape[0]):
        delta = np.ones(layers[-1][0].shape[1])
        for i in range(len(layers) - 1, -1, -1):
            dW[i] += np.outer(a[i][row], delta)
            if i > 0:
                delta = np.dot(layers[i][0], delta)
                if activation == "sigmoid":
                    s = a[i][row]
                    delta = delta * s * (1 - s)
                if activation == "relu":
                    delta = delta * (a[i][row] > 0)
    norms = []
    for g in dW:
        total = 0
        for value in g.flatten():
            total += value**2
        norms.append(math.sqrt(total))
    return norms


def fits_without_bias(x, y):
    right = None
    left = None
    for i in range(len(x)):
        if x[i] == 0:
            if y[i] != 0:
                return False
        elif x[i] > 0:
            if right is None:
                right = y[i] / x[i]
            elif abs(y[i] / x[i] - right) > 0.0001:
                return False
        else:
            if left is None:
                left = y[i] / x[i]
            elif abs(y[i] / x[i] - left) > 0.0001:
                return False
    return True


def dead_units(w, b, x):
    dead = []
    for j in range(len(b)):
        alive = False
        for i in range(len(x)):
            z = b[j]
            for k in range(len(x[i])):
                z += x[i][k] * w[k][j]
            if z > 0:
                alive = True
        if not alive:
            dead.append(j)
    return dead


def forward(layers, x, upto):
    h = x
    for i in range(upto):
        W, b = layers[i]
        h = np.maximum(0, np.dot(h, W) + b)
    return h


def count_pieces(layers, start, end):
    points = [0.0, 1.0]
    for i in range(len(layers) - 1):
        W, b = layers[i]
        z = []
        for t in points:
            h = forward(layers, start + t * (end - start), i)
            z.append(np.dot(h, W) + b)
        new_points = [points[0]]
        for k in range(len(points) - 1):
            found = []
            for j in range(len(b)):
                z0 = z[k][j]
                z1 = z[k + 1][j]
                if (z0 < 0 and z1 > 0) or (z0 > 0 and z1 < 0):
                    found.append(points[k] + (points[k + 1] - points[k]) * (0 - z0) / (z1 - z0))
            found.sort()
            for t in found:
                if t - new_points[-1] > 1e-10:
                    new_points.append(t)
            if points[k + 1] - new_points[-1] > 1e-10:
                new_points.append(points[k + 1])
            else:
                new_points[-1] = points[k + 1]
        points = new_points
    W, b = layers[-1]
    slopes = []
    for k in range(len(points) - 1):
        y0 = np.dot(forward(layers, start + points[k] * (end - start), len(layers) - 1), W) + b
        y1 = np.dot(forward(layers, start + points[k + 1] * (end - start), len(layers) - 1), W) + b
        slopes.append((y1 - y0) / (points[k + 1] - points[k]))
    count = 1
    for k in range(len(slopes) - 1):
        if not np.allclose(slopes[k], slopes[k + 1]):
            count += 1
    return count


def sawtooth(depth):
    layers = []
    for i in range(depth):
        if i == 0:
            W = np.array([[1.0, 1.0]])
        else:
            W = np.array([[2.0, 2.0], [-4.0, -4.0]])
        layers.append((W, np.array([0.0, -0.5])))
    layers.append((np.array([[2.0], [-4.0]]), np.array([0.0])))
    return layers
