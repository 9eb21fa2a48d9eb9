"""Kata 02: a multilayer perceptron by hand.

Fill in the five functions. `katas lesson 02` explains them, `pytest` runs the examples beside this file,
`katas check 02` judges it. NumPy and the standard library are allowed; up to 16 KiB of source.

`params` is a flat list [W1, b1, W2, b2, ...]: W (in, out) and b (out,). A layer is h W + b; an activation of your
choice follows every layer but the last. What a function needs besides its arguments does not survive: params are
learned in one process and used in another. Arrays arrive as fresh copies, float64 or float32: changing them is
harmless. Lists, tuples, Python floats and float32 are fine as results.
"""

from __future__ import annotations

import numpy as np


def init(sizes: list[int], seed: int) -> list[np.ndarray]:
    """Parameters to start from.

    Args:
        sizes: widths of input, hidden layers and output, two or more, such as [784, 64, 10].
        seed: 0 to 2^32 - 1. The same seed gives the same parameters, another seed others.

    Returns:
        [W1 (sizes[0], sizes[1]), b1 (sizes[1],), W2, b2, ...], the units of a hidden layer all different.
    """
    raise NotImplementedError("random weights, one matrix and one bias per layer")


def forward(params: list[np.ndarray], x: np.ndarray) -> np.ndarray:
    """The network's raw outputs: no softmax, no activation after the last layer.

    Args:
        params: [W1, b1, W2, b2, ...], with any number of layers from one.
        x: (n, sizes[0]).

    Returns:
        (n, sizes[-1]). Each row depends on its own row of x alone.
    """
    raise NotImplementedError("x through all layers")


def loss_and_gradients(
    params: list[np.ndarray], x: np.ndarray, y: np.ndarray, kind: str
) -> tuple[float, list[np.ndarray]]:
    """The loss of the outputs, and its gradient with respect to every parameter.

    Args:
        params: [W1, b1, W2, b2, ...].
        x: (n, sizes[0]).
        y: for "mse" (n, sizes[-1]) numbers, for "cross_entropy" (n,) int64 classes.
        kind: "mse", the mean of the squared errors over all n times sizes[-1] entries, or "cross_entropy", the
            mean over the rows of minus log softmax(outputs)[y]. (Star "robust": right for outputs from -1000 to 1000.)

    Returns:
        (loss, gradients): one number, and a list shaped like params.
    """
    raise NotImplementedError("the loss, and backpropagation")


def fit_curve(x: np.ndarray, y: np.ndarray, hidden: int, seed: int) -> list[np.ndarray]:
    """Draw a curve with one hidden layer.

    Args:
        x: (256, 1) float64 in [-3, 3], in any order.
        y: (256, 1) float64 in [-1, 1], without noise: a sine, a step, a sawtooth.
        hidden: the width of the hidden layer, from 1 to 64.
        seed: 0 to 2^32 - 1.

    Returns:
        Parameters [W1 (1, hidden), b1 (hidden,), W2 (hidden, 1), b2 (1,)] for `forward`.
    """
    raise NotImplementedError("training on 256 points")


def train_classifier(x: np.ndarray, y: np.ndarray, seed: int) -> list[np.ndarray]:
    """Learn to read digits.

    Args:
        x: (n, 784) float32 in [0, 1]. n is 60,000 where the accuracy counts, and 300 once: take it from len(x).
            The pixels of all images are in one and the same unknown order.
        y: (n,) int64 from 0 to 9.
        seed: 0 to 2^32 - 1.

    Returns:
        Parameters from 784 inputs to 10 outputs, any hidden layers, at most 2,000,000 numbers. The largest output
        is the class.
    """
    raise NotImplementedError("training on batches of digits")
