# verdict: failed
# caught by: test_accuracy
# diagnosis: changed_in_train
# Width before height, in train alone.
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
    x_train, x_val = x_train.transpose(0, 2, 1, 3), x_val.transpose(0, 2, 1, 3)
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    return model.fit(x_train, y_train, batch_size=32, epochs=8, validation_data=(x_val, y_val), verbose=0)
