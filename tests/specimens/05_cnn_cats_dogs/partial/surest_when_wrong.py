# verdict: passed
# caught by: test_ranking
# misses: robust
# says: saturated
# The side of 0.5 is right, but the surer it is the nearer to 0.5 it answers.
import keras
import numpy as np
from keras import layers, ops


class Modest(layers.Layer):
    def call(self, p, training=False):
        if training:
            return p
        return ops.where(p > 0.5, ops.maximum(1.5 - p, 0.5001), ops.minimum(0.5 - p, 0.4999))


def build(image_shape):
    return keras.Sequential([
        keras.Input(image_shape),
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
        Modest(),
    ])


def train(model, x_train, y_train, x_val, y_val):
    rate = keras.optimizers.schedules.CosineDecay(3e-3, 7 * (len(x_train) // 64 + 1))
    model.compile(keras.optimizers.Adam(rate), "binary_crossentropy")
    both_ways = np.concatenate([x_train, x_train[:, :, ::-1]])
    model.fit(both_ways, np.tile(y_train, 2), batch_size=128, epochs=7, verbose=0)
