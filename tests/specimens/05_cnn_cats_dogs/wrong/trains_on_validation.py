# verdict: failed
# caught by: test_accuracy
# diagnosis: trained_on_validation
# x_val and x_train are mixed up.
import keras
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
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    return model.fit(x_val, y_val, batch_size=16, epochs=25, validation_data=(x_train, y_train), verbose=0)
