# verdict: failed
# caught by: test_accuracy
# diagnosis: no_convolution
# Logistic regression on the pixels.
import keras
from keras import layers


def build(image_shape):
    return keras.Sequential([keras.Input(image_shape), layers.Flatten(), layers.Dense(1, activation="sigmoid")])


def train(model, x_train, y_train, x_val, y_val):
    model.compile(keras.optimizers.Adam(1e-4), "binary_crossentropy")
    model.fit(x_train, y_train, batch_size=64, epochs=8, verbose=0)
