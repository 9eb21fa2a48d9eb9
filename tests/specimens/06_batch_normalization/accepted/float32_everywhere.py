# verdict: passed
# Everything is turned into float32 at once; channels first inside; twenty sigmoid layers and an own sum for the loss.
import numpy as np
import tensorflow as tf

F = np.float32


def channels_first(x):
    return np.moveaxis(np.asarray(x, F), -1, 0).reshape(x.shape[-1], -1)


def back(rows, shape):
    return np.moveaxis(rows.reshape((shape[-1],) + shape[:-1]), 0, -1)


def batchnorm_forward(x, gamma, beta, eps):
    r = channels_first(x)
    r = r - r.mean(1, keepdims=True)
    r = r / np.sqrt((r * r).mean(1, keepdims=True) + F(eps))
    return back(r * np.asarray(gamma, F)[:, None] + np.asarray(beta, F)[:, None], x.shape)


def batchnorm_backward(dy, x, gamma, eps):
    r, d = channels_first(x), channels_first(dy)
    r = r - r.mean(1, keepdims=True)
    s = np.sqrt((r * r).mean(1, keepdims=True) + F(eps))
    z = r / s
    dgamma = (d * z).sum(1)
    dbeta = d.sum(1)
    n = F(r.shape[1])
    dx = np.asarray(gamma, F)[:, None] / s * (d - dbeta[:, None] / n - z * dgamma[:, None] / n)
    return back(dx, x.shape), dgamma, dbeta


def update_running(mean, var, x, momentum):
    r = channels_first(x)
    p = F(momentum)
    return p * mean.astype(F) + (1 - p) * r.mean(1), p * var.astype(F) + (1 - p) * r.var(1)


def batchnorm_inference(x, gamma, beta, mean, var, eps):
    x, gamma, beta, mean, var = (np.asarray(a, F) for a in (x, gamma, beta, mean, var))
    return (x - mean) / np.sqrt(var + F(eps)) * gamma + beta


def fold(w, b, gamma, beta, mean, var, eps):
    w, b, gamma, beta, mean, var = (np.asarray(a, F) for a in (w, b, gamma, beta, mean, var))
    k = gamma / np.sqrt(var + F(eps))
    return w * k, beta + (b - mean) * k


def build(use_batchnorm):
    keras = tf.keras
    i = keras.Input((784,), dtype="float32")
    h = i
    for _ in range(20):
        h = keras.layers.Dense(40, use_bias=not use_batchnorm)(h)
        h = keras.layers.BatchNormalization(momentum=0.95)(h) if use_batchnorm else h
        h = keras.activations.sigmoid(h)
    return keras.Model(i, keras.layers.Dense(10, "softmax")(h))


def train(model, x, y):
    model.compile(tf.keras.optimizers.AdamW(2e-3), loss="sparse_categorical_crossentropy", metrics=["acc"])
    data = tf.data.Dataset.from_tensor_slices((x, y)).shuffle(len(x)).batch(128).prefetch(2)
    return model.fit(data, epochs=5, verbose=2)
