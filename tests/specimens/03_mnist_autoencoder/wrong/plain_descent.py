# verdict: failed
# caught by: test_reconstruction
# diagnosis: rate_too_small
# optimizer='sgd': its usual rate of 0.01 does next to nothing to a mean over 784 pixels.
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
    both = keras.Sequential([encoder, decoder])
    both.compile(optimizer="sgd", loss="mse")
    return both.fit(x, x, batch_size=128, epochs=6, verbose=0)
