# verdict: too_slow
# caught by: test_training_time
# Eager steps over very small batches.
import keras
from keras import layers


def build_encoder():
    return keras.Sequential([keras.Input((784,)), layers.Dense(256, activation="relu"), layers.Dense(32)])


def build_decoder():
    return keras.Sequential([keras.Input((32,)), layers.Dense(256, activation="relu"), layers.Dense(784, activation="sigmoid")])


def train(encoder, decoder, x):
    both = keras.Sequential([encoder, decoder])
    both.compile("adam", "mse", run_eagerly=True)
    both.fit(x, x, batch_size=8, epochs=5 if len(x) > 1_000 else 1, verbose=0)
