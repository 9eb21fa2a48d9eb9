# verdict: failed
# caught by: test_different_z_give_different_pictures
# diagnosis: networks_unmoved
# Trains two networks of its own and forgets those that it was given.

import keras
import numpy as np
import tensorflow as tf
from keras import layers


def build_generator(latent_size):
    return keras.Sequential([
        layers.Input((latent_size,)),
        layers.Dense(7 * 7 * 24, use_bias=False),
        layers.BatchNormalization(momentum=0.9),
        layers.ReLU(),
        layers.Reshape((7, 7, 24)),
        layers.Conv2DTranspose(12, 4, strides=2, padding="same", use_bias=False),
        layers.BatchNormalization(momentum=0.9),
        layers.ReLU(),
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


bce = keras.losses.BinaryCrossentropy()


def train(generator, discriminator, x):
    generator, discriminator = build_generator(64), build_discriminator()
    opt_g = keras.optimizers.Adam(2e-3, beta_1=0.5)
    opt_d = keras.optimizers.Adam(1e-3, beta_1=0.5)

    @tf.function(reduce_retracing=True)
    def step(real):
        n = tf.shape(real)[0]
        z = tf.random.normal((n, 64))
        with tf.GradientTape(persistent=True) as tape:
            fake = generator(z, training=True)
            on_real = discriminator(real, training=True)
            on_fake = discriminator(fake, training=True)
            loss_d = bce(tf.ones((n, 1)), on_real) + bce(tf.zeros((n, 1)), on_fake)
            loss_g = bce(tf.ones((n, 1)), on_fake)
        grads = tape.gradient(loss_d, discriminator.trainable_variables)
        opt_d.apply_gradients(zip(grads, discriminator.trainable_variables))
        grads = tape.gradient(loss_g, generator.trainable_variables)
        opt_g.apply_gradients(zip(grads, generator.trainable_variables))
        return loss_d, loss_g

    history = {"d": [], "g": []}
    x = x[np.random.permutation(len(x))[: len(x) // 20]]
    for start in range(0, len(x) - 63, 64):
        d, g = step(tf.constant(x[start:start + 64]))
        if start % 6400 == 0:
            history["d"].append(float(d))
            history["g"].append(float(g))
    return history
