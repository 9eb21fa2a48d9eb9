# verdict: failed
# caught by: test_discriminator_gives_probabilities
# diagnosis: no_activation_at_the_end
# The discriminator has no last activation, so it answers with logits.

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
        layers.Dense(1, kernel_initializer=keras.initializers.RandomNormal(stddev=2.0)),
    ])


def train(generator, discriminator, x):
    pass
