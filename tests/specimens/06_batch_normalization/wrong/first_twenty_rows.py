# verdict: failed
# caught by: test_normed_learns
# diagnosis: first_rows_only
# Goes over the first twenty rows again and again.
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

    model = keras.Sequential([keras.Input((784,))])
    for _ in range(9):
        model.add(keras.layers.Dense(64))
        if use_batchnorm:
            model.add(keras.layers.BatchNormalization(momentum=0.9))
        model.add(keras.layers.Activation("sigmoid"))
    model.add(keras.layers.Dense(10, activation="softmax"))
    return model


def train(model, x, y):
    model.compile("adam", "sparse_categorical_crossentropy")
    model.fit(x[:20], y[:20], epochs=100, batch_size=10, verbose=0)
