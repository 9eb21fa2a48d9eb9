# verdict: passed
# A denoising autoencoder: noise on the pixels in training, a tanh code, everything in one class with helpers.
from __future__ import annotations

import keras
import numpy as np


class DenoisingRecipe:
    noise = 0.1
    width = 512
    code = 32
    epochs = 10

    @classmethod
    def encoder(cls) -> keras.Model:
        return keras.Sequential([
            keras.Input((784,)),
            keras.layers.GaussianNoise(cls.noise),
            keras.layers.Dense(cls.width, activation="relu", kernel_initializer="he_normal"),
            keras.layers.Dense(cls.code, activation="tanh"),
        ])

    @classmethod
    def decoder(cls) -> keras.Model:
        return keras.Sequential([
            keras.Input((cls.code,)),
            keras.layers.Dense(cls.width, activation="relu", kernel_initializer="he_normal"),
            keras.layers.Dense(784, activation="sigmoid"),
        ])


def build_encoder() -> keras.Model:
    return DenoisingRecipe.encoder()


def build_decoder() -> keras.Model:
    return DenoisingRecipe.decoder()


def train(encoder: keras.Model, decoder: keras.Model, x: np.ndarray) -> keras.callbacks.History:
    chain = keras.Sequential([encoder, decoder])
    chain.compile(optimizer="adam", loss="mean_squared_error")
    return chain.fit(x, x, epochs=DenoisingRecipe.epochs, batch_size=128, verbose=2)
