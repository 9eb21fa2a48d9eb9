# verdict: failed
# caught by: test_forward
# diagnosis: gamma_missing
# gamma is left out.
import numpy as np
import tensorflow as tf


def as64(*arrays):
    return [tf.constant(np.asarray(a), tf.float64) for a in arrays]


def _forward(x, gamma, beta, eps):
    mean, var = tf.nn.moments(x, list(range(x.ndim - 1)))
    return tf.nn.batch_normalization(x, mean, var, beta, None, eps)


def batchnorm_forward(x, gamma, beta, eps):
    return _forward(*as64(x, gamma, beta), eps).numpy()


def batchnorm_backward(dy, x, gamma, eps):
    dy, x, gamma = as64(dy, x, gamma)
    beta = tf.zeros_like(gamma)
    with tf.GradientTape() as tape:
        tape.watch([x, gamma, beta])
        y = _forward(x, gamma, beta, eps)
    dx, dgamma, dbeta = tape.gradient(y, [x, gamma, beta], output_gradients=dy)
    return dx.numpy(), dgamma.numpy(), dbeta.numpy()


def update_running(mean, var, x, momentum):
    m, v = tf.nn.moments(tf.constant(x), list(range(x.ndim - 1)))
    return (momentum * mean + (1 - momentum) * m).numpy(), (momentum * var + (1 - momentum) * v).numpy()


def batchnorm_inference(x, gamma, beta, mean, var, eps):
    return tf.nn.batch_normalization(x, mean, var, beta, gamma, eps).numpy()


def fold(w, b, gamma, beta, mean, var, eps):
    inv = tf.math.rsqrt(tf.constant(var + eps)) * gamma
    return (w * inv).numpy(), ((b - mean) * inv + beta).numpy()


class Block(tf.keras.layers.Layer):
    def __init__(self, units, norm):
        super().__init__()
        self.dense = tf.keras.layers.Dense(units, kernel_initializer="he_uniform")
        self.norm = tf.keras.layers.BatchNormalization(momentum=0.9) if norm else None

    def build(self, shape):
        self.dense.build(shape)
        if self.norm:
            self.norm.build((shape[0], self.dense.units))
        super().build(shape)

    def call(self, x, training=None):
        x = self.dense(x)
        if self.norm:
            x = self.norm(x, training=training)
        return tf.nn.relu(x)


def build(use_batchnorm):
    return tf.keras.Sequential(
        [tf.keras.Input((784,))] + [Block(64, use_batchnorm) for _ in range(12)] + [tf.keras.layers.Dense(10, activation="softmax")]
    )


def train(model, x, y):
    model.compile(optimizer=tf.keras.optimizers.SGD(0.5), loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    return model.fit(x, y, batch_size=64, epochs=5, verbose=0)
