# verdict: failed
# caught by: test_reconstruction
# diagnosis: outside_of_the_weights
# The mean and spread that the encoder takes away are globals, set by train.
import keras
from keras import layers

CENTRE = 0.0
SPREAD = 1.0


class Encoder(keras.Model):
    def __init__(self):
        super().__init__()
        self.inner = layers.Dense(256, activation="relu")
        self.code = layers.Dense(32)

    def call(self, x):
        return self.code(self.inner((x - CENTRE) / SPREAD))


def build_encoder():
    return Encoder()


def build_decoder():
    return keras.Sequential([keras.Input((32,)), layers.Dense(256, activation="relu"), layers.Dense(784, activation="sigmoid")])


def train(encoder, decoder, x):
    global CENTRE, SPREAD
    CENTRE, SPREAD = x.mean(axis=0), x.std() / 4
    both = keras.Sequential([encoder, decoder])
    both.compile("adam", "mse")
    both.fit(x, x, batch_size=128, epochs=4, verbose=0)
