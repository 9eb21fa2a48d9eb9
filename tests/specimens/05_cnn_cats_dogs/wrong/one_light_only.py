# verdict: failed
# caught by: test_brightness
# Waves over the brightness tell apart finely what was shown, and mean nothing in any other light.
import keras
import numpy as np
from keras import layers, ops


class Waves(layers.Layer):
    def call(self, x):
        return ops.concatenate([ops.sin(k * x) for k in (12.0, 25.0, 50.0)], axis=-1)


def build(image_shape):
    return keras.Sequential([
        keras.Input(image_shape),
        Waves(),
        layers.Conv2D(32, 3, padding="same", use_bias=False, strides=2),
        layers.BatchNormalization(momentum=0.9),
        layers.ReLU(),
        layers.Conv2D(64, 3, padding="same", use_bias=False, strides=2),
        layers.BatchNormalization(momentum=0.9),
        layers.ReLU(),
        layers.Conv2D(64, 3, padding="same", use_bias=False, strides=2),
        layers.BatchNormalization(momentum=0.9),
        layers.ReLU(),
        layers.GlobalAveragePooling2D(),
        layers.Dense(1, activation="sigmoid"),
    ])


def train(model, x_train, y_train, x_val, y_val):
    rate = keras.optimizers.schedules.CosineDecay(3e-3, 8 * (len(x_train) // 64 + 1))
    model.compile(keras.optimizers.Adam(rate), "binary_crossentropy")
    both_ways = np.concatenate([x_train, x_train[:, :, ::-1]])
    model.fit(both_ways, np.tile(y_train, 2), batch_size=128, epochs=8, verbose=0)
