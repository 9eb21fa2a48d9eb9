# verdict: failed
# caught by: test_single_pictures
# diagnosis: batch_statistics
# A learned share of the batch's mean is taken off the features, at inference too.
import keras
import numpy as np
from keras import layers, ops


class LessTheMean(layers.Layer):
    def build(self, shape):
        self.share = self.add_weight(shape=(shape[-1],), initializer="zeros")

    def call(self, x):
        return x - self.share * ops.mean(x, axis=0, keepdims=True)


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
        LessTheMean(),
        layers.Dense(1, activation="sigmoid"),
    ])


def train(model, x_train, y_train, x_val, y_val):
    rate = keras.optimizers.schedules.CosineDecay(3e-3, 7 * (len(x_train) // 64 + 1))
    model.compile(keras.optimizers.Adam(rate), "binary_crossentropy")
    both_ways = np.concatenate([x_train, x_train[:, :, ::-1]])
    model.fit(both_ways, np.tile(y_train, 2), batch_size=128, epochs=7, verbose=0)
