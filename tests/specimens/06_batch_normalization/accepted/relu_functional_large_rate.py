# verdict: passed
# Functional ReLU network with rate 1.0, which the norm bears; other formulas, float32 and lists as results.
import keras
import numpy as np
from keras import layers


def batchnorm_forward(x, gamma, beta, eps):
    rows = x.reshape(-1, x.shape[-1]).astype(np.float64)
    centred = rows - rows.mean(0, keepdims=True)
    power = np.einsum("nc,nc->c", centred, centred) / len(rows)
    y = centred * (power + eps) ** -0.5 * gamma + beta
    return y.reshape(x.shape).tolist()


def batchnorm_backward(dy, x, gamma, eps):
    shape, c = x.shape, x.shape[-1]
    x, dy = x.reshape(-1, c), dy.reshape(-1, c)
    n = len(x)
    mu = x.mean(0)
    xmu = x - mu
    var = (xmu**2).mean(0)
    ivar = 1.0 / np.sqrt(var + eps)
    dxhat = dy * gamma
    dvar = np.sum(dxhat * xmu, axis=0) * -0.5 * ivar**3
    dmu = np.sum(-dxhat * ivar, axis=0) + dvar * np.mean(-2.0 * xmu, axis=0)
    dx = dxhat * ivar + dvar * 2.0 * xmu / n + dmu / n
    return [dx.reshape(shape).astype(np.float32), np.sum(dy * xmu * ivar, axis=0), np.sum(dy, axis=0)]


def update_running(mean, var, x, momentum):
    rows = x.reshape(-1, x.shape[-1])
    mean += (1 - momentum) * (rows.mean(0) - mean)
    var += (1 - momentum) * (rows.var(0) - var)
    return [list(mean), list(var)]


def batchnorm_inference(x, gamma, beta, mean, var, eps):
    scale = gamma * (var + eps) ** -0.5
    return (x * scale + (beta - mean * scale)).astype(np.float32)


def fold(w, b, gamma, beta, mean, var, eps):
    scale = gamma / np.sqrt(var + eps)
    return w * scale, (b - mean) * scale + beta


def build(use_batchnorm):
    x = digits = keras.Input((784,))
    for _ in range(11):
        x = layers.Dense(64, use_bias=not use_batchnorm, kernel_initializer="he_normal")(x)
        if use_batchnorm:
            x = layers.BatchNormalization(momentum=0.9)(x)
        x = layers.ReLU()(x)
    return keras.Model(digits, layers.Dense(10, activation="softmax", kernel_initializer="he_normal")(x))


def train(model, x, y):
    print("training", len(x))
    rate = keras.optimizers.schedules.CosineDecay(1.0, 3 * (len(x) // 128 + 1))
    model.compile(keras.optimizers.SGD(rate), "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model.fit(x, y, epochs=3, batch_size=128, verbose=2)
