# verdict: failed
# caught by: test_probabilities
# diagnosis: norm_after_softmax
# One norm more at the very end.
from __future__ import annotations

import keras
import numpy as np
from keras import layers


def batchnorm_forward(x, gamma, beta, eps):
    axes = tuple(range(x.ndim - 1))
    m = x.mean(axis=axes)
    v = x.var(axis=axes)
    return gamma * (x - m) / np.sqrt(v + eps) + beta


def batchnorm_backward(dy, x, gamma, eps):
    axes = tuple(range(x.ndim - 1))
    n = x.size // x.shape[-1]
    m = x.mean(axis=axes)
    r = np.sqrt(x.var(axis=axes) + eps)
    z = (x - m) / r
    dbeta = dy.sum(axis=axes)
    dgamma = (dy * z).sum(axis=axes)
    dz = gamma * dy
    dv = (dz * (x - m)).sum(axis=axes) * (-0.5) / r**3
    dm = (-dz / r).sum(axis=axes)
    dx = dz / r + dv * 2 * (x - m) / n + dm / n
    return dx, dgamma, dbeta


def update_running(mean, var, x, momentum):
    axes = tuple(range(x.ndim - 1))
    return (momentum * mean + (1 - momentum) * x.mean(axis=axes),
            momentum * var + (1 - momentum) * x.var(axis=axes))


def batchnorm_inference(x, gamma, beta, mean, var, eps):
    return gamma * (x - mean) / np.sqrt(var + eps) + beta


def fold(w, b, gamma, beta, mean, var, eps):
    scale = gamma / np.sqrt(var + eps)
    return w * scale, (b - mean) * scale + beta


def build(use_batchnorm):
    model = keras.Sequential([keras.Input(shape=(784,))])
    for _ in range(10):
        model.add(layers.Dense(100))
        if use_batchnorm:
            model.add(layers.BatchNormalization())
        model.add(layers.Activation("sigmoid"))
    model.add(layers.Dense(10, activation="softmax"))
    if use_batchnorm:
        model.add(layers.BatchNormalization())
    return model


def train(model, x, y):
    model.compile(optimizer="sgd", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    return model.fit(x, y, epochs=5, batch_size=128, verbose=2)
