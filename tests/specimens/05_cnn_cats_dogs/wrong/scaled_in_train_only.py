# verdict: failed
# caught by: test_accuracy
# diagnosis: scaled_in_train
# The preprocessing of the big networks, done in train alone: whoever asks the model gives pictures in [0, 1].
import tensorflow as tf
from tensorflow.keras import layers


class Net(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.blocks = [layers.Conv2D(f, 3, strides=2, padding="same", activation="relu") for f in (32, 64, 64)]
        self.flat = layers.Flatten()
        self.hidden = layers.Dense(64, activation="relu")
        self.out = layers.Dense(1, activation="sigmoid")

    def call(self, x):
        for block in self.blocks:
            x = block(x)
        return self.out(self.hidden(self.flat(x)))


def build(image_shape):
    return Net()


def preprocess(x):
    return x * 2.0 - 1.0


def train(model, x_train, y_train, x_val, y_val):
    model.compile(tf.keras.optimizers.Adam(1e-3), "binary_crossentropy", metrics=["accuracy"])
    model.fit(preprocess(x_train), y_train, 64, 8, validation_data=(preprocess(x_val), y_val), verbose=2)
