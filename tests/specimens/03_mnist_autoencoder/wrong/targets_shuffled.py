# verdict: failed
# caught by: test_reconstruction
# diagnosis: draws_the_mean_image
# The targets are shuffled, the inputs are not.
import keras
import numpy as np
from keras import layers


def build_encoder():
    return keras.Sequential([keras.Input((784,)), layers.Dense(256, activation="relu"), layers.Dense(32)])


def build_decoder():
    return keras.Sequential([keras.Input((32,)), layers.Dense(256, activation="relu"), layers.Dense(784, activation="sigmoid")])


def train(encoder, decoder, x):
    both = keras.Sequential([encoder, decoder])
    both.compile("adam", "mse")
    target = x.copy()
    np.random.default_rng(1).shuffle(target)
    both.fit(x, target, batch_size=128, epochs=4, verbose=0)
