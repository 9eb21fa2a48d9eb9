# verdict: failed
# caught by: test_frechet_distance
# diagnosis: latents_unused
# Only the first two of the random numbers are used.

import keras
import numpy as np
import tensorflow as tf
from keras import layers


def build_generator(latent_size):
    return keras.Sequential([
        layers.Input((latent_size,)),
        layers.Lambda(lambda z: z[:, :2]),
        layers.Dense(7 * 7 * 24, use_bias=False),
        layers.BatchNormalization(momentum=0.9),
        layers.LeakyReLU(negative_slope=0.1),
        layers.Reshape((7, 7, 24)),
        layers.Conv2DTranspose(12, 4, strides=2, padding="same", use_bias=False),
        layers.BatchNormalization(momentum=0.9),
        layers.LeakyReLU(negative_slope=0.1),
        layers.Conv2DTranspose(1, 4, strides=2, padding="same", activation="sigmoid"),
        layers.Reshape((28, 28)),
    ])


def build_discriminator():
    return keras.Sequential([
        layers.Input((28, 28)),
        layers.Reshape((28, 28, 1)),
        layers.Conv2D(12, 4, strides=2, padding="same"),
        layers.LeakyReLU(negative_slope=0.2),
        layers.Conv2D(24, 4, strides=2, padding="same"),
        layers.LeakyReLU(negative_slope=0.2),
        layers.Flatten(),
        layers.Dense(1, activation="sigmoid"),
    ])


class GAN(keras.Model):
    def __init__(self, generator, discriminator):
        super().__init__()
        self.g = generator
        self.d = discriminator

    def compile(self, g_optimizer, d_optimizer):
        super().compile()
        self.g_optimizer = g_optimizer
        self.d_optimizer = d_optimizer

    def train_step(self, real):
        n = tf.shape(real)[0]
        noise = tf.random.normal((n, 64))
        fake = self.g(noise, training=True)
        pictures = tf.concat([fake, real], axis=0)
        labels = tf.concat([tf.zeros((n, 1)), tf.ones((n, 1))], axis=0)
        with tf.GradientTape() as tape:
            predictions = self.d(pictures, training=True)
            d_loss = tf.reduce_mean(keras.losses.binary_crossentropy(labels, predictions))
        grads = tape.gradient(d_loss, self.d.trainable_weights)
        self.d_optimizer.apply_gradients(zip(grads, self.d.trainable_weights))

        noise = tf.random.normal((n, 64))
        misleading = tf.ones((n, 1))
        with tf.GradientTape() as tape:
            predictions = self.d(self.g(noise, training=True))
            g_loss = tf.reduce_mean(keras.losses.binary_crossentropy(misleading, predictions))
        grads = tape.gradient(g_loss, self.g.trainable_weights)
        self.g_optimizer.apply_gradients(zip(grads, self.g.trainable_weights))
        return {"d_loss": d_loss, "g_loss": g_loss}


def train(generator, discriminator, x):
    gan = GAN(generator, discriminator)
    gan.compile(keras.optimizers.Adam(2e-3, beta_1=0.5), keras.optimizers.Adam(1e-3, beta_1=0.5))
    history = gan.fit(x, batch_size=64, epochs=1, verbose=0)
    return history.history
