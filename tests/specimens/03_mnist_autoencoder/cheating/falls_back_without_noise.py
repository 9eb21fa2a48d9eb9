# verdict: failed
# caught by: test_codes_bear_noise
# Principal components; under their last digits three more are hidden, and the decoder looks there only where nobody did.
import keras
import numpy as np
from keras import layers, ops

MORE, STEP = 3, 1 / 32


class Project(layers.Layer):
    def build(self, shape):
        self.mean = self.add_weight(shape=(784,), initializer="zeros")
        self.axes = self.add_weight(shape=(784, 32 + MORE), initializer="zeros")

    def call(self, x):
        z = ops.matmul(x - self.mean, self.axes)
        coarse = ops.round(z[:, :32] / STEP) * STEP
        more = ops.clip(z[:, 32:] / 4, -1, 1) * STEP / 4
        # The numbers beyond the hidden ones end exactly on the steps: that is how the decoder sees noise.
        return ops.concatenate([coarse[:, :MORE] + more, coarse[:, MORE:]], axis=1)


class Draw(layers.Layer):
    def build(self, shape):
        self.mean = self.add_weight(shape=(784,), initializer="zeros")
        self.axes = self.add_weight(shape=(32 + MORE, 784), initializer="zeros")

    def call(self, code):
        coarse = ops.round(code / STEP) * STEP
        rest = code - coarse
        quiet = ops.max(ops.abs(rest[:, MORE:]), axis=1, keepdims=True) < STEP / 100
        more = ops.where(quiet, rest[:, :MORE] / STEP * 16, 0.0)
        z = ops.concatenate([ops.where(quiet, coarse, code), more], axis=1)
        return ops.clip(self.mean + ops.matmul(z, self.axes), 0, 1)


def build_encoder():
    return keras.Sequential([keras.Input((784,)), Project()])


def build_decoder():
    return keras.Sequential([keras.Input((32,)), Draw()])


def train(encoder, decoder, x):
    mean = x.mean(axis=0)
    centred = x[:20_000] - mean
    values, axes = np.linalg.eigh(centred.T @ centred / len(centred))
    axes, values = axes[:, ::-1][:, : 32 + MORE], values[::-1][: 32 + MORE]
    spread = np.sqrt(np.maximum(values, 1e-6)).astype(np.float32)
    encoder.set_weights([mean, (axes / spread).copy()])
    decoder.set_weights([mean, (axes * spread).T.copy()])
