# verdict: failed
# caught by: test_inference
# diagnosis: batch_variance
# The variance of the batch, with the running mean.
import numpy as np
from tensorflow import keras


def rows(a):
    return a.reshape(-1, a.shape[-1])


def moments(x):
    flat = rows(x)
    m = len(flat)
    mean = np.einsum("mc->c", flat) / m
    centred = flat - mean
    return m, mean, np.einsum("mc,mc->c", centred, centred) / m, centred


def batchnorm_forward(x, gamma, beta, eps):
    _, _, var, centred = moments(x)
    return (centred * (gamma / np.sqrt(var + eps)) + beta).reshape(x.shape)


def batchnorm_backward(dy, x, gamma, eps):
    m, _, var, centred = moments(x)
    sigma = np.sqrt(var + eps)
    xhat = centred / sigma
    g = rows(dy)
    dbeta = np.einsum("mc->c", g)
    dgamma = np.einsum("mc,mc->c", g, xhat)
    dx = (g - dbeta / m - xhat * (dgamma / m)) * (gamma / sigma)
    return dx.reshape(x.shape), dgamma, dbeta


def update_running(mean, var, x, momentum):
    _, batch_mean, batch_var, _ = moments(x)
    mean = mean + (1.0 - momentum) * (batch_mean - mean)
    var = var + (1.0 - momentum) * (batch_var - var)
    return mean, var


def batchnorm_inference(x, gamma, beta, mean, var, eps):
    scale = gamma / np.sqrt(rows(x).var(axis=0) + eps)
    return x * scale + (beta - mean * scale)


def fold(w, b, gamma, beta, mean, var, eps):
    scale = gamma / np.sqrt(var + eps)
    return np.einsum("...c,c->...c", w, scale), beta + scale * (b - mean)


def build(use_batchnorm):
    inputs = x = keras.Input(shape=(784,))
    for width in [96] * 5 + [64] * 6:
        x = keras.layers.Dense(width, use_bias=not use_batchnorm, kernel_initializer=keras.initializers.RandomNormal(stddev=0.01))(x)
        if use_batchnorm:
            x = keras.layers.BatchNormalization(momentum=0.9)(x)
        x = keras.layers.Activation("tanh")(x)
    return keras.Model(inputs, keras.layers.Dense(10, activation="softmax")(x))


def train(model, x, y):
    model.compile(optimizer=keras.optimizers.Adam(1e-3), loss=keras.losses.SparseCategoricalCrossentropy(), metrics=["accuracy"])
    history = model.fit(x, y, epochs=5, batch_size=100, verbose=0)
    return history.history
