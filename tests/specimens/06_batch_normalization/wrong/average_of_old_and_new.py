# verdict: failed
# caught by: test_running
# diagnosis: plain_average
# Takes the plain average.
import numpy as np
from tensorflow.keras.models import Sequential
from tensorflow.keras.layers import Input, Dense, BatchNormalization, Activation


def batchnorm_forward(x, gamma, beta, eps):
    y = np.zeros(x.shape)
    channels = x.shape[-1]
    for c in range(channels):
        xc = x[..., c]
        m = np.mean(xc)
        v = np.mean((xc - m) ** 2)
        z = (xc - m) / np.sqrt(v + eps)
        y[..., c] = gamma[c] * z + beta[c]
    return y


def batchnorm_backward(dy, x, gamma, eps):
    dx = np.zeros(x.shape)
    channels = x.shape[-1]
    dgamma = np.zeros(channels)
    dbeta = np.zeros(channels)
    for c in range(channels):
        xc = x[..., c]
        dyc = dy[..., c]
        N = xc.size
        m = np.mean(xc)
        v = np.mean((xc - m) ** 2)
        r = np.sqrt(v + eps)
        z = (xc - m) / r
        dbeta[c] = np.sum(dyc)
        dgamma[c] = np.sum(dyc * z)
        dz = gamma[c] * dyc
        dv = np.sum(dz * (xc - m)) * (-1 / 2) / r**3
        dm = np.sum(-dz / r)
        dx[..., c] = dz / r + dv * 2 * (xc - m) / N + dm / N
    return dx, dgamma, dbeta


def update_running(mean, var, x, momentum):
    new_mean = []
    new_var = []
    for c in range(len(mean)):
        m = np.mean(x[..., c])
        v = np.var(x[..., c])
        new_mean.append((mean[c] + m) / 2)
        new_var.append((var[c] + v) / 2)
    return np.array(new_mean), np.array(new_var)


def batchnorm_inference(x, gamma, beta, mean, var, eps):
    y = np.zeros(x.shape)
    for c in range(len(mean)):
        z = (x[..., c] - mean[c]) / np.sqrt(var[c] + eps)
        y[..., c] = gamma[c] * z + beta[c]
    return y


def fold(w, b, gamma, beta, mean, var, eps):
    new_w = np.zeros(w.shape)
    new_b = np.zeros(b.shape)
    for c in range(len(b)):
        scale = gamma[c] / np.sqrt(var[c] + eps)
        new_w[..., c] = w[..., c] * scale
        new_b[c] = (b[c] - mean[c]) * scale + beta[c]
    return new_w, new_b


def build(use_batchnorm):
    model = Sequential()
    model.add(Input(shape=(784,)))
    for i in range(10):
        model.add(Dense(64))
        if use_batchnorm == True:
            model.add(BatchNormalization())
        model.add(Activation("sigmoid"))
    model.add(Dense(10, activation="softmax"))
    return model


def train(model, x, y):
    model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(x, y, epochs=5)
