# verdict: failed
# caught by: test_train_changes_both_models
# diagnosis: encoder_frozen
# encoder.trainable = False, as with a pretrained one.
import keras
from keras import layers


def build_encoder():
    return keras.Sequential([keras.Input((784,)), layers.Dense(256, activation="relu"), layers.Dense(32)])


def build_decoder():
    return keras.Sequential([keras.Input((32,)), layers.Dense(256, activation="relu"), layers.Dense(784, activation="sigmoid")])


def train(encoder, decoder, x):
    encoder.trainable = False
    both = keras.Sequential([encoder, decoder])
    both.compile("adam", "mse")
    both.fit(x, x, batch_size=128, epochs=4, verbose=0)
