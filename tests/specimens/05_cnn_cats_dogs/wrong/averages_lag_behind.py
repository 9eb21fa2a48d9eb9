# verdict: failed
# caught by: test_accuracy
# diagnosis: averages_lag
# Batches of 256 and four epochs: 60 steps, of which averages with a momentum of 0.99 have seen too little.
import keras
from keras import layers


def build(image_shape):
    x = inputs = keras.Input(image_shape)
    for filters in (32, 64, 96):
        x = layers.Conv2D(filters, 3, strides=2, padding="same", use_bias=False)(x)
        x = layers.BatchNormalization()(x)
        x = layers.ReLU()(x)
    x = layers.Flatten()(x)
    return keras.Model(inputs, layers.Dense(1, activation="sigmoid")(x))


def train(model, x_train, y_train, x_val, y_val):
    model.compile(keras.optimizers.Adam(0.003), "binary_crossentropy", metrics=["accuracy"])
    return model.fit(x_train, y_train, batch_size=256, epochs=4, verbose=2)
