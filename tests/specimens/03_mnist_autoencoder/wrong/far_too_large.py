# verdict: failed
# caught by: test_parameters
# says: parameters together
# Thirteen million parameters for digits of 784 pixels.
import keras
from keras import layers


def build_encoder():
    return keras.Sequential([keras.Input((784,)), layers.Dense(8192, activation="relu"), layers.Dense(32)])


def build_decoder():
    return keras.Sequential([keras.Input((32,)), layers.Dense(8192, activation="relu"), layers.Dense(784, activation="sigmoid")])


def train(encoder, decoder, x):
    both = keras.Sequential([encoder, decoder])
    both.compile("adam", "mse")
    both.fit(x, x, epochs=2, verbose=0)
