# verdict: failed
# caught by: test_backward
# diagnosis: means_instead_of_sums
# dgamma and dbeta are means over the batch.
import keras
import numpy as np
from keras import layers


def batchnorm_forward(x, gamma, beta, eps):
    axes = tuple(range(x.ndim - 1))
    mean = x.mean(axis=axes)
    var = x.var(axis=axes)
    return gamma * (x - mean) / np.sqrt(var + eps) + beta


def batchnorm_backward(dy, x, gamma, eps):
    axes = tuple(range(x.ndim - 1))
    n = x.size // x.shape[-1]
    std = np.sqrt(x.var(axis=axes) + eps)
    xhat = (x - x.mean(axis=axes)) / std
    dbeta = dy.sum(axis=axes)
    dgamma = (dy * xhat).sum(axis=axes)
    dx = gamma / std * (dy - dbeta / n - xhat * dgamma / n)
    return dx, dgamma / n, dbeta / n


def update_running(mean, var, x, momentum):
    axes = tuple(range(x.ndim - 1))
    new_mean = momentum * mean + (1 - momentum) * x.mean(axis=axes)
    new_var = momentum * var + (1 - momentum) * x.var(axis=axes)
    return new_mean, new_var


def batchnorm_inference(x, gamma, beta, mean, var, eps):
    return gamma * (x - mean) / np.sqrt(var + eps) + beta


def fold(w, b, gamma, beta, mean, var, eps):
    scale = gamma / np.sqrt(var + eps)
    return w * scale, (b - mean) * scale + beta


def build(use_batchnorm):
    large = keras.initializers.RandomNormal(stddev=0.5)
    model = keras.Sequential([keras.Input((784,))])
    for _ in range(10):
        model.add(layers.Dense(64, kernel_initializer=large))
        if use_batchnorm:
            model.add(layers.BatchNormalization(momentum=0.9))
        model.add(layers.Activation("relu"))
    model.add(layers.Dense(10, activation="softmax"))
    return model


def train(model, x, y):
    model.compile(keras.optimizers.SGD(1.0), "sparse_categorical_crossentropy")
    return model.fit(x, y, epochs=4, batch_size=128, verbose=0)
