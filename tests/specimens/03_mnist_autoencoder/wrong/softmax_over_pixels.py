# verdict: failed
# caught by: test_reconstruction
# diagnosis: softmax_on_the_drawing
# A softmax over 784 pixels.
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
    return keras.Model(code, layers.Dense(784, activation="softmax")(h))


def train(encoder, decoder, x):
    both = keras.Sequential([encoder, decoder])
    both.compile("adam", "categorical_crossentropy")
    both.fit(x, x, batch_size=128, epochs=3, verbose=0)
