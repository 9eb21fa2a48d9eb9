# verdict: failed
# caught by: test_accuracy
# diagnosis: rate_too_large
# Adam with a rate of 0.3.
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
    model.compile(keras.optimizers.Adam(0.3), "binary_crossentropy")
    model.fit(x_train, y_train, batch_size=32, epochs=4, verbose=0)
