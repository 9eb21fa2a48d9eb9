"""Kata 06, one exemplary solution: batch normalization by hand, and a deep network that needs it.

Read it from top to bottom. First the layer itself in NumPy: what it does in training, its gradient, what it keeps
for inference, and how it disappears into the layer before. Then ten sigmoid layers, which learn with the norm
and do not learn without it.
"""

from __future__ import annotations

import keras
import numpy as np
from keras import layers

HIDDEN_LAYERS = 9
UNITS = 64


def batchnorm_forward(x: np.ndarray, gamma: np.ndarray, beta: np.ndarray, eps: float) -> np.ndarray:
    """Training mode: every channel gets mean beta and deviation gamma over the batch.

    x is (n, d) or (n, h, w, c); the channel is always the last axis. Ioffe and Szegedy (2015), algorithm 1.
    """
    normal, _ = normalise(x, eps)
    return gamma * normal + beta


def normalise(x: np.ndarray, eps: float) -> tuple[np.ndarray, np.ndarray]:
    """x with mean 0 and variance 1 in every channel, and the factor 1 / sqrt(variance + eps) of each (c,)."""
    axes = tuple(range(x.ndim - 1))
    # First the mean is taken away, then the rest is squared. The mean of x^2 minus the squared mean would be
    # the same number on paper, but it is a small difference of large numbers where the mean is large.
    centred = x - x.mean(axis=axes)
    factor = 1 / np.sqrt(np.mean(centred**2, axis=axes) + eps)
    return centred * factor, factor


def batchnorm_backward(
    dy: np.ndarray, x: np.ndarray, gamma: np.ndarray, eps: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """From the gradient dy with respect to y, those with respect to x, gamma and beta."""
    axes = tuple(range(x.ndim - 1))
    normal, factor = normalise(x, eps)
    dgamma = np.sum(dy * normal, axis=axes)
    dbeta = np.sum(dy, axis=axes)
    # Every entry of a channel moves the channel's mean and variance, so it moves all others too. What is left of dy
    # is the part that neither a shift nor a stretch of the channel would take away again.
    count = x[..., 0].size
    dx = gamma * factor * (dy - dbeta / count - normal * dgamma / count)
    return dx, dgamma, dbeta


def update_running(
    mean: np.ndarray, var: np.ndarray, x: np.ndarray, momentum: float
) -> tuple[np.ndarray, np.ndarray]:
    """The averages that inference will use, after one more batch. Momentum weighs the old value."""
    axes = tuple(range(x.ndim - 1))
    return (
        momentum * mean + (1 - momentum) * x.mean(axis=axes),
        momentum * var + (1 - momentum) * x.var(axis=axes),
    )


def batchnorm_inference(
    x: np.ndarray, gamma: np.ndarray, beta: np.ndarray, mean: np.ndarray, var: np.ndarray, eps: float
) -> np.ndarray:
    """The kept mean and variance instead of the batch's: a row's answer no longer depends on its neighbours."""
    return gamma * (x - mean) / np.sqrt(var + eps) + beta


def fold(
    w: np.ndarray,
    b: np.ndarray,
    gamma: np.ndarray,
    beta: np.ndarray,
    mean: np.ndarray,
    var: np.ndarray,
    eps: float,
) -> tuple[np.ndarray, np.ndarray]:
    """A kernel (d, c) or (kh, kw, d, c) and bias (c,) that do what layer and norm did in inference.

    Inference only scales and shifts each channel. The channel is the kernel's last axis, so scaling is broadcasting.
    """
    scale = gamma / np.sqrt(var + eps)
    return w * scale, (b - mean) * scale + beta


def build(use_batchnorm: bool) -> keras.Model:
    """Digits (n, 784) -> probabilities (n, 10) through ten weight layers, with or without norms between them."""
    model = keras.Sequential([keras.Input((784,))])
    for _ in range(HIDDEN_LAYERS):
        # A sigmoid's slope is at most 1/4, and each layer multiplies by one more: after ten layers next to nothing of
        # the digit arrives at the end, and next to nothing of the error at the beginning. The norm before each
        # sigmoid stretches the signal again, layer by layer.
        model.add(layers.Dense(UNITS))
        if use_batchnorm:
            # 157 steps an epoch are too few for the usual momentum of 0.99 to forget the first batches.
            model.add(layers.BatchNormalization(momentum=0.9))
        model.add(layers.Activation("sigmoid"))
    model.add(layers.Dense(10, activation="softmax"))
    return model


def train(model: keras.Model, x: np.ndarray, y: np.ndarray) -> keras.callbacks.History:
    """One recipe for both: x (n, 784) float32, y (n,) int64. It never asks which network it got."""
    model.compile(
        optimizer=keras.optimizers.Adam(1e-3), loss="sparse_categorical_crossentropy", metrics=["accuracy"]
    )
    return model.fit(x, y, epochs=2, batch_size=128, verbose=2)
