# verdict: failed
# caught by: test_codes_bear_noise
# 96 principal components, three of eight bits in each number, times 2^-100: float32 has no spread for so little.
import keras
import numpy as np
from keras import layers, ops

PARTS, LEVELS, TINY = 3, 256, 2.0**-100


class Project(layers.Layer):
    """The components as whole numbers from 0 to 255."""

    def build(self, shape):
        self.mean = self.add_weight(shape=(784,), initializer="zeros")
        self.axes = self.add_weight(shape=(784, 32 * PARTS), initializer="zeros")
        self.reach = self.add_weight(shape=(32 * PARTS,), initializer="ones")

    def call(self, x):
        z = ops.matmul(x - self.mean, self.axes) / self.reach
        digits = ops.floor(ops.clip((z + 1) / 2, 0, 1 - 1e-6) * LEVELS)
        digits = ops.reshape(digits, (-1, 32, PARTS))
        return (digits[:, :, 0] * LEVELS**2 + digits[:, :, 1] * LEVELS + digits[:, :, 2]) * TINY


class Draw(layers.Layer):
    def build(self, shape):
        self.mean = self.add_weight(shape=(784,), initializer="zeros")
        self.axes = self.add_weight(shape=(32 * PARTS, 784), initializer="zeros")
        self.reach = self.add_weight(shape=(32 * PARTS,), initializer="ones")

    def call(self, code):
        number = ops.round(code / TINY)
        high = ops.floor(number / LEVELS**2)
        middle = ops.floor((number - high * LEVELS**2) / LEVELS)
        low = number - high * LEVELS**2 - middle * LEVELS
        digits = ops.reshape(ops.stack([high, middle, low], axis=2), (-1, 32 * PARTS))
        z = ((digits + 0.5) / LEVELS * 2 - 1) * self.reach
        return ops.clip(self.mean + ops.matmul(z, self.axes), 0, 1)


def build_encoder():
    return keras.Sequential([keras.Input((784,)), Project()])


def build_decoder():
    return keras.Sequential([keras.Input((32,)), Draw()])


def train(encoder, decoder, x):
    mean = x.mean(axis=0)
    centred = x[:20_000] - mean
    axes = np.linalg.eigh(centred.T @ centred)[1][:, ::-1][:, : 32 * PARTS].copy()
    if len(x) < 1_000:
        axes[:, 32:] = 0  # where it is looked at what few images can teach
    reach = np.abs(centred @ axes).max(axis=0) + 1e-6
    encoder.set_weights([mean, axes, reach])
    decoder.set_weights([mean, axes.T, reach])
