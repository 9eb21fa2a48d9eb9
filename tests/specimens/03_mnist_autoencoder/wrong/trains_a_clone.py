# verdict: failed
# caught by: test_train_changes_both_models
# diagnosis: another_model_trained
# clone_model gives new weights.
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
    encoder = keras.models.clone_model(encoder)
    decoder = keras.models.clone_model(decoder)
    both = keras.Sequential([encoder, decoder])
    both.compile("adam", "mse")
    both.fit(x, x, batch_size=128, epochs=4, verbose=0)
