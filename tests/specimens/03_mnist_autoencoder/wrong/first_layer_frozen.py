# verdict: failed
# caught by: test_reconstruction
# diagnosis: frozen_layers
# A narrow first layer stays as it was drawn.
import keras
from keras import layers


def build_encoder():
    first = layers.Dense(24, activation="relu")
    first.trainable = False
    return keras.Sequential([keras.Input((784,)), first, layers.Dense(128, activation="relu"), layers.Dense(32)])


def build_decoder():
    return keras.Sequential([keras.Input((32,)), layers.Dense(256, activation="relu"), layers.Dense(784, activation="sigmoid")])


def train(encoder, decoder, x):
    both = keras.Sequential([encoder, decoder])
    both.compile("adam", "mse")
    both.fit(x, x, batch_size=128, epochs=5, verbose=0)
