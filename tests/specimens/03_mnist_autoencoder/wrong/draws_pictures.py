# verdict: invalid
# caught by: test_decoder
# says: (16, 784) is expected
# The decoder gives (28, 28) pictures where rows of 784 are due.
import keras
from keras import layers


def build_encoder():
    return keras.Sequential([keras.Input((784,)), layers.Dense(32)])


def build_decoder():
    return keras.Sequential([keras.Input((32,)), layers.Dense(784, activation="sigmoid"), layers.Reshape((28, 28))])


def train(encoder, decoder, x):
    both = keras.Sequential([encoder, decoder])
    both.compile("adam", "mse")
    both.fit(x, x.reshape(-1, 28, 28), verbose=0)
