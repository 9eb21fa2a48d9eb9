# verdict: failed
# caught by: test_discriminator_has_learned
# diagnosis: says_drawn_to_all
# The discriminator looks how near a picture is to the mean image: it sees noise, but likes blur best.

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
    return keras.Sequential([layers.Input((28, 28)), layers.Flatten(), Near()])


@keras.saving.register_keras_serializable()
class Near(layers.Layer):
    """1 / (1 + squared distance to a stored picture)."""

    def build(self, shape):
        self.picture = self.add_weight(shape=(shape[-1],), initializer="zeros")

    def call(self, x):
        return 1 / (1 + tf.reduce_sum((x - self.picture) ** 2, axis=1, keepdims=True))


def train(generator, discriminator, x):
    discriminator.set_weights([x.mean(axis=0).reshape(-1)])
