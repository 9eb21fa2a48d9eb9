# verdict: failed
# caught by: test_reconstruction
# diagnosis: layers_without_gradient
# stop_gradient inside the encoder.
import keras
from keras import layers, ops


class Features(layers.Layer):
    def __init__(self):
        super().__init__()
        self.inner = layers.Dense(24, activation="relu")

    def call(self, x):
        return ops.stop_gradient(self.inner(x))


def build_encoder():
    return keras.Sequential([keras.Input((784,)), Features(), layers.Dense(64, activation="relu"), layers.Dense(32)])


def build_decoder():
    return keras.Sequential([keras.Input((32,)), layers.Dense(256, activation="relu"), layers.Dense(784, activation="sigmoid")])


def train(encoder, decoder, x):
    both = keras.Sequential([encoder, decoder])
    both.compile("adam", "mse")
    both.fit(x, x, batch_size=128, epochs=5, verbose=0)
