# verdict: failed
# caught by: test_picture_follows_from_its_own_z
# says: same z drawn twice
# Adds noise while drawing: the same z gives different pictures.

import keras
import numpy as np
import tensorflow as tf
from keras import layers


@keras.saving.register_keras_serializable()
class Noise(layers.Layer):
    def call(self, x):
        return x + tf.random.normal(tf.shape(x))


def build_generator(latent_size):
    return keras.Sequential([
        layers.Input((latent_size,)),
        Noise(),
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
    pass
