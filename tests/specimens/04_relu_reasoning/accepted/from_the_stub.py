# verdict: passed
# The stub filled in with docstrings kept; recomputes the path from the input for every layer, merges nothing.
"""Kata 04: reasoning about ReLU.

Seven questions, each answered by small functions. NumPy and the standard library alone.

What holds throughout
- A layer is a pair (W, b): W has shape (in, out), b has shape (out,), and rows x become `x @ W + b`.
- Hidden layers are followed by the activation. The last layer is not.
- Arrays arrive as float64 copies: change them if you like. Lists, float32 and Python numbers may be returned.

Write the functions in any order; `katas check 04` says how far you are.
"""

import numpy as np

# [(W, b), ...]; pairs may be tuples or lists.
Layers = list[tuple[np.ndarray, np.ndarray]]

# --- 1. What is a ReLU? ---------------------------------------------------------------------------


def relu(x: np.ndarray) -> np.ndarray:
    """What is positive stays, the rest becomes 0.

    Args:
        x: array of any shape, also () and (0, 3).
    Returns:
        Array of the same shape.
    """
    return np.maximum(x, 0)


def relu_gradient(x: np.ndarray) -> np.ndarray:
    """The slope of relu at x.

    Args:
        x: array of any shape.
    Returns:
        Array of the same shape of 0 and 1 (float, int or bool). At x = 0 it is 0.
    """
    return (x > 0).astype(float)


# --- 2. What is lost without an activation? -------------------------------------------------------


def collapse(weights: list[np.ndarray], biases: list[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Layers without an activation between them are one affine map. Which?

    Args:
        weights: list of arrays (in, out), at least one; the output of each fits the next.
        biases: list of as many arrays (out,).
    Returns:
        (W, b) with W of shape (first in, last out) and b of shape (last out,), such that x W + b is what all
        the layers together make of x.
    """
    W = weights[0]
    b = biases[0]
    for W2, b2 in zip(weights[1:], biases[1:]):
        W = W @ W2
        b = b @ W2 + b2
    return W, b


# --- 3. Is one bend enough? -----------------------------------------------------------------------


def xor_network() -> tuple[np.ndarray, np.ndarray, np.ndarray, float]:
    """XOR with two ReLU units, found by thinking.

    Returns:
        (W1, b1, w2, b2) of shapes (2, 2), (2,), (2,) and a number: relu(x W1 + b1) w2 + b2 is 0 for the
        rows (0, 0) and (1, 1), and 1 for (0, 1) and (1, 0), to within 1e-6.
    """
    # relu(s) - 2 relu(s - 1)
    W1 = np.array([[1.0, 1.0], [1.0, 1.0]])
    b1 = np.array([0.0, -1.0])
    w2 = np.array([1.0, -2.0])
    return W1, b1, w2, 0.0


def piecewise_linear(xs: np.ndarray, ys: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, float]:
    """One hidden layer of ReLU units through all knots (xs[i], ys[i]), straight between them.

    The first and the last segment go on straight beyond the ends.

    Args:
        xs: array (n,), n >= 2, ascending and distinct, at any spacing.
        ys: array (n,).
    Returns:
        (w1, b1, w2, b2) of shapes (h,), (h,), (h,) and a number, for any h up to 50 n:
        f(x) = sum over units of relu(x w1 + b1) w2, plus b2.
    """
    slopes = np.diff(ys) / np.diff(xs)
    # the first line: y0 + s0 * (x - x0), a difference of two relus
    w1 = [1.0, -1.0]
    b1 = [-xs[0], xs[0]]
    w2 = [slopes[0], -slopes[0]]
    b2 = ys[0]
    for i in range(1, len(slopes)):
        w1.append(1.0)
        b1.append(-xs[i])
        w2.append(slopes[i] - slopes[i - 1])
    return np.array(w1), np.array(b1), np.array(w2), b2


# --- 4. Why not sigmoid? --------------------------------------------------------------------------


def he_init(sizes: list[int], seed: int) -> Layers:
    """Layers that keep the size of a signal through 50 ReLU layers.

    Weights are independent, of mean 0 and variance 2 / fan-in (normal or uniform); fan-in is the number of a
    layer's inputs. Biases start at 0.

    Args:
        sizes: list of widths, from input to output; two or more.
        seed: 0 to 2^32 - 1. The same seed gives the same layers, another seed others.
    Returns:
        [(W, b), ...], one pair for each step from a size to the next.
    """
    rng = np.random.default_rng(seed)
    layers = []
    for n_in, n_out in zip(sizes[:-1], sizes[1:]):
        W = rng.normal(size=(n_in, n_out)) * np.sqrt(2 / n_in)
        layers.append((W, np.zeros(n_out)))
    return layers


def gradient_norms(layers: Layers, x: np.ndarray, activation: str) -> np.ndarray:
    """How much gradient reaches each layer.

    Args:
        layers: [(W, b), ...], one or more.
        x: array (n, first in).
        activation: "linear", "sigmoid" or "relu", after every layer but the last.
    Returns:
        Array (number of layers,), first layer first: the Frobenius norm (root of the sum of squares) of
        d sum(output) / d W, where the sum is over all rows and columns of the network's output. Pre-activations
        may be as large as 10,000: a saturated sigmoid has gradient 0, not NaN.
    """
    inputs = []
    slopes = []
    h = x
    for i, (W, b) in enumerate(layers):
        inputs.append(h)
        z = h @ W + b
        if i == len(layers) - 1:
            h = z
        elif activation == "sigmoid":
            h = 1 / (1 + np.exp(-z))
            slopes.append(h * (1 - h))
        elif activation == "relu":
            h = relu(z)
            slopes.append(relu_gradient(z))
        else:
            h = z
            slopes.append(np.ones_like(z))
    delta = np.ones_like(h)
    norms = []
    for i in reversed(range(len(layers))):
        norms.append(np.linalg.norm(inputs[i].T @ delta))
        if i > 0:
            delta = (delta @ layers[i][0].T) * slopes[i - 1]
    return np.array(norms[::-1])


# --- 5. What is the bias for? ---------------------------------------------------------------------


def fits_without_bias(x: np.ndarray, y: np.ndarray) -> bool:
    """Can some ReLU network without any bias, of any width and depth, pass through all samples?

    Args:
        x: array (n,) or (n, 1) of inputs, one number each; n may be 0, and an x may come twice.
        y: array of the same shape.
    Returns:
        bool. Where the answer is False, every such network misses some sample by 1e-2 or more; where it is
        True, only rounding is missed. No samples always fit.
    """
    x = x.flatten()
    y = y.flatten()
    if not np.allclose(y[x == 0], 0):
        return False
    # one line through 0 on the right, another one on the left
    for side in (x > 0, x < 0):
        slopes = y[side] / x[side]
        if len(slopes) > 0 and not np.allclose(slopes, slopes[0]):
            return False
    return True


# --- 6. What can go wrong? ------------------------------------------------------------------------


def dead_units(w: np.ndarray, b: np.ndarray, x: np.ndarray) -> np.ndarray:
    """Which units of the hidden layer relu(x W + b) are 0 on every row?

    Args:
        w: array (d, h).
        b: array (h,).
        x: array (n, d), n >= 1.
    Returns:
        The indices of those units, ascending, as an int array or list; empty if there is none.
    """
    z = x @ w + b
    return np.where((z <= 0).all(axis=0))[0]


# --- 7. What does depth buy? ----------------------------------------------------------------------


def count_pieces(layers: Layers, start: np.ndarray, end: np.ndarray) -> int:
    """Of how many straight pieces is a ReLU network along the segment from start to end?

    A piece is as long as it can be: neighbours of equal slope are one piece, and a new one begins only where
    the slope of some output changes. Pieces that are asked for are at least 1e-5 of the segment wide, with
    clearly different slopes.

    Args:
        layers: [(W, b), ...] with any number of inputs and outputs; ReLU after every layer but the last.
        start, end: arrays (number of inputs,). Where they are equal the answer is 1.
    Returns:
        int.
    """
    if np.array_equal(start, end):
        return 1
    ts = np.array([0.0, 1.0])
    for k in range(len(layers)):
        # what layer k puts out before its activation, at every t
        h = start + ts[:, None] * (end - start)
        for W, b in layers[:k]:
            h = relu(h @ W + b)
        z = h @ layers[k][0] + layers[k][1]
        if k == len(layers) - 1:
            break
        new = []
        for i in range(len(ts) - 1):
            for j in range(z.shape[1]):
                z0, z1 = z[i, j], z[i + 1, j]
                if z0 * z1 < 0:
                    new.append(ts[i] + (ts[i + 1] - ts[i]) * z0 / (z0 - z1))
        ts = np.unique(np.concatenate([ts, new]))
    slopes = np.diff(z, axis=0) / np.diff(ts)[:, None]
    pieces = 1
    for i in range(1, len(slopes)):
        if not np.allclose(slopes[i], slopes[i - 1]):
            pieces += 1
    return pieces


def sawtooth(depth: int) -> Layers:
    """A network with `depth` hidden layers that goes up and down 2^depth times in all on [0, 1].

    Args:
        depth: 1 to 10.
    Returns:
        [(W, b), ...] of depth + 1 layers: one input, at most 3 ReLU units in each hidden layer, one output,
        and exactly 2^depth straight pieces on [0, 1] (each wider than 1e-9). Teeth may have any height.
    """
    # t(x) = 2 relu(x) - 4 relu(x - 1/2)
    layers = [(np.array([[1.0, 1.0]]), np.array([0.0, -0.5]))]
    for i in range(depth - 1):
        layers.append((np.array([[2.0, 2.0], [-4.0, -4.0]]), np.array([0.0, -0.5])))
    layers.append((np.array([[2.0], [-4.0]]), np.array([0.0])))
    return layers
