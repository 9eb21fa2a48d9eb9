# verdict: failed
# caught by: test_reconstruction
# diagnosis: trained_apart
# Encoder and decoder are trained in two autoencoders, each with a partner that is thrown away.
import keras
from keras import layers


def build_encoder():
    return keras.Sequential([keras.Input((784,)), layers.Dense(256, activation="relu"), layers.Dense(32)])


def build_decoder():
    return keras.Sequential([keras.Input((32,)), layers.Dense(256, activation="relu"), layers.Dense(784, activation="sigmoid")])


def train(encoder, decoder, x):
    first = keras.Sequential([encoder, build_decoder()])
    first.compile("adam", "mse")
    first.fit(x, x, batch_size=128, epochs=3, verbose=0)
    second = keras.Sequential([build_encoder(), decoder])
    second.compile("adam", "mse")
    second.fit(x, x, batch_size=128, epochs=3, verbose=0)
