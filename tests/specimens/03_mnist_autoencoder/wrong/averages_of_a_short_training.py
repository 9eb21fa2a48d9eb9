# verdict: failed
# caught by: test_reconstruction
# diagnosis: averages_lag
# Batch norm with its usual momentum, and a hundred large steps.
import keras
from keras import layers


def build_encoder():
    return keras.Sequential([keras.Input((784,)), layers.Dense(512), layers.BatchNormalization(momentum=0.999), layers.ReLU(), layers.Dense(32)])


def build_decoder():
    return keras.Sequential([keras.Input((32,)), layers.Dense(256, activation="relu"), layers.Dense(784, activation="sigmoid")])


def train(encoder, decoder, x):
    both = keras.Sequential([encoder, decoder])
    both.compile(keras.optimizers.Adam(3e-3), "mse")
    both.fit(x, x, batch_size=256, epochs=2, verbose=0)
