# verdict: failed
# caught by: test_accuracy
# diagnosis: leans_to_one_class
# Sorted by label and not shuffled: each epoch ends with one class.
import keras
import numpy as np
from keras import layers


def build(image_shape):
    return keras.Sequential([
        keras.Input(image_shape),
        layers.Conv2D(32, 3, strides=2, padding="same", activation="relu"),
        layers.Conv2D(64, 3, strides=2, padding="same", activation="relu"),
        layers.Conv2D(64, 3, strides=2, padding="same", activation="relu"),
        layers.Flatten(),
        layers.Dense(64, activation="relu"),
        layers.Dense(1, activation="sigmoid"),
    ])


def train(model, x_train, y_train, x_val, y_val):
    order = np.argsort(y_train)
    x_train, y_train = x_train[order], y_train[order]
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    return model.fit(x_train, y_train, batch_size=32, epochs=5, shuffle=False, verbose=0)
