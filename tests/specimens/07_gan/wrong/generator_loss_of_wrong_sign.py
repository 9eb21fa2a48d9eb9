# verdict: failed
# caught by: test_different_z_give_different_pictures
# diagnosis: generator_helps_the_discriminator
# The generator's loss has the wrong sign: + log D.

import keras
import numpy as np
import tensorflow as tf
from keras import layers


class Generator(keras.Model):
    def __init__(self):
        super().__init__()
        self.dense = layers.Dense(7 * 7 * 24)
        self.norms = [layers.BatchNormalization(momentum=0.9) for _ in range(2)]
        self.middle = layers.Conv2DTranspose(12, 4, strides=2, padding="same")
        self.last = layers.Conv2DTranspose(1, 4, strides=2, padding="same")

    def call(self, z, training=False):
        h = tf.nn.relu(self.norms[0](self.dense(z), training=training))
        h = tf.reshape(h, (-1, 7, 7, 24))
        h = tf.nn.relu(self.norms[1](self.middle(h), training=training))
        return tf.sigmoid(self.last(h))[..., 0]


class Discriminator(keras.Model):
    def __init__(self):
        super().__init__()
        self.first = layers.Conv2D(12, 4, strides=2, padding="same")
        self.second = layers.Conv2D(24, 4, strides=2, padding="same")
        self.dense = layers.Dense(1)

    def logits(self, x):
        h = tf.nn.leaky_relu(self.first(x[..., None]))
        h = tf.nn.leaky_relu(self.second(h))
        return self.dense(tf.reshape(h, (-1, 7 * 7 * 24)))

    def call(self, x, training=False):
        return tf.sigmoid(self.logits(x))


def build_generator(latent_size):
    return Generator()


def build_discriminator():
    return Discriminator()


def mean_loss(logits, is_real):
    return tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(tf.fill(tf.shape(logits), is_real), logits))


def train(generator, discriminator, x):
    optimizer_d = keras.optimizers.Adam(1e-3, beta_1=0.5)
    optimizer_g = keras.optimizers.Adam(2e-3, beta_1=0.5)

    @tf.function
    def train_d(real):
        with tf.GradientTape() as tape:
            drawn = generator(tf.random.normal((64, 64)), training=True)
            loss = mean_loss(discriminator.logits(real), 1.0) + mean_loss(discriminator.logits(drawn), 0.0)
        v = discriminator.trainable_variables
        optimizer_d.apply_gradients(zip(tape.gradient(loss, v), v))

    @tf.function
    def train_g():
        with tf.GradientTape() as tape:
            drawn = generator(tf.random.normal((64, 64)), training=True)
            loss = -mean_loss(discriminator.logits(drawn), 1.0)
        v = generator.trainable_variables
        optimizer_g.apply_gradients(zip(tape.gradient(loss, v), v))

    rng = np.random.default_rng()
    for _ in range(max(1, len(x) // 80)):
        train_d(tf.constant(x[rng.integers(0, len(x), 64)]))
        train_g()
