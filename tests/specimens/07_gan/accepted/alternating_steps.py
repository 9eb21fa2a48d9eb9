# verdict: passed
# Sequential models, upsampling instead of transposed convolution, D and G in turns, dropout in D, smoothed labels, nothing averaged.

import keras
import numpy as np
import tensorflow as tf
from keras import layers


def build_generator(latent_size):
    return keras.Sequential([
        layers.Input((latent_size,)),
        layers.Dense(7 * 7 * 32),
        layers.BatchNormalization(momentum=0.9),
        layers.ReLU(),
        layers.Reshape((7, 7, 32)),
        layers.UpSampling2D(),
        layers.Conv2D(16, 3, padding="same"),
        layers.BatchNormalization(momentum=0.9),
        layers.ReLU(),
        layers.UpSampling2D(),
        layers.Conv2D(1, 3, padding="same", activation="sigmoid"),
        layers.Reshape((28, 28)),
    ])


def build_discriminator():
    return keras.Sequential([
        layers.Input((28, 28)),
        layers.Reshape((28, 28, 1)),
        layers.Conv2D(16, 4, strides=2, padding="same"),
        layers.LeakyReLU(negative_slope=0.2),
        layers.Dropout(0.1),
        layers.Conv2D(32, 4, strides=2, padding="same"),
        layers.LeakyReLU(negative_slope=0.2),
        layers.Flatten(),
        layers.Dense(1, activation="sigmoid"),
    ])


def train(generator, discriminator, x):
    bce = keras.losses.BinaryCrossentropy()
    optimizer_d = keras.optimizers.Adam(1e-3, beta_1=0.5)
    optimizer_g = keras.optimizers.Adam(2e-3, beta_1=0.5)

    @tf.function
    def step(real):
        with tf.GradientTape() as tape:
            drawn = generator(tf.random.normal((64, 64)), training=True)
            p_real = discriminator(real, training=True)
            p_drawn = discriminator(drawn, training=True)
            loss_d = bce(0.95 * tf.ones_like(p_real), p_real) + bce(tf.zeros_like(p_drawn), p_drawn)
        variables = discriminator.trainable_variables
        optimizer_d.apply_gradients(zip(tape.gradient(loss_d, variables), variables))
        with tf.GradientTape() as tape:
            p_drawn = discriminator(generator(tf.random.normal((64, 64)), training=True), training=True)
            loss_g = bce(tf.ones_like(p_drawn), p_drawn)
        variables = generator.trainable_variables
        optimizer_g.apply_gradients(zip(tape.gradient(loss_g, variables), variables))
        return loss_d, loss_g

    order = np.concatenate([np.random.permutation(len(x)), np.random.permutation(len(x))[: len(x) // 2]])
    for start in range(0, len(order) - 63, 64):
        losses = step(x[order[start:start + 64]])
        if start % 6400 == 0:
            print("losses", [float(loss) for loss in losses], flush=True)
