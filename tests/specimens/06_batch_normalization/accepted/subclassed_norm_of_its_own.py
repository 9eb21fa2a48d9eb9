# verdict: passed
# A subclassed network with a norm layer written by hand, its running statistics as weights, and a loop of its own.
import keras
import numpy as np
import tensorflow as tf


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


class Norm(keras.layers.Layer):
    """Scale and shift of shape (1, c), as in many hand-written layers."""

    def build(self, shape):
        c = shape[-1]
        self.gamma = self.add_weight(shape=(1, c), initializer="ones")
        self.beta = self.add_weight(shape=(1, c), initializer="zeros")
        self.mean = self.add_weight(shape=(c,), initializer="zeros", trainable=False)
        self.var = self.add_weight(shape=(c,), initializer="ones", trainable=False)
        self.seen = self.add_weight(shape=(), dtype="int32", initializer="zeros", trainable=False)

    def call(self, x, training=False):
        if training:
            mean, var = tf.nn.moments(x, axes=[0])
            self.mean.assign(0.9 * self.mean + 0.1 * mean)
            self.var.assign(0.9 * self.var + 0.1 * var)
            self.seen.assign_add(1)
        else:
            mean, var = self.mean, self.var
        return self.gamma * (x - mean) * tf.math.rsqrt(var + 1e-5) + self.beta


class Deep(keras.Model):
    def __init__(self, use_batchnorm):
        super().__init__()
        small = keras.initializers.RandomNormal(stddev=0.01)
        self.hidden = [keras.layers.Dense(64, kernel_initializer=small) for _ in range(10)]
        self.norms = [Norm() for _ in self.hidden] if use_batchnorm else []
        self.out = keras.layers.Dense(10, activation="softmax", kernel_initializer=small)

    def call(self, x, training=False):
        for i, layer in enumerate(self.hidden):
            x = layer(x)
            if self.norms:
                x = self.norms[i](x, training=training)
            x = tf.nn.relu(x)
        return self.out(x)


def build(use_batchnorm):
    return Deep(use_batchnorm)


def train(model, x, y):
    optimizer = keras.optimizers.Adam(2e-3)
    model(x[:2])
    optimizer.build(model.trainable_variables)
    measure = keras.losses.SparseCategoricalCrossentropy()

    @tf.function(reduce_retracing=True)
    def step(images, labels):
        with tf.GradientTape() as tape:
            loss = measure(labels, model(images, training=True))
        optimizer.apply_gradients(zip(tape.gradient(loss, model.trainable_variables), model.trainable_variables))
        return loss

    losses = []
    for _ in range(3):
        order = np.random.permutation(len(x))
        total = 0.0
        for start in range(0, len(x), 128):
            rows = order[start : start + 128]
            total += float(step(x[rows], y[rows]))
        losses.append(total)
    return {"loss": losses}
