# verdict: failed
# caught by: test_reconstruction
# diagnosis: another_brightness
# Cosine similarity does not see how bright a drawing is.
import keras
from keras import layers


def build_encoder():
    return keras.Sequential([keras.Input((784,)), layers.Dense(256, activation="relu"), layers.Dense(32)])


def build_decoder():
    return keras.Sequential([keras.Input((32,)), layers.Dense(256, activation="relu"), layers.Dense(784, activation="relu")])


def train(encoder, decoder, x):
    both = keras.Sequential([encoder, decoder])
    both.compile("adam", "cosine_similarity")
    both.fit(x, x, batch_size=128, epochs=4, verbose=0)
