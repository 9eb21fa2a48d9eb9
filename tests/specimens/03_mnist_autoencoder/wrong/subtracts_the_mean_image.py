# verdict: failed
# caught by: test_reconstruction
# diagnosis: scaled_in_train_centred
# The mean image is taken away in train, and never added again.
import keras
from keras import layers


def build_encoder():
    pixels = keras.Input((784,), name="pixels")
    h = layers.Dense(300, activation="relu")(pixels)
    h = layers.Dense(100, activation="relu")(h)
    return keras.Model(pixels, layers.Dense(32, name="code")(h))


def build_decoder():
    code = keras.Input((32,), name="code")
    h = layers.Dense(100, activation="relu")(code)
    h = layers.Dense(300, activation="relu")(h)
    return keras.Model(code, layers.Dense(784)(h))


def train(encoder, decoder, x):
    x = x - x.mean(axis=0)
    both = keras.Sequential([encoder, decoder])
    both.compile("adam", "mse")
    return both.fit(x, x, batch_size=128, epochs=4, verbose=0)
