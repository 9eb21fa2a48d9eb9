# verdict: passed
# misses: speed
# caught by: test_training_near_reference
# says: in which this star is won
# The usual tutorial's way: ten epochs at Keras's batch size of 32, a checkpoint-free fit with a falling rate on a plateau.
import keras
import numpy as np


def batchnorm_forward(x, gamma, beta, eps):
    mu, var = x.mean(axis=tuple(range(x.ndim - 1))), x.var(axis=tuple(range(x.ndim - 1)))
    x_hat = (x - mu) / np.sqrt(var + eps)
    out = gamma * x_hat + beta
    return out


def batchnorm_backward(dy, x, gamma, eps):
    axes = tuple(range(x.ndim - 1))
    m = int(np.prod([x.shape[a] for a in axes]))
    mu, var = x.mean(axis=axes), x.var(axis=axes)
    x_hat = (x - mu) / np.sqrt(var + eps)
    dgamma = np.sum(dy * x_hat, axis=axes)
    dbeta = np.sum(dy, axis=axes)
    dx_hat = dy * gamma
    dx = (1.0 / m) / np.sqrt(var + eps) * (
        m * dx_hat - np.sum(dx_hat, axis=axes) - x_hat * np.sum(dx_hat * x_hat, axis=axes)
    )
    return dx, dgamma, dbeta


def update_running(mean, var, x, momentum):
    axes = tuple(range(x.ndim - 1))
    return momentum * mean + (1 - momentum) * np.mean(x, axes), momentum * var + (1 - momentum) * np.var(x, axes)


def batchnorm_inference(x, gamma, beta, mean, var, eps):
    x_hat = (x - mean) / np.sqrt(var + eps)
    return gamma * x_hat + beta


def fold(w, b, gamma, beta, mean, var, eps):
    alpha = gamma / np.sqrt(var + eps)
    return alpha * w, alpha * (b - mean) + beta


def build(use_batchnorm):
    model = keras.models.Sequential()
    model.add(keras.layers.Input(shape=(784,)))
    for units in [128, 128, 64, 64, 64, 64, 32, 32, 32, 32]:
        model.add(keras.layers.Dense(units, use_bias=False if use_batchnorm else True))
        if use_batchnorm:
            model.add(keras.layers.BatchNormalization())
        model.add(keras.layers.Activation("sigmoid"))
    model.add(keras.layers.Dense(10, activation="softmax"))
    return model


def train(model, x, y):
    model.compile(loss="sparse_categorical_crossentropy", optimizer="adam", metrics=["accuracy"])
    reduce = keras.callbacks.ReduceLROnPlateau(monitor="loss", factor=0.5, patience=1)
    history = model.fit(x, y, batch_size=32, epochs=10, validation_split=0.1, callbacks=[reduce])
    return history
