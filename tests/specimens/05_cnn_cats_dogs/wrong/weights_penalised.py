# verdict: failed
# caught by: test_accuracy
# diagnosis: weights_pressed_to_0
# A penalty on the weights that outweighs the loss.
import keras
from keras import layers, regularizers


def build(image_shape):
    x = inputs = keras.Input(image_shape)
    for filters in (32, 64, 96):
        x = layers.Conv2D(filters, 3, strides=2, padding="same", kernel_regularizer=regularizers.l2(1.0))(x)
        x = layers.BatchNormalization(momentum=0.9)(x)
        x = layers.ReLU()(x)
    x = layers.Flatten()(x)
    return keras.Model(inputs, layers.Dense(1, kernel_regularizer=regularizers.l2(1.0), activation="sigmoid")(x))


def train(model, x_train, y_train, x_val, y_val):
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    return model.fit(x_train, y_train, batch_size=32, epochs=4, validation_data=(x_val, y_val), verbose=0)
