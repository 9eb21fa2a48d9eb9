"""Kata 04: reasoning about ReLU.

Seven questions, each answered by small functions. NumPy and the standard library alone.

What holds throughout
- A layer is a pair (W, b): W has shape (in, out), b has shape (out,), and rows x become `x @ W + b`.
- Hidden layers are followed by the activation. The last layer is not.
- Arrays arrive as float64 copies: change them if you like. Lists, float32 and Python numbers may be returned.
- What is marked (robust) is asked for the star of that name alone; the next kata opens without it.

Write the functions in any order; `katas check 04` says how far you are.
"""

import numpy as np

# [(W, b), ...]; pairs may be tuples or lists.
Layers = list[tuple[np.ndarray, np.ndarray]]

# --- 1. What is a ReLU? ---------------------------------------------------------------------------


def relu(x: np.ndarray) -> np.ndarray:
    """What is positive stays, the rest becomes 0.

    Args:
        x: array of any shape (robust: also (), (0, 3) and four axes).
    Returns:
        Array of the same shape.
    """
    raise NotImplementedError("Keep what is positive.")


def relu_gradient(x: np.ndarray) -> np.ndarray:
    """The slope of relu at x.

    Args:
        x: array of any shape.
    Returns:
        Array of the same shape of 0 and 1 (float, int or bool). At x = 0 it is 0.
    """
    raise NotImplementedError("Which way does relu go at each x?")


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
    raise NotImplementedError("Write out (x A + a) B + b for two layers first.")


# --- 3. Is one bend enough? -----------------------------------------------------------------------


def xor_network() -> tuple[np.ndarray, np.ndarray, np.ndarray, float]:
    """XOR with two ReLU units, found by thinking.

    Returns:
        (W1, b1, w2, b2) of shapes (2, 2), (2,), (2,) and a number: relu(x W1 + b1) w2 + b2 is 0 for the
        rows (0, 0) and (1, 1), and 1 for (0, 1) and (1, 0), to within 1e-6.
    """
    raise NotImplementedError("What does x1 + x2 say about XOR?")


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
    raise NotImplementedError("At each inner knot the slope changes. By how much?")


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
    raise NotImplementedError("One pair (W, b) for each two neighbouring sizes.")


def gradient_norms(layers: Layers, x: np.ndarray, activation: str) -> np.ndarray:
    """How much gradient reaches each layer.

    Args:
        layers: [(W, b), ...], one or more.
        x: array (n, first in).
        activation: "linear", "sigmoid" or "relu", after every layer but the last.
    Returns:
        Array (number of layers,), first layer first: the Frobenius norm (root of the sum of squares) of
        d sum(output) / d W, where the sum is over all rows and columns of the network's output. (robust:
        pre-activations may be as large as 10,000; a saturated sigmoid has gradient 0, not NaN.)
    """
    raise NotImplementedError("Forward and keep every layer's input, then backward.")


# --- 5. What is the bias for? ---------------------------------------------------------------------


def fits_without_bias(x: np.ndarray, y: np.ndarray) -> bool:
    """Can some ReLU network without any bias, of any width and depth, pass through all samples?

    Args:
        x: array (n,) of inputs, one number each; an x may come twice (robust: also (n, 1), and n = 0).
        y: array of the same shape.
    Returns:
        bool. Where the answer is False, every such network misses some sample by 1e-2 or more; where it is
        True, y / x comes out exactly (robust: but for rounding). No samples always fit.
    """
    raise NotImplementedError("What is f(0) without biases? And f(2 x), given f(x)?")


# --- 6. What can go wrong? ------------------------------------------------------------------------


def dead_units(w: np.ndarray, b: np.ndarray, x: np.ndarray) -> np.ndarray:
    """Which units of the hidden layer relu(x W + b) are 0 on every row?

    Args:
        w: array (d, h).
        b: array (h,).
        x: array (n, d), n >= 1.
    Returns:
        The indices of those units, ascending, as an int array or list; empty if there is none.
        (robust: a unit whose pre-activation only just reaches 0 is one of them.)
    """
    raise NotImplementedError("A unit is dead if no row turns it on.")


# --- 7. What does depth buy? ----------------------------------------------------------------------


def count_pieces(layers: Layers, start: np.ndarray, end: np.ndarray) -> int:
    """Of how many straight pieces is a ReLU network along the segment from start to end?

    A piece is as long as it can be: neighbours of equal slope are one piece, and a new one begins only where
    the slope of some output changes. Pieces that are asked for are at least 1e-5 of the segment wide, with
    clearly different slopes, and no two units switch at the same place. (robust: 2e-7, and they may.)

    Args:
        layers: [(W, b), ...] with any number of inputs and outputs; ReLU after every layer but the last.
        start, end: arrays (number of inputs,). (robust: where they are equal the answer is 1.)
    Returns:
        int.
    """
    raise NotImplementedError("Where does a unit of the first layer switch on the way?")


def sawtooth(depth: int) -> Layers:
    """A network with `depth` hidden layers that goes up and down 2^depth times in all on [0, 1].

    Args:
        depth: 1 to 10.
    Returns:
        [(W, b), ...] of depth + 1 layers: one input, at most 3 ReLU units in each hidden layer, one output,
        and exactly 2^depth straight pieces on [0, 1] (each wider than 1e-9). Teeth may have any height.
    """
    raise NotImplementedError("Make one tooth first. Then put it into itself.")
