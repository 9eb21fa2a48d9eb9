# verdict: passed
# tanh from small kernels, the norm after the activation, train_on_batch with a falling rate, labels made one-hot.
import numpy as np


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
    return dx, dgamma, dbeta


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
    import keras
    from keras import layers

    model = keras.Sequential([keras.Input((784,)), layers.Rescaling(2.0, offset=-1.0)])
    for units in (96, 64, 64, 64, 64, 64, 64, 64, 64, 48):
        model.add(layers.Dense(units, activation="tanh", kernel_initializer=keras.initializers.RandomNormal(stddev=0.003)))
        if use_batchnorm:
            model.add(layers.BatchNormalization(momentum=0.9, epsilon=1e-5))
    model.add(layers.Dense(10, activation="softmax", kernel_initializer=keras.initializers.RandomNormal(stddev=0.003)))
    return model


def train(model, x, y):
    import keras

    steps = 3 * (len(x) // 128 + 1)
    model.compile(keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(1e-3, steps)), "categorical_crossentropy")
    y = np.eye(10, dtype="float32")[y]
    for _ in range(3):
        order = np.random.permutation(len(x))
        for start in range(0, len(x), 128):
            rows = order[start : start + 128]
            model.train_on_batch(x[rows], y[rows])
