# verdict: passed
# Both networks are subclasses of keras.Model that create their weights when first called.

import keras
import numpy as np
import tensorflow as tf
from keras import layers


class Generator(keras.Model):
    def __init__(self):
        super().__init__()
        self.dense = layers.Dense(7 * 7 * 32)
        self.norms = [layers.BatchNormalization(momentum=0.9) for _ in range(2)]
        self.middle = layers.Conv2DTranspose(16, 4, strides=2, padding="same")
        self.last = layers.Conv2DTranspose(1, 4, strides=2, padding="same")

    def call(self, z, training=False):
        x = tf.nn.relu(self.norms[0](self.dense(z), training=training))
        x = tf.reshape(x, (-1, 7, 7, 32))
        x = tf.nn.relu(self.norms[1](self.middle(x), training=training))
        return tf.sigmoid(self.last(x))[..., 0]


class Discriminator(keras.Model):
    def __init__(self):
        super().__init__()
        self.convolutions = [layers.Conv2D(k, 4, strides=2, padding="same") for k in (16, 32)]
        self.dense = layers.Dense(1)

    def logits(self, x):
        x = x[..., None]
        for convolution in self.convolutions:
            x = tf.nn.leaky_relu(convolution(x))
        return self.dense(tf.reshape(x, (-1, 7 * 7 * 32)))

    def call(self, x, training=False):
        return tf.sigmoid(self.logits(x))


def build_generator(latent_size):
    return Generator()


def build_discriminator():
    return Discriminator()


def train(generator, discriminator, x):
    optimizer_d = keras.optimizers.Adam(1e-3, beta_1=0.5)
    optimizer_g = keras.optimizers.Adam(2e-3, beta_1=0.5)
    optimizer_d.build(discriminator.trainable_variables)
    optimizer_g.build(generator.trainable_variables)

    @tf.function
    def step(real):
        z = tf.random.normal((len(real), 64))
        with tf.GradientTape() as tape_d, tf.GradientTape() as tape_g:
            drawn = generator(z, training=True)
            a_real, a_drawn = discriminator.logits(real), discriminator.logits(drawn)
            loss_d = tf.reduce_mean(tf.nn.softplus(-a_real)) + tf.reduce_mean(tf.nn.softplus(a_drawn))
            loss_g = tf.reduce_mean(tf.nn.softplus(-a_drawn))
        variables = discriminator.trainable_variables
        optimizer_d.apply_gradients(zip(tape_d.gradient(loss_d, variables), variables))
        variables = generator.trainable_variables
        optimizer_g.apply_gradients(zip(tape_g.gradient(loss_g, variables), variables))

    rng = np.random.default_rng()
    for _ in range(max(1, len(x) // 22)):
        step(tf.constant(x[rng.integers(0, len(x), 64)]))
