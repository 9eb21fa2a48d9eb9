# verdict: failed
# caught by: test_reconstruction
# diagnosis: narrow_layer
# The decoder's hidden layer has twelve units.
import keras
from keras import layers


class Half(keras.Model):
    def __init__(self, out, end=None):
        super().__init__()
        self.inner = layers.Dense(256, activation="relu")
        self.outer = layers.Dense(out, activation=end)

    def call(self, x):
        return self.outer(self.inner(x))


def build_encoder():
    return Half(32)


def build_decoder():
    return keras.Sequential([keras.Input((32,)), layers.Dense(12, activation="relu"), layers.Dense(784, activation="sigmoid")])


def train(encoder, decoder, x):
    both = keras.Sequential([encoder, decoder])
    both.compile("adam", "mse")
    both.fit(x, x, batch_size=128, epochs=6, verbose=0)
