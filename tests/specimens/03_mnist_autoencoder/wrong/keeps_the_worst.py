# verdict: failed
# caught by: test_reconstruction
# diagnosis: not_what_was_trained
# The checkpoint keeps the largest loss, and that one is loaded.
import keras
from keras import layers


class Half(keras.Model):
    def __init__(self, out, end=None):
        super().__init__()
        self.inner = layers.Dense(256, activation="relu")
        self.outer = layers.Dense(out, activation=end)

    def call(self, x):
        return self.outer(self.inner(x))


def build_encoder():
    return Half(32)


def build_decoder():
    return Half(784, "sigmoid")


def train(encoder, decoder, x):
    both = keras.Sequential([encoder, decoder])
    both.compile(keras.optimizers.Adam(2e-3), "mse")
    worst = keras.callbacks.ModelCheckpoint("best.weights.h5", monitor="loss", mode="max", save_best_only=True, save_weights_only=True)
    both.fit(x[:2000], x[:2000], batch_size=1000, epochs=1, verbose=0, callbacks=[worst])
    history = both.fit(x, x, batch_size=64, epochs=4, verbose=0, callbacks=[worst])
    both.load_weights("best.weights.h5")
    return history
