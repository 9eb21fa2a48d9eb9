# verdict: invalid
# caught by: test_discriminator_has_learned
# says: not finite
# A cross-entropy of its own without a floor: the logarithm of zero, and then every weight is NaN.

import keras
import numpy as np
import tensorflow as tf
from keras import layers


def build_generator(latent_size):
    return keras.Sequential([
        layers.Input((latent_size,)),
        layers.Dense(7 * 7 * 8, activation="relu"),
        layers.Reshape((7, 7, 8)),
        layers.Conv2DTranspose(8, 4, strides=2, padding="same", activation="relu"),
        layers.Conv2DTranspose(1, 4, strides=2, padding="same", activation="sigmoid"),
        layers.Reshape((28, 28)),
    ])


def build_discriminator():
    return keras.Sequential([
        layers.Input((28, 28)),
        layers.Reshape((28, 28, 1)),
        layers.Conv2D(8, 4, strides=2, padding="same", activation="relu"),
        layers.Conv2D(16, 4, strides=2, padding="same", activation="relu"),
        layers.Flatten(),
        layers.Dense(1, activation="sigmoid"),
    ])


def train(generator, discriminator, x):
    optimizer = keras.optimizers.Adam(10.0)
    for start in range(0, 640, 64):
        with tf.GradientTape() as tape:
            drawn = generator(tf.random.normal((64, 64)), training=True)
            loss = -tf.reduce_mean(tf.math.log(discriminator(x[start:start + 64])))
            loss -= tf.reduce_mean(tf.math.log(1 - discriminator(drawn)))
        variables = discriminator.trainable_variables
        optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
