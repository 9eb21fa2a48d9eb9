# verdict: failed
# caught by: test_encoder
# says: at most 32
# A code of 64 numbers is no bottleneck of 32.
import keras
from keras import layers


def build_encoder():
    return keras.Sequential([keras.Input((784,)), layers.Dense(128, activation="relu"), layers.Dense(64)])


def build_decoder():
    return keras.Sequential([keras.Input((64,)), layers.Dense(128, activation="relu"), layers.Dense(784, activation="sigmoid")])


def train(encoder, decoder, x):
    both = keras.Sequential([encoder, decoder])
    both.compile("adam", "mse")
    both.fit(x, x, batch_size=128, epochs=3, verbose=0)
