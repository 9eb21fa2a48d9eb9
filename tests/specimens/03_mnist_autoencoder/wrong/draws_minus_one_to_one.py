# verdict: failed
# caught by: test_reconstruction
# diagnosis: another_range
# train scales the images to [-1, 1] for a tanh output; the drawings stay there.
import keras
from keras import layers


def build_encoder():
    return keras.Sequential([keras.Input((784,)), layers.Dense(256, activation="relu"), layers.Dense(32)])


def build_decoder():
    return keras.Sequential([keras.Input((32,)), layers.Dense(256, activation="relu"), layers.Dense(784, activation="tanh")])


def train(encoder, decoder, x):
    both = keras.Sequential([encoder, decoder])
    both.compile("adam", "mse")
    both.fit(x, 2 * x - 1, batch_size=128, epochs=3, verbose=0)
