"""Kata 03: an autoencoder for handwritten digits.

Fill in the three functions. `katas lesson 03` explains them, `pytest` runs the examples beside this file,
`katas check 03` judges it. Any installed package may be used, pretrained weights may not; up to 16 KiB of source.

How your functions are used:

- In one process your encoder and decoder are built and trained. Their `get_weights()` is all that survives.
- In a second process `build_encoder()` is called anew and gets the trained weights; then it encodes images that
  `train` has never seen. In a third one `build_decoder()` does the same and decodes the codes.
- Models are called as `model(x, training=False)`, in batches of any size. The answer to an image must not depend
  on the other images in its batch.
"""

from __future__ import annotations

import keras
import numpy as np


def build_encoder() -> keras.Model:
    """A new, untrained encoder.

    Returns:
        A Keras model: images (n, 784) float32 in [0, 1] -> codes (n, k), where k is at most 32. Any kind of
        model (Sequential, functional, subclassed), any layers, any range of the codes.
    """
    raise NotImplementedError("a Keras model from 784 pixels to a code of at most 32 numbers")


def build_decoder() -> keras.Model:
    """A new, untrained decoder.

    Returns:
        A Keras model: codes (n, k) float32 -> images (n, 784). The pixels are compared as they come; they need
        not be within [0, 1]. Encoder and decoder together may have up to 5,000,000 parameters.
    """
    raise NotImplementedError("a Keras model from the code back to 784 pixels")


def train(encoder: keras.Model, decoder: keras.Model, x: np.ndarray) -> None:
    """Train both models, in place, until the decoder draws from the code what the encoder saw.

    All images may be mirrored or turned, in the same way for training and test.

    Args:
        encoder: what `build_encoder()` gave. Train this very object, not another one.
        decoder: what `build_decoder()` gave, likewise.
        x: (n, 784) float32 in [0, 1], rows of 28 x 28 images. n is 50,000; in one of the checks it is 300. There
            are no labels. The array is yours: changing it is harmless.

    Returns:
        None, or a Keras History or a dict of lists of numbers; then the report draws the curves.
    """
    raise NotImplementedError("train encoder and decoder together: the image is both input and target")
