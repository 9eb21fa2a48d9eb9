# verdict: failed
# caught by: test_reconstruction
# diagnosis: few_rows_used
# A slice from trying it out is still there.
import keras
from keras import layers


def build_encoder():
    return keras.Sequential([keras.Input((784,)), layers.Dense(256, activation="relu"), layers.Dense(32)])


def build_decoder():
    return keras.Sequential([keras.Input((32,)), layers.Dense(256, activation="relu"), layers.Dense(784, activation="sigmoid")])


def train(encoder, decoder, x):
    x = x[:1000]
    both = keras.Sequential([encoder, decoder])
    both.compile("adam", "mse")
    return both.fit(x, x, batch_size=32, epochs=60, verbose=0)
