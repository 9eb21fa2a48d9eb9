# verdict: failed
# caught by: test_reconstruction
# diagnosis: too_few_epochs
# Two passes in batches of 512: far too few steps.
import keras
from keras import layers


def build_encoder():
    return keras.Sequential([keras.Input((784,)), layers.Dense(256, activation="relu"), layers.Dense(32)])


def build_decoder():
    return keras.Sequential([keras.Input((32,)), layers.Dense(256, activation="relu"), layers.Dense(784, activation="sigmoid")])


def train(encoder, decoder, x):
    both = keras.Sequential([encoder, decoder])
    both.compile("adam", "mse")
    return both.fit(x, x, batch_size=512, epochs=2, verbose=0)
