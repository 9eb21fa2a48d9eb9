# verdict: failed
# caught by: test_accuracy
# diagnosis: scaled_twice
# Rescaling for pictures in [0, 255] inside the model, where they are in [0, 1].
import keras
from keras import layers


def build(image_shape):
    return keras.Sequential([
        keras.Input(image_shape),
        layers.Rescaling(1.0 / 255),
        layers.Conv2D(32, 3, strides=2, padding="same", activation="relu"),
        layers.Conv2D(64, 3, strides=2, padding="same", activation="relu"),
        layers.Conv2D(64, 3, strides=2, padding="same", activation="relu"),
        layers.Flatten(),
        layers.Dense(64, activation="relu"),
        layers.Dense(1, activation="sigmoid"),
    ])


def train(model, x_train, y_train, x_val, y_val):
    model.compile("sgd", "binary_crossentropy")
    model.fit(x_train, y_train, batch_size=32, epochs=4, verbose=0)
