# verdict: failed
# caught by: test_batch_does_not_matter
# diagnosis: random_at_inference
# Dropout written by hand, without asking whether this is training.
import keras
from keras import layers


class Dropped(layers.Layer):
    def call(self, x):
        return keras.random.dropout(x, 0.5)


def build(image_shape):
    return keras.Sequential([
        keras.Input(image_shape),
        layers.Conv2D(32, 3, strides=2, padding="same", activation="relu"),
        layers.Flatten(),
        Dropped(),
        layers.Dense(1, activation="sigmoid"),
    ])


def train(model, x_train, y_train, x_val, y_val):
    model.compile("adam", "binary_crossentropy")
    model.fit(x_train, y_train, batch_size=64, epochs=3, verbose=0)
