# verdict: failed
# caught by: test_reconstruction
# diagnosis: code_too_small
# Four numbers are too few for a digit's slant, width, loops and ends.
import keras
from keras import layers


def build_encoder():
    return keras.Sequential([keras.Input((784,)), layers.Dense(128, activation="relu"), layers.Dense(4)])


def build_decoder():
    return keras.Sequential([keras.Input((4,)), layers.Dense(128, activation="relu"), layers.Dense(784, activation="sigmoid")])


def train(encoder, decoder, x):
    both = keras.Sequential([encoder, decoder])
    both.compile(keras.optimizers.Adam(3e-3), "mse")
    both.fit(x, x, batch_size=128, epochs=1, verbose=0)
