# verdict: failed
# caught by: test_reconstruction
# diagnosis: targets_rounded
# The targets are black or white.
import keras
import numpy as np
from keras import layers


def build_encoder():
    pixels = keras.Input((784,), name="pixels")
    h = layers.Dense(300, activation="relu")(pixels)
    h = layers.Dense(100, activation="relu")(h)
    return keras.Model(pixels, layers.Dense(32, name="code")(h))


def build_decoder():
    code = keras.Input((32,), name="code")
    h = layers.Dense(100, activation="relu")(code)
    h = layers.Dense(300, activation="relu")(h)
    return keras.Model(code, layers.Dense(784, activation="sigmoid")(h))


def train(encoder, decoder, x):
    target = (x > 0.5).astype("float32")
    both = keras.Sequential([encoder, decoder])
    both.compile("adam", "binary_crossentropy")
    both.fit(x, target, batch_size=128, epochs=12, verbose=0)
