# verdict: failed
# caught by: test_one_image_alone
# diagnosis: random_at_inference
# Dropout that is called with training=True.
import keras
from keras import layers


class Noisy(keras.Model):
    def __init__(self):
        super().__init__()
        self.inner = layers.Dense(256, activation="relu")
        self.drop = layers.Dropout(0.3)
        self.outer = layers.Dense(32)

    def call(self, x):
        return self.outer(self.drop(self.inner(x), training=True))


def build_encoder():
    return Noisy()


def build_decoder():
    return keras.Sequential([keras.Input((32,)), layers.Dense(256, activation="relu"), layers.Dense(784, activation="sigmoid")])


def train(encoder, decoder, x):
    both = keras.Sequential([encoder, decoder])
    both.compile("adam", "mse")
    both.fit(x, x, batch_size=128, epochs=4, verbose=0)
