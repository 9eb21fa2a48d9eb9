# verdict: failed
# caught by: test_reconstruction
# diagnosis: draws_black
# The images are in [0, 1] already; scaled once more, almost nothing is left to learn from.
import keras
from keras import layers


def build_encoder():
    return keras.Sequential([keras.Input((784,)), layers.Dense(256, activation="relu"), layers.Dense(32)])


def build_decoder():
    return keras.Sequential([keras.Input((32,)), layers.Dense(256, activation="relu"), layers.Dense(784, activation="sigmoid")])


def train(encoder, decoder, x):
    x = x / 255.0
    both = keras.Sequential([encoder, decoder])
    both.compile("adam", "mse")
    both.fit(x, x, batch_size=512, epochs=1, verbose=0)
