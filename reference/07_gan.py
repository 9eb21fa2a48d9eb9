"""Kata 07, exemplary solution: a small DCGAN with averaged weights.

Two convolutional networks play against each other. The discriminator D learns to tell real pictures from
drawn ones; the generator G learns to draw what D takes for real. In the order in which one would explain it:
the two networks, their losses, one step, the loop.

Goodfellow et al. 2014 (the game), Radford et al. 2016 (convolutions and batch norm), Yazıcı et al. 2019
(averaged weights).
"""

import keras
import numpy as np
import tensorflow as tf
from keras import layers

LATENT_SIZE = 64
EPOCHS = 2
BATCH = 64
AVERAGING = 0.99
# So many pictures are drawn from the same z, each time after so many steps.
SNAPSHOTS, EVERY = 6, 190


def build_generator(latent_size: int) -> keras.Model:
    """From z (n, latent_size) to pictures (n, 28, 28): a 7 x 7 sketch that is doubled in size twice."""
    return keras.Sequential(
        [
            layers.Input((latent_size,)),
            layers.Dense(7 * 7 * 32, use_bias=False),
            # The running statistics must have settled when training ends, after some 2,000 steps.
            layers.BatchNormalization(momentum=0.9),
            layers.ReLU(),
            layers.Reshape((7, 7, 32)),
            # A kernel size that is a multiple of the stride covers all pixels evenly: no checkerboard.
            layers.Conv2DTranspose(16, 4, strides=2, padding="same", use_bias=False),
            layers.BatchNormalization(momentum=0.9),
            layers.ReLU(),
            layers.Conv2DTranspose(1, 4, strides=2, padding="same", activation="sigmoid"),
            layers.Reshape((28, 28)),
        ]
    )


def build_discriminator() -> keras.Model:
    """From pictures (n, 28, 28) to the probability that each is real (n, 1).

    No batch norm here: real and drawn pictures would be told apart by the statistics of their batches.
    """
    return keras.Sequential(
        [
            layers.Input((28, 28)),
            layers.Reshape((28, 28, 1)),
            layers.Conv2D(16, 4, strides=2, padding="same"),
            layers.LeakyReLU(negative_slope=0.2),
            layers.Conv2D(32, 4, strides=2, padding="same"),
            layers.LeakyReLU(negative_slope=0.2),
            layers.Flatten(),
            layers.Dense(1, activation="sigmoid"),
        ]
    )


def losses(real: tf.Tensor, drawn: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """What D and what G want to make small, from D's probabilities for real and for drawn pictures.

    D: -log D(x) - log(1 - D(G(z))).  G: -log D(G(z)), which unlike log(1 - D(G(z))) has a steep slope where
    D is sure that the picture is drawn, that is, at the start.
    """
    cross_entropy = keras.losses.BinaryCrossentropy()
    loss_d = cross_entropy(tf.ones_like(real), real) + cross_entropy(tf.zeros_like(drawn), drawn)
    loss_g = cross_entropy(tf.ones_like(drawn), drawn)
    return loss_d, loss_g


def train(generator: keras.Model, discriminator: keras.Model, x: np.ndarray) -> dict[str, list]:
    """Train both in place on x (n, 28, 28); the generator ends with averaged weights."""
    # A beta_1 of 0.5 forgets old gradients soon: the opponent that caused them has changed.
    optimizer_g = keras.optimizers.Adam(2e-3, beta_1=0.5)
    optimizer_d = keras.optimizers.Adam(1e-3, beta_1=0.5)
    averages = [tf.Variable(weight) for weight in generator.weights]

    @tf.function(reduce_retracing=True)
    def step(real: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        rows = tf.shape(real)[0]
        z = tf.random.normal((rows, LATENT_SIZE))
        with tf.GradientTape(persistent=True) as tape:
            drawn = generator(z, training=True)
            # One pass for both: D has no layer that mixes the rows.
            judged = discriminator(tf.concat([real, drawn], axis=0), training=True)
            loss_d, loss_g = losses(judged[:rows], judged[rows:])
        gradients_d = tape.gradient(loss_d, discriminator.trainable_variables)
        gradients_g = tape.gradient(loss_g, generator.trainable_variables)
        optimizer_d.apply_gradients(zip(gradients_d, discriminator.trainable_variables, strict=True))
        optimizer_g.apply_gradients(zip(gradients_g, generator.trainable_variables, strict=True))
        # The game circles around its solution instead of settling; the average lies nearer to the middle.
        for average, weight in zip(averages, generator.weights, strict=True):
            average.assign(AVERAGING * average + (1 - AVERAGING) * weight)
        return loss_d, loss_g

    history: dict[str, list] = {"discriminator loss": [], "generator loss": []}
    same_z, snapshots = tf.random.normal((SNAPSHOTS, LATENT_SIZE)), []
    for _ in range(EPOCHS):
        order = np.random.permutation(len(x))
        totals = np.zeros(2)
        batches = [order[start : start + BATCH] for start in range(0, len(x), BATCH)]
        for number, rows in enumerate(batches):
            if number % EVERY == 0:
                snapshots.append(generator(same_z, training=False).numpy())
            totals += [float(loss) for loss in step(tf.constant(x[rows]))]
        history["discriminator loss"].append(totals[0] / len(batches))
        history["generator loss"].append(totals[1] / len(batches))
        print(f"loss of D {totals[0] / len(batches):.3f}, of G {totals[1] / len(batches):.3f}", flush=True)
    generator.set_weights([average.numpy() for average in averages])
    history["snapshots"] = [*snapshots, generator(same_z, training=False).numpy()]
    return history
