# verdict: failed
# caught by: test_accuracy
# diagnosis: no_convolution
# A fully connected network: it sees places, not shapes.
import keras
from keras import layers


def build(image_shape):
    return keras.Sequential([
        keras.Input(image_shape),
        layers.Flatten(),
        layers.Dense(400, activation="relu"),
        layers.Dropout(0.3),
        layers.Dense(100, activation="relu"),
        layers.Dense(1, activation="sigmoid"),
    ])


def train(model, x_train, y_train, x_val, y_val):
    model.compile(keras.optimizers.Adam(3e-4), "binary_crossentropy")
    model.fit(x_train, y_train, batch_size=64, epochs=10, verbose=0)
