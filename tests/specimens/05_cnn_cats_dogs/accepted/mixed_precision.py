# verdict: passed
# Half precision, as the guide on it says: a global policy, and the last layer in float32.
import keras
from keras import layers

keras.mixed_precision.set_global_policy("mixed_bfloat16")


def build(image_shape):
    inputs = keras.Input(image_shape)
    x = layers.RandomFlip("horizontal")(inputs)
    for filters in (32, 64, 128):
        x = layers.Conv2D(filters, 3, strides=2, padding="same", activation="relu")(x)
        x = layers.BatchNormalization(momentum=0.9)(x)
    x = layers.GlobalAveragePooling2D()(x)
    outputs = layers.Dense(1, activation="sigmoid", dtype="float32")(x)
    return keras.Model(inputs, outputs)


def train(model, x_train, y_train, x_val, y_val):
    model.compile(optimizer=keras.optimizers.Adam(2e-3), loss="binary_crossentropy", metrics=["accuracy"])
    return model.fit(x_train, y_train, validation_data=(x_val, y_val), epochs=12, batch_size=64, verbose=2)
