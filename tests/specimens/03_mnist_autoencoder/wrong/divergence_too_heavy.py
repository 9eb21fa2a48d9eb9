# verdict: failed
# caught by: test_reconstruction
# diagnosis: constant_code
# A variational code whose divergence weighs as much as the mean error: it says nothing.
import keras
from keras import layers, ops


class Code(layers.Layer):
    def __init__(self):
        super().__init__()
        self.seeds = keras.random.SeedGenerator(3)

    def call(self, parts, training=False):
        mean, log_var = parts
        if not training:
            return mean
        self.add_loss(-0.5 * ops.mean(ops.sum(1 + log_var - mean**2 - ops.exp(log_var), axis=1)))
        return mean + ops.exp(0.5 * log_var) * keras.random.normal(ops.shape(mean), seed=self.seeds)


def build_encoder():
    pixels = keras.Input((784,))
    h = layers.Dense(256, activation="relu")(pixels)
    return keras.Model(pixels, Code()([layers.Dense(32)(h), layers.Dense(32)(h)]))


def build_decoder():
    return keras.Sequential([keras.Input((32,)), layers.Dense(256, activation="relu"), layers.Dense(784, activation="sigmoid")])


def train(encoder, decoder, x):
    both = keras.Sequential([encoder, decoder])
    both.compile("adam", "mse")
    return both.fit(x, x, batch_size=128, epochs=4, verbose=0)
