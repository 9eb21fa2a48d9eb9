# verdict: failed
# caught by: test_forward
# diagnosis: over_the_last_axis
# Mean and variance of each row: layer normalization.
from __future__ import annotations

from typing import NamedTuple

import keras
import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]


class Moments(NamedTuple):
    """Mean and variance of each channel."""

    mean: Array
    var: Array


class BatchNorm:
    """Batch normalization over every axis but the last."""

    def __init__(self, gamma: Array, beta: Array | float, eps: float) -> None:
        self.gamma, self.beta, self.eps = gamma, beta, eps

    @staticmethod
    def axes(x: Array) -> tuple[int, ...]:
        return tuple(range(x.ndim - 1))

    @classmethod
    def moments(cls, x: Array) -> Moments:
        return Moments(np.mean(x, axis=-1, keepdims=True), np.var(x, axis=-1, keepdims=True))

    def normalize(self, x: Array, moments: Moments) -> Array:
        return (x - moments.mean) / np.sqrt(moments.var + self.eps)

    def __call__(self, x: Array, moments: Moments | None = None) -> Array:
        return self.gamma * self.normalize(x, moments or self.moments(x)) + self.beta

    def gradients(self, dy: Array, x: Array) -> tuple[Array, Array, Array]:
        axes, moments = self.axes(x), self.moments(x)
        z = self.normalize(x, moments)
        dbeta: Array = dy.sum(axis=axes)
        dgamma: Array = (dy * z).sum(axis=axes)
        n = x.size / x.shape[-1]
        dx = self.gamma / np.sqrt(moments.var + self.eps) * (dy - (dbeta + z * dgamma) / n)
        return dx, dgamma, dbeta


def batchnorm_forward(x: Array, gamma: Array, beta: Array, eps: float) -> Array:
    return BatchNorm(gamma, beta, eps)(x)


def batchnorm_backward(dy: Array, x: Array, gamma: Array, eps: float) -> tuple[Array, Array, Array]:
    return BatchNorm(gamma, 0.0, eps).gradients(dy, x)


def update_running(mean: Array, var: Array, x: Array, momentum: float) -> tuple[Array, Array]:
    new = BatchNorm.moments(x)
    return momentum * mean + (1 - momentum) * new.mean, momentum * var + (1 - momentum) * new.var


def batchnorm_inference(x: Array, gamma: Array, beta: Array, mean: Array, var: Array, eps: float) -> Array:
    return BatchNorm(gamma, beta, eps)(x, Moments(mean, var))


def fold(w: Array, b: Array, gamma: Array, beta: Array, mean: Array, var: Array, eps: float) -> tuple[Array, Array]:
    norm = BatchNorm(gamma, beta, eps)
    return w * gamma / np.sqrt(var + eps), norm(b, Moments(mean, var))


class DeepClassifier(keras.Model):
    def __init__(self, use_batchnorm: bool, depth: int = 10, units: int = 64) -> None:
        super().__init__()
        self.blocks = []
        for _ in range(depth):
            self.blocks.append(keras.layers.Dense(units))
            if use_batchnorm:
                self.blocks.append(keras.layers.BatchNormalization(momentum=0.9))
            self.blocks.append(keras.layers.Activation("sigmoid"))
        self.head = keras.layers.Dense(10, activation="softmax")

    def call(self, x, training: bool = False):
        for block in self.blocks:
            x = block(x, training=training) if isinstance(block, keras.layers.BatchNormalization) else block(x)
        return self.head(x)


def build(use_batchnorm: bool) -> keras.Model:
    return DeepClassifier(use_batchnorm)


def train(model: keras.Model, x: np.ndarray, y: np.ndarray) -> keras.callbacks.History:
    model.compile(optimizer=keras.optimizers.Adam(1e-3), loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    stop = keras.callbacks.EarlyStopping(patience=2, restore_best_weights=True)
    return model.fit(x, y, batch_size=64, epochs=10, validation_split=0.1, callbacks=[stop], verbose=2)
