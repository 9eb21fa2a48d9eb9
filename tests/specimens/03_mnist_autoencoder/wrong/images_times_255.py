# verdict: failed
# caught by: test_reconstruction
# diagnosis: scaled_in_train_in_0_to_255
# The images are stretched to [0, 255] before they go into the encoder, in train alone.
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
    return keras.Model(code, layers.Dense(784, activation="sigmoid")(h))


def train(encoder, decoder, x):
    pixels = keras.Input((784,))
    both = keras.Model(pixels, decoder(encoder(pixels)))
    both.compile("adam", "mse")
    return both.fit(x * 255, x, batch_size=128, epochs=4, verbose=0)
