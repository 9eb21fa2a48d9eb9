# verdict: failed
# caught by: test_reconstruction
# diagnosis: logits
# The loss takes logits, the decoder has no sigmoid, and nobody puts one behind it.
import keras
from keras import layers


def build_encoder():
    return keras.Sequential([keras.Input((784,)), layers.Dense(256, activation="relu"), layers.Dense(32)])


def build_decoder():
    return keras.Sequential([keras.Input((32,)), layers.Dense(256, activation="relu"), layers.Dense(784)])


def train(encoder, decoder, x):
    both = keras.Sequential([encoder, decoder])
    both.compile("adam", keras.losses.BinaryCrossentropy(from_logits=True))
    return both.fit(x, x, batch_size=128, epochs=3, verbose=0)
