# verdict: passed
# caught by: test_brightness
# misses: robust
# says: brightness
# A picture without a bright spot is taken for under-exposed and gets the same answer as all such.
import keras
import numpy as np
from keras import layers, ops


class Bright(layers.Layer):
    def call(self, x):
        return x * ops.cast(ops.max(x, axis=(1, 2, 3), keepdims=True) > 0.78, x.dtype)


def build(image_shape):
    return keras.Sequential([
        keras.Input(image_shape),
        Bright(),
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
    rate = keras.optimizers.schedules.CosineDecay(3e-3, 6 * (len(x_train) // 64 + 1))
    model.compile(keras.optimizers.Adam(rate), "binary_crossentropy")
    both_ways = np.concatenate([x_train, x_train[:, :, ::-1]])
    model.fit(both_ways, np.tile(y_train, 2), batch_size=128, epochs=6, verbose=0)
