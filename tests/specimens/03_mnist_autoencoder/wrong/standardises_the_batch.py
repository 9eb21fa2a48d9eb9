# verdict: failed
# caught by: test_one_image_alone
# diagnosis: batch_statistics
# Every image is standardised with mean and spread of the batch that it came in.
import keras
from keras import layers, ops


class Standardise(layers.Layer):
    def call(self, x):
        return (x - ops.mean(x, axis=0)) / (ops.std(x, axis=0) + 0.1)


def build_encoder():
    return keras.Sequential([keras.Input((784,)), Standardise(), layers.Dense(256, activation="relu"), layers.Dense(32)])


def build_decoder():
    return keras.Sequential([keras.Input((32,)), layers.Dense(256, activation="relu"), layers.Dense(784, activation="sigmoid")])


def train(encoder, decoder, x):
    both = keras.Sequential([encoder, decoder])
    both.compile("adam", "mse")
    both.fit(x, x, batch_size=128, epochs=3, verbose=0)
