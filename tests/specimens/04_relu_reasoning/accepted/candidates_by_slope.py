# verdict: passed
# Collects candidates of all layers with a recursion, sorts them, and compares the slopes in the middle of the gaps.

import numpy as np


def relu(x):
    return x.clip(min=0)


def relu_gradient(x):
    return np.greater(x, 0)


def collapse(weights, biases):
    # with a one appended to x, a layer is one matrix
    def homogeneous(w, b):
        return np.block([[w, np.zeros((len(w), 1))], [b[None, :], np.ones((1, 1))]])

    total = np.linalg.multi_dot([homogeneous(w, b) for w, b in zip(weights, biases)]) if len(weights) > 1 else homogeneous(weights[0], biases[0])
    return total[:-1, :-1], total[-1, :-1]


def xor_network():
    w = np.array([[1.0, 1.0], [1.0, 1.0]])
    return w, np.array([0.0, -1.0]), np.array([1.0, -2.0]), np.array(0.0)


def piecewise_linear(xs, ys):
    # Solve for the weights of relu(x - knot), after a unit far to the left that makes the constant part.
    slopes = np.diff(ys) / np.diff(xs)
    w1 = np.ones(len(xs))
    w1[0] = -1
    b1 = np.concatenate([[xs[1]], [-xs[1]], -xs[2:]])[: len(xs)]
    w2 = np.zeros(len(xs))
    w2[0] = -slopes[0]
    w2[1:len(slopes)] = slopes[1:] - np.concatenate([[0.0], slopes[1:-1]])
    if len(slopes) == 1:
        w2[1] = slopes[0]
    return w1, b1, w2, ys[1]


def he_init(sizes, seed):
    rng = np.random.RandomState(seed)
    return [(rng.randn(a, b) * np.sqrt(2.0 / a), np.zeros((1, b))) for a, b in zip(sizes[:-1], sizes[1:])]


def gradient_norms(layers, x, activation):
    """Forward accumulation: d out / d z of each layer, from the top down, as one array per row."""
    zs, hs = [], [x]
    for w, b in layers:
        zs.append(hs[-1] @ w + b)
        if activation == "relu":
            hs.append(relu(zs[-1]))
        elif activation == "sigmoid":
            hs.append(0.5 + 0.5 * np.tanh(zs[-1] / 2))
        else:
            hs.append(zs[-1])
    grads = [np.ones_like(zs[-1])]
    for i in range(len(layers) - 1, 0, -1):
        up = np.einsum("no,io->ni", grads[0], layers[i][0])
        if activation == "relu":
            up[zs[i - 1] <= 0] = 0
        elif activation == "sigmoid":
            up *= hs[i] * (1 - hs[i])
        grads.insert(0, up)
    return np.array([np.sqrt(np.einsum("ni,no->io", h, g).ravel().dot(np.einsum("ni,no->io", h, g).ravel())) for h, g in zip(hs, grads)])


def fits_without_bias(x, y):
    for i in range(len(x)):
        for j in range(len(x)):
            if x[i] == 0 and y[i] != 0:
                return False
            # same side: y_i / x_i = y_j / x_j
            if x[i] * x[j] > 0 and not np.isclose(y[i] * x[j], y[j] * x[i]):
                return False
    return True


def dead_units(w, b, x):
    alive = set()
    for row in x:
        alive |= set(np.flatnonzero(row @ w + b > 0).tolist())
    return sorted(set(range(w.shape[1])) - alive)


def local_line(layers, start, d, t):
    """Every layer's pre-activation near t as constant and slope."""
    c, m = start, d
    lines = []
    for i, (w, b) in enumerate(layers):
        if i:
            on = (c + m * t) > 0
            c, m = np.where(on, c, 0), np.where(on, m, 0)
        c, m = c @ w + b, m @ w
        lines.append((c, m))
    return lines


def candidates(layers, start, d, low, high, depth, into):
    """Cut [low, high] where units of this layer switch, and each part where those of the next do."""
    if depth == len(layers) - 1:
        return
    c, m = local_line(layers, start, d, (low + high) / 2)[depth]
    cuts = [low]
    for t in sorted(-ci / mi for ci, mi in zip(c, m) if mi != 0):
        if cuts[-1] + 1e-13 < t < high - 1e-13:
            cuts.append(t)
    cuts.append(high)
    into.update(cuts)
    for a, b in zip(cuts, cuts[1:]):
        candidates(layers, start, d, a, b, depth + 1, into)


def count_pieces(layers, start, end):
    found = {0.0, 1.0}
    candidates(layers, start, end - start, 0.0, 1.0, 0, found)
    places = sorted(found)
    slopes = []
    for a, b in zip(places, places[1:]):
        slope = local_line(layers, start, end - start, (a + b) / 2)[-1][1]
        if not slopes or not np.allclose(slope, slopes[-1]):
            slopes.append(slope)
    return len(slopes)


def sawtooth(depth):
    # v-shaped teeth upside down, in [-1, 0]: relu(x) and relu(x - 1/2) once more
    first = (np.array([[1.0, 1.0]]), np.array([0.0, -0.5]))
    again = (np.array([[2.0, 2.0], [-4.0, -4.0]]), np.array([0.0, -0.5]))
    return [first, *[again for _ in range(depth - 1)], (np.array([[-2.0], [4.0]]), np.array([0.0]))]
