# verdict: failed
# caught by: test_accuracy
# diagnosis: leans_to_one_class
# Only the pictures of class 1 reach the network.
import keras
from keras import layers


def build(image_shape):
    x = inputs = keras.Input(image_shape)
    for filters in (32, 64, 96):
        x = layers.Conv2D(filters, 3, strides=2, padding="same", use_bias=False)(x)
        x = layers.BatchNormalization(momentum=0.9)(x)
        x = layers.ReLU()(x)
    x = layers.Flatten()(x)
    return keras.Model(inputs, layers.Dense(1, activation="sigmoid")(x))


def train(model, x_train, y_train, x_val, y_val):
    chosen = y_train == 1
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    model.fit(x_train[chosen], y_train[chosen], batch_size=32, epochs=4, verbose=0)
