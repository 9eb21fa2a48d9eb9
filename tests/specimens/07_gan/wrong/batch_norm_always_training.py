# verdict: failed
# caught by: test_picture_follows_from_its_own_z
# says: drawn alone differs from the same z
# Batch norm is told training=True inside the model: a picture depends on the others in its batch.

import keras
import numpy as np
import tensorflow as tf
from keras import layers


class Generator(keras.Model):
    def __init__(self):
        super().__init__()
        self.dense = layers.Dense(7 * 7 * 16)
        self.norm = layers.BatchNormalization()
        self.middle = layers.Conv2DTranspose(8, 4, strides=2, padding="same", activation="relu")
        self.last = layers.Conv2DTranspose(1, 4, strides=2, padding="same", activation="sigmoid")

    def call(self, z):
        x = tf.nn.relu(self.norm(self.dense(z), training=True))
        return self.last(self.middle(tf.reshape(x, (-1, 7, 7, 16))))[..., 0]


def build_generator(latent_size):
    return Generator()


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
