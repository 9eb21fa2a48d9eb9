"""Kata 03, one exemplary solution: a fully connected autoencoder.

Read it from top to bottom. The encoder squeezes 784 pixels into 32 numbers, the decoder draws the digit again
from these 32 alone, and both learn together from one wish: that the drawing be like the original. No label is
needed, the image is its own teacher.
"""

from __future__ import annotations

import keras
import numpy as np
from keras import layers

PIXELS = 784
CODE_SIZE = 32
# One wide layer on each side of the code makes the map bend. Without it the encoder could only project
# onto a plane, as principal components do.
HIDDEN_UNITS = 256


def build_encoder() -> keras.Model:
    """Images (n, 784) float32 in [0, 1] -> codes (n, 32)."""
    return keras.Sequential(
        [
            keras.Input((PIXELS,)),
            layers.Dense(HIDDEN_UNITS, activation="relu"),
            # No activation: a code may be any number, positive or negative. ReLU here would often
            # leave some of the 32 units at 0 for every image, and so waste them.
            layers.Dense(CODE_SIZE),
        ],
        name="encoder",
    )


def build_decoder() -> keras.Model:
    """Codes (n, 32) -> images (n, 784) in [0, 1]: the encoder's mirror image."""
    return keras.Sequential(
        [
            keras.Input((CODE_SIZE,)),
            layers.Dense(HIDDEN_UNITS, activation="relu"),
            # Most pixels are ink or paper. The sigmoid's two flat ends say that with little effort.
            layers.Dense(PIXELS, activation="sigmoid"),
        ],
        name="decoder",
    )


def train(encoder: keras.Model, decoder: keras.Model, x: np.ndarray) -> keras.callbacks.History:
    """Train both models, in place, to reproduce the images x (n, 784) float32."""
    # The chain shares its layers with the two models: what the chain learns, they have learned.
    autoencoder = keras.Sequential([encoder, decoder])
    # Twice Adam's usual rate: with three passes over the data there is no time for small steps, and the
    # error is the mean over 784 pixels, which makes it a smooth one.
    autoencoder.compile(optimizer=keras.optimizers.Adam(2e-3), loss="mse")
    return autoencoder.fit(x, x, epochs=3, batch_size=128, verbose=2)
