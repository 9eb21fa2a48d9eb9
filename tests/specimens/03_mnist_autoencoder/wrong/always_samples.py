# verdict: failed
# caught by: test_one_image_alone
# diagnosis: random_at_inference
# A variational encoder that samples its code at inference too.
import keras
from keras import layers, ops


class Sample(layers.Layer):
    def build(self, shape):
        self.seeds = keras.random.SeedGenerator()

    def call(self, x):
        mean, spread = ops.split(x, 2, axis=-1)
        return mean + ops.exp(spread) * keras.random.normal(ops.shape(mean), seed=self.seeds)


def build_encoder():
    return keras.Sequential([keras.Input((784,)), layers.Dense(256, activation="relu"), layers.Dense(64), Sample()])


def build_decoder():
    return keras.Sequential([keras.Input((32,)), layers.Dense(256, activation="relu"), layers.Dense(784, activation="sigmoid")])


def train(encoder, decoder, x):
    both = keras.Sequential([encoder, decoder])
    both.compile("adam", "mse")
    both.fit(x, x, batch_size=128, epochs=3, verbose=0)
