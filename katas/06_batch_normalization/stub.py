"""Kata 06: batch normalization, by hand and in a deep network.

Fill in the seven functions. `katas lesson 06` explains them, `pytest` runs the examples beside this file,
`katas check 06` judges it. Any installed package may be used, pretrained weights may not; up to 16 KiB of source.

In the first five functions a *channel* is one index of the last axis. x is (n, d) or (n, h, w, c) and gamma, beta,
mean and var are (d,) or (c,): one number per channel. Arrays arrive as fresh copies, as float64, in some checks
as float32; float64, float32 and lists are fine as results. Variances are divided by the number of entries.
"""

from __future__ import annotations

import keras
import numpy as np


def batchnorm_forward(x: np.ndarray, gamma: np.ndarray, beta: np.ndarray, eps: float) -> np.ndarray:
    """Batch normalization in training mode: with mean and variance of this very batch.

    Args:
        x: (n, d) or (n, h, w, c). For the star "robust" also with n = 1, with channels that are constant or nearly so,
            and with means of up to 10,000 standard deviations.
        gamma, beta: one scale and one shift per channel.
        eps: a small positive number, added to the variance.

    Returns:
        An array of the shape of x.
    """
    raise NotImplementedError("subtract the mean, divide by the root of variance + eps, scale, shift")


def batchnorm_backward(
    dy: np.ndarray, x: np.ndarray, gamma: np.ndarray, eps: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The gradients of a loss through `batchnorm_forward`.

    Args:
        dy: the loss's gradient with respect to the output y, of the shape of x.
        x, gamma, eps: as they were given to `batchnorm_forward`.

    Returns:
        (dx, dgamma, dbeta): dx of the shape of x, the others one number per channel. Sums, not means.
    """
    raise NotImplementedError("the chain rule, through mean and variance too")


def update_running(
    mean: np.ndarray, var: np.ndarray, x: np.ndarray, momentum: float
) -> tuple[np.ndarray, np.ndarray]:
    """The running mean and variance after one more batch.

    Args:
        mean, var: the values so far, one number per channel.
        x: the batch, (n, d) or (n, h, w, c).
        momentum: in [0, 1], the weight of the old value, as in Keras: 0.99 changes slowly.

    Returns:
        (mean, var), new.
    """
    raise NotImplementedError("a weighted mean of the old values and the batch's")


def batchnorm_inference(
    x: np.ndarray, gamma: np.ndarray, beta: np.ndarray, mean: np.ndarray, var: np.ndarray, eps: float
) -> np.ndarray:
    """Batch normalization at inference: with the running mean and variance.

    Args:
        x: (n, d) or (n, h, w, c).
        gamma, beta, mean, var: one number per channel.
        eps: as above.

    Returns:
        An array of the shape of x.
    """
    raise NotImplementedError("as in training, but with the statistics that are given")


def fold(
    w: np.ndarray,
    b: np.ndarray,
    gamma: np.ndarray,
    beta: np.ndarray,
    mean: np.ndarray,
    var: np.ndarray,
    eps: float,
) -> tuple[np.ndarray, np.ndarray]:
    """One layer that does what a linear layer and the norm after it do at inference.

    Args:
        w: the kernel, (d, c) of a dense layer or (kh, kw, d, c) of a convolution.
        b: its bias, (c,).
        gamma, beta, mean, var, eps: those of the norm that follows.

    Returns:
        (w, b), new, of the same shapes.
    """
    raise NotImplementedError("a scale and a shift per channel can be part of the kernel and the bias")


def build(use_batchnorm: bool) -> keras.Model:
    """A deep classifier that learns only with batch normalization.

    Both networks have the same layers, start from the same kind of random kernels, and differ in nothing but the
    norm layers; `use_bias=not use_batchnorm` is fine. Norm layers of your own are fine too, if they start at identity
    (scale 1, shift 0, running mean 0, running variance 1), as Keras's layer does. Biases start between -1 and 1.

    Args:
        use_batchnorm: whether the norm layers are in it.

    Returns:
        A Keras model: (n, 784) float32 in [0, 1] -> (n, 10) probabilities, with at least 10 layers that have a
        kernel (the norm layers not counted), and at most 2,000,000 parameters.
    """
    raise NotImplementedError("ten layers or more, with or without a norm in each")


def train(model: keras.Model, x: np.ndarray, y: np.ndarray) -> None:
    """Train either network, in place, with the same recipe for both.

    The recipe is yours. With it the plain network stays behind, best untrained (its loss may well become NaN), and the one
    with the norm reads digits. What the model has learned must be in `get_weights()`; another process builds it anew.

    Args:
        model: what `build(False)` or `build(True)` gave.
        x: (n, 784) float32 in [0, 1]; n is 20,000, and 100 in one of the checks. The images may be mirrored or
            turned, all alike.
        y: (n,) int64, 0 to 9. Which digit has which number may be mixed up.

    Returns:
        None, or a Keras History or a dict of lists of numbers; then the report draws the curves.
    """
    raise NotImplementedError("compile and fit, without asking which of the two it is")
