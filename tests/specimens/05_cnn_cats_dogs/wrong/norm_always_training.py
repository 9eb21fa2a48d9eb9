# verdict: failed
# caught by: test_batch_does_not_matter
# diagnosis: batch_statistics
# Normalises with the statistics of the batch at hand, at inference too.
import keras
from keras import layers


class Norm(layers.Layer):
    def build(self, shape):
        self.norm = layers.BatchNormalization()

    def call(self, x):
        return self.norm(x, training=True)


def build(image_shape):
    return keras.Sequential([
        keras.Input(image_shape),
        layers.Conv2D(32, 3, strides=2, padding="same", use_bias=False),
        Norm(),
        layers.ReLU(),
        layers.GlobalMaxPooling2D(),
        layers.Dense(1, activation="sigmoid"),
    ])


def train(model, x_train, y_train, x_val, y_val):
    model.compile("adam", "binary_crossentropy")
    model.fit(x_train, y_train, batch_size=64, epochs=3, verbose=0)
