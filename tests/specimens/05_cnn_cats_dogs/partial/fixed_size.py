# verdict: passed
# caught by: test_other_sizes
# misses: robust
# says: 40
# Ignores image_shape: 32 x 32 stands in the code.
import keras
from keras import layers


def build(image_shape):
    return keras.Sequential([
        keras.Input((32, 32, 3)),
        layers.Conv2D(32, 3, strides=2, padding="same", activation="relu"),
        layers.BatchNormalization(momentum=0.9),
        layers.Conv2D(64, 3, strides=2, padding="same", activation="relu"),
        layers.BatchNormalization(momentum=0.9),
        layers.Conv2D(128, 3, strides=2, padding="same", activation="relu"),
        layers.BatchNormalization(momentum=0.9),
        layers.Flatten(),
        layers.Dropout(0.5),
        layers.Dense(1, activation="sigmoid"),
    ])


def train(model, x_train, y_train, x_val, y_val):
    model.compile("adam", "binary_crossentropy")
    model.fit(x_train, y_train, batch_size=64, epochs=8, verbose=0)
