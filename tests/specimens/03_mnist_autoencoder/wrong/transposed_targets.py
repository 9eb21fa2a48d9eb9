# verdict: failed
# caught by: test_reconstruction
# diagnosis: turned_images
# A reshape in Fortran's order turns the targets.
import keras
import numpy as np
from keras import layers


def build_encoder():
    model = keras.Sequential()
    model.add(keras.Input((784,)))
    model.add(layers.Reshape((28, 28, 1)))
    model.add(layers.Conv2D(16, 3, strides=2, padding="same", activation="relu"))
    model.add(layers.Conv2D(16, 3, strides=2, padding="same", activation="relu"))
    model.add(layers.Flatten())
    model.add(layers.Dense(32))
    return model


def build_decoder():
    return keras.Sequential([keras.Input((32,)), layers.Dense(256, activation="relu"), layers.Dense(784, activation="sigmoid")])


def train(encoder, decoder, x):
    both = keras.Sequential([encoder, decoder])
    both.compile("adam", "mse")
    pictures = x.reshape(-1, 28, 28)
    target = np.swapaxes(pictures, 1, 2).reshape(-1, 784)
    return both.fit(x, target, batch_size=128, epochs=4, verbose=0)
