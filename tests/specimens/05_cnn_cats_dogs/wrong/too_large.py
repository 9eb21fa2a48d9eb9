# verdict: failed
# caught by: test_size
# says: Dense layer right after Flatten
# A wide dense layer on the full-size pictures: more than twenty million weights.
import keras
from keras import layers


def build(image_shape):
    return keras.Sequential([
        keras.Input(image_shape),
        layers.Conv2D(32, 3, padding="same", activation="relu"),
        layers.Flatten(),
        layers.Dense(128, activation="relu"),
        layers.Dense(1, activation="sigmoid"),
    ])


def train(model, x_train, y_train, x_val, y_val):
    model.compile("adam", "binary_crossentropy")
    model.fit(x_train, y_train, batch_size=64, epochs=3, verbose=0)
