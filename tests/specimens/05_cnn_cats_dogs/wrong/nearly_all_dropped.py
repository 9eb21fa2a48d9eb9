# verdict: failed
# caught by: test_accuracy
# diagnosis: too_much_dropout
# Dropout of 95 % behind each convolution.
import keras
from keras import layers


def build(image_shape):
    x = inputs = keras.Input(image_shape)
    for filters in (32, 64, 96):
        x = layers.Conv2D(filters, 3, strides=2, padding="same", use_bias=False)(x)
        x = layers.BatchNormalization(momentum=0.9)(x)
        x = layers.ReLU()(x)
        x = layers.Dropout(0.9)(x)
    x = layers.Flatten()(x)
    return keras.Model(inputs, layers.Dense(1, activation="sigmoid")(x))


def train(model, x_train, y_train, x_val, y_val):
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    return model.fit(x_train, y_train, batch_size=32, epochs=6, validation_data=(x_val, y_val), verbose=0)
