# verdict: passed
# A third Keras model holds both networks; its train_step is run by fit, which returns the history.

import keras
import numpy as np
import tensorflow as tf
from keras import layers


def build_generator(latent_size):
    return keras.Sequential([
        layers.Input((latent_size,)),
        layers.Dense(7 * 7 * 32, use_bias=False),
        layers.BatchNormalization(momentum=0.9),
        layers.LeakyReLU(negative_slope=0.1),
        layers.Reshape((7, 7, 32)),
        layers.Conv2DTranspose(16, 4, strides=2, padding="same", use_bias=False),
        layers.BatchNormalization(momentum=0.9),
        layers.LeakyReLU(negative_slope=0.1),
        layers.Conv2DTranspose(1, 4, strides=2, padding="same", activation="sigmoid"),
        layers.Reshape((28, 28)),
    ])


def build_discriminator():
    return keras.Sequential([
        layers.Input((28, 28)),
        layers.Reshape((28, 28, 1)),
        layers.Conv2D(16, 4, strides=2, padding="same"),
        layers.LeakyReLU(negative_slope=0.2),
        layers.Conv2D(32, 4, strides=2, padding="same"),
        layers.LeakyReLU(negative_slope=0.2),
        layers.Flatten(),
        layers.Dense(1, activation="sigmoid"),
    ])


class Gan(keras.Model):
    def __init__(self, generator, discriminator):
        super().__init__()
        self.generator, self.discriminator = generator, discriminator

    def compile(self):
        super().compile()
        self.optimizer_g = keras.optimizers.Adam(2e-3, beta_1=0.5)
        self.optimizer_d = keras.optimizers.Adam(1e-3, beta_1=0.5)
        self.bce = keras.losses.BinaryCrossentropy()

    def train_step(self, real):
        rows = tf.shape(real)[0]
        with tf.GradientTape(persistent=True) as tape:
            drawn = self.generator(tf.random.normal((rows, 64)), training=True)
            p = self.discriminator(tf.concat([real, drawn], 0), training=True)
            loss_d = self.bce(tf.ones((rows, 1)), p[:rows]) + self.bce(tf.zeros((rows, 1)), p[rows:])
            loss_g = self.bce(tf.ones((rows, 1)), p[rows:])
        variables = self.discriminator.trainable_variables
        self.optimizer_d.apply_gradients(zip(tape.gradient(loss_d, variables), variables))
        variables = self.generator.trainable_variables
        self.optimizer_g.apply_gradients(zip(tape.gradient(loss_g, variables), variables))
        return {"d": loss_d, "g": loss_g}


def train(generator, discriminator, x):
    gan = Gan(generator, discriminator)
    gan.compile()
    return gan.fit(x, batch_size=64, epochs=2, verbose=2)
