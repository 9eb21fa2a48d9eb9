# verdict: failed
# caught by: test_train_changes_both_models
# diagnosis: encoder_without_gradient
# The codes are computed once, so no gradient reaches the encoder.
import keras
from keras import layers


def build_encoder():
    return keras.Sequential([keras.Input((784,)), layers.Dense(256, activation="relu"), layers.Dense(32)])


def build_decoder():
    return keras.Sequential([keras.Input((32,)), layers.Dense(256, activation="relu"), layers.Dense(784, activation="sigmoid")])


def train(encoder, decoder, x):
    codes = encoder.predict(x, verbose=0)
    decoder.compile("adam", "mse")
    decoder.fit(codes, x, batch_size=128, epochs=3, verbose=0)
