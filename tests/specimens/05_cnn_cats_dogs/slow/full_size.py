# verdict: too_slow
# caught by: test_training_stays_within_its_budget
# Wide convolutions at full size, and sixty epochs.
import keras
from keras import layers


def build(image_shape):
    return keras.Sequential([
        keras.Input(image_shape),
        layers.Conv2D(96, 3, padding="same", activation="relu"),
        layers.Conv2D(96, 3, padding="same", activation="relu"),
        layers.Conv2D(96, 3, padding="same", activation="relu"),
        layers.GlobalMaxPooling2D(),
        layers.Dense(1, activation="sigmoid"),
    ])


def train(model, x_train, y_train, x_val, y_val):
    model.compile("adam", "binary_crossentropy")
    model.fit(x_train, y_train, batch_size=32, epochs=60, verbose=0)
