# verdict: failed
# caught by: test_reconstruction
# diagnosis: rate_too_large
# Adam with a rate of 0.3: sigmoids saturate, units die.
import keras
from keras import layers


def build_encoder():
    return keras.Sequential([keras.Input((784,)), layers.Dense(256, activation="relu"), layers.Dense(32)])


def build_decoder():
    return keras.Sequential([keras.Input((32,)), layers.Dense(256, activation="relu"), layers.Dense(784, activation="sigmoid")])


def train(encoder, decoder, x):
    both = keras.Sequential([encoder, decoder])
    both.compile(keras.optimizers.Adam(0.3), "mse")
    return both.fit(x, x, batch_size=128, epochs=3, verbose=0)
