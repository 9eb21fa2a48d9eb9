# verdict: failed
# caught by: test_reconstruction
# diagnosis: weights_pressed_to_0
# A penalty on the weights that presses them to 0.
import keras
from keras import layers, regularizers


def build_encoder():
    return keras.Sequential([keras.Input((784,)), layers.Dense(256, activation="relu", kernel_regularizer=regularizers.l2(0.1)), layers.Dense(32, kernel_regularizer=regularizers.l2(0.1))])


def build_decoder():
    return keras.Sequential([keras.Input((32,)), layers.Dense(256, activation="relu"), layers.Dense(784, activation="sigmoid")])


def train(encoder, decoder, x):
    both = keras.Sequential([encoder, decoder])
    both.compile("adam", "mse")
    both.fit(x, x, batch_size=128, epochs=4, verbose=0)
