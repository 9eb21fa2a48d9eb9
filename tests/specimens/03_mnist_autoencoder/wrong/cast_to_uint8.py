# verdict: failed
# caught by: test_reconstruction
# diagnosis: draws_black
# Images in [0, 1] cast to whole numbers are 0.
import keras
import numpy as np
from keras import layers


def build_encoder():
    return keras.Sequential([keras.Input((784,)), layers.Dense(256, activation="relu"), layers.Dense(32)])


def build_decoder():
    return keras.Sequential([keras.Input((32,)), layers.Dense(256, activation="relu"), layers.Dense(784, activation="sigmoid")])


def train(encoder, decoder, x):
    x = x.astype(np.uint8).astype("float32")
    both = keras.Sequential([encoder, decoder])
    both.compile("adam", "mse")
    both.fit(x, x, batch_size=128, epochs=3, verbose=0)
