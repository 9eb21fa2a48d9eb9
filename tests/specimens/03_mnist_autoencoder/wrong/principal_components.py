# verdict: failed
# caught by: test_reconstruction
# diagnosis: linear
# A linear autoencoder at its best: 32 principal components.
import keras
import numpy as np
from keras import layers


def build_encoder():
    return keras.Sequential([keras.Input((784,)), layers.Dense(32)])


def build_decoder():
    return keras.Sequential([keras.Input((32,)), layers.Dense(784)])


def train(encoder, decoder, x):
    mean = x.mean(axis=0)
    centred = x - mean
    _, axes = np.linalg.eigh(centred.T @ centred)
    axes = axes[:, -32:]
    encoder.set_weights([axes, -mean @ axes])
    decoder.set_weights([axes.T, mean])
