# verdict: passed
# Ten convolutions with sigmoids, as someone builds who comes from kata 05; moments by hand, the norm by Keras.
import numpy as np
from keras import Input, Model, Sequential, layers, optimizers


def over(x):
    return tuple(i for i in range(x.ndim) if i != x.ndim - 1)


def batchnorm_forward(x, gamma, beta, eps):
    mu = np.mean(x, axis=over(x), keepdims=True)
    sigma2 = np.var(x, axis=over(x), keepdims=True)
    return gamma * ((x - mu) / np.sqrt(sigma2 + eps)) + beta


def batchnorm_backward(dy, x, gamma, eps):
    axis = over(x)
    mu = np.mean(x, axis=axis, keepdims=True)
    inv = 1.0 / np.sqrt(np.var(x, axis=axis, keepdims=True) + eps)
    z = (x - mu) * inv
    dbeta = np.sum(dy, axis=axis)
    dgamma = np.sum(dy * z, axis=axis)
    dz = dy * gamma
    dx = inv * (dz - np.mean(dz, axis=axis, keepdims=True) - z * np.mean(dz * z, axis=axis, keepdims=True))
    return dx, dgamma, dbeta


def update_running(mean, var, x, momentum):
    mu, sigma2 = np.mean(x, axis=over(x)), np.var(x, axis=over(x))
    return mean * momentum + mu * (1 - momentum), var * momentum + sigma2 * (1 - momentum)


def batchnorm_inference(x, gamma, beta, mean, var, eps):
    return gamma * ((x - mean) / np.sqrt(var + eps)) + beta


def fold(w, b, gamma, beta, mean, var, eps):
    factor = gamma / np.sqrt(var + eps)
    return w * factor, b * factor + beta - mean * factor


def build(use_batchnorm):
    model = Sequential([Input((784,)), layers.Reshape((28, 28, 1))])
    for filters, stride in [(8, 2), (8, 1), (16, 2), (16, 1), (16, 1), (16, 1), (32, 2), (32, 1), (32, 1), (32, 1)]:
        model.add(layers.Conv2D(filters, 3, strides=stride, padding="same", use_bias=not use_batchnorm))
        if use_batchnorm:
            model.add(layers.BatchNormalization(momentum=0.9))
        model.add(layers.Activation("sigmoid"))
    model.add(layers.Flatten())
    model.add(layers.Dense(10, activation="softmax"))
    return model


def train(model, x, y):
    model.compile(optimizers.Adam(0.002), "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model.fit(x, y, batch_size=128, epochs=2, verbose=2)
