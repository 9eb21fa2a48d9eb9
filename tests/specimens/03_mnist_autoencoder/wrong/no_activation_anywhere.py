# verdict: failed
# caught by: test_reconstruction
# diagnosis: linear
# No layer has an activation.
import keras
from keras import layers


def build_encoder():
    return keras.Sequential([keras.Input((784,)), layers.Dense(256), layers.Dense(32)])


def build_decoder():
    return keras.Sequential([keras.Input((32,)), layers.Dense(256), layers.Dense(784)])


def train(encoder, decoder, x):
    both = keras.Sequential([encoder, decoder])
    both.compile("adam", "mse")
    return both.fit(x, x, batch_size=128, epochs=8, verbose=0)
