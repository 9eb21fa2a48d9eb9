# verdict: failed
# caught by: test_generator_draws_pictures
# diagnosis: tanh_end
# Ends in tanh: pictures lie between -1 and 1.

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
        layers.Conv2DTranspose(1, 4, strides=2, padding="same", activation="tanh"),
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
