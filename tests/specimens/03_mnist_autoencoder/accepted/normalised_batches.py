# verdict: passed
# A Normalization layer that is adapted in train, and train_on_batch without a data set.
import keras
import numpy as np
from keras import layers


def build_encoder():
    return keras.Sequential([
        keras.Input((784,)),
        layers.Normalization(axis=None),
        layers.Dense(256, activation="leaky_relu"),
        layers.Dense(32),
    ])


def build_decoder():
    return keras.Sequential([
        keras.Input((32,)),
        layers.Dense(256, activation="leaky_relu"),
        layers.Dense(784, activation="hard_sigmoid"),
    ])


def train(encoder, decoder, x):
    encoder.layers[0].adapt(x)
    both = keras.Sequential([encoder, decoder])
    both.compile(keras.optimizers.Adam(1.5e-3), "mse")
    rng = np.random.default_rng(5)
    for _ in range(4):
        order = rng.permutation(len(x))
        for start in range(0, len(x), 128):
            batch = x[order[start : start + 128]]
            both.train_on_batch(batch, batch)
