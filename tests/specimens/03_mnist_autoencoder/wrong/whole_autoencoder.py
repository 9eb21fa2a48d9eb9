# verdict: failed
# caught by: test_encoder
# diagnosis: whole_autoencoder
# build_encoder gives the whole autoencoder, and the decoder waits for pixels.
import keras
from keras import layers


def autoencoder():
    pixels = keras.Input((784,))
    code = layers.Dense(32)(layers.Dense(256, activation="relu")(pixels))
    drawn = layers.Dense(784, activation="sigmoid")(layers.Dense(256, activation="relu")(code))
    return keras.Model(pixels, drawn)


def build_encoder():
    return autoencoder()


def build_decoder():
    return keras.Sequential([keras.Input((32,)), layers.Dense(256, activation="relu"), layers.Dense(784, activation="sigmoid")])


def train(encoder, decoder, x):
    encoder.compile("adam", "mse")
    encoder.fit(x, x, batch_size=128, epochs=3, verbose=0)
