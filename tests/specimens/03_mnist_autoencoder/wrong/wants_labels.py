# verdict: invalid
# caught by: test_encoder
# says: called with 3 arguments
# train asks for labels, as in the kata before.
import keras
from keras import layers


def build_encoder():
    return keras.Sequential([keras.Input((784,)), layers.Dense(32)])


def build_decoder():
    return keras.Sequential([keras.Input((32,)), layers.Dense(784, activation="sigmoid")])


def train(encoder, decoder, x, y):
    both = keras.Sequential([encoder, decoder])
    both.compile("adam", "mse")
    both.fit(x, x, verbose=0)
