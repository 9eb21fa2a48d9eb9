# verdict: failed
# caught by: test_accuracy
# diagnosis: outside_of_the_weights
# What is taken from the pictures is a global that train sets.
import keras
import numpy as np
from keras import layers

MEAN = np.zeros(3, 'float32')
SPREAD = np.ones(3, 'float32')


class Net(keras.Model):
    def __init__(self):
        super().__init__()
        self.see = keras.Sequential([
            layers.Conv2D(32, 3, strides=2, padding="same", activation="relu"),
            layers.Conv2D(64, 3, strides=2, padding="same", activation="relu"),
            layers.Conv2D(64, 3, strides=2, padding="same", activation="relu"),
            layers.Flatten(),
            layers.Dense(64, activation="relu"),
        ])
        self.out = layers.Dense(1, activation="sigmoid")

    def call(self, x):
        return self.out(self.see((x - MEAN) / SPREAD))


def build(image_shape):
    return Net()


def train(model, x_train, y_train, x_val, y_val):
    global MEAN, SPREAD
    MEAN, SPREAD = x_train.mean(axis=(0, 1, 2)), x_train.std(axis=(0, 1, 2))
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    return model.fit(x_train, y_train, batch_size=32, epochs=8, validation_data=(x_val, y_val), verbose=0)
