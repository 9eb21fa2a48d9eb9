# verdict: passed
# Pixels made by reshaping channels, a relativistic loss, averaged weights, batches of 32, and no channel axis in sight.

import keras
import numpy as np
import tensorflow as tf
from keras import layers


def double(x, channels):
    """(n, h, w, 4 c) to (n, 2 h, 2 w, c): four channels become a square of pixels."""
    height, width = x.shape[1:3]
    x = layers.Reshape((height, width, 2, 2, channels))(x)
    return layers.Reshape((2 * height, 2 * width, channels))(layers.Permute((1, 3, 2, 4, 5))(x))


def build_generator(latent_size):
    z = keras.Input((latent_size,))
    x = layers.BatchNormalization(momentum=0.9)(layers.Dense(7 * 7 * 32)(z))
    x = layers.Reshape((7, 7, 32))(layers.ReLU()(x))
    x = double(layers.Conv2D(64, 3, padding="same")(x), 16)
    x = layers.ReLU()(layers.BatchNormalization(momentum=0.9)(x))
    x = double(layers.Conv2D(4, 3, padding="same")(x), 1)
    return keras.Model(z, layers.Reshape((28, 28))(layers.Activation("sigmoid")(x)))


def build_discriminator():
    x = picture = keras.Input((28, 28))
    x = layers.Reshape((28, 28, 1))(x)
    x = layers.LeakyReLU(negative_slope=0.2)(layers.Conv2D(16, 4, strides=2, padding="same")(x))
    x = layers.LeakyReLU(negative_slope=0.2)(layers.Conv2D(32, 4, strides=2, padding="same")(x))
    return keras.Model(picture, layers.Dense(1, activation="sigmoid")(layers.Flatten()(x)))


def logit(p):
    p = tf.clip_by_value(p, 1e-6, 1 - 1e-6)
    return tf.math.log(p) - tf.math.log(1 - p)


def train(generator, discriminator, x):
    optimizer_d = keras.optimizers.Adam(1e-3, beta_1=0.5)
    optimizer_g = keras.optimizers.Adam(2e-3, beta_1=0.5)
    averages = [tf.Variable(w) for w in generator.weights]

    @tf.function
    def step(real):
        with tf.GradientTape(persistent=True) as tape:
            drawn = generator(tf.random.normal((32, 64)), training=True)
            a_real, a_drawn = logit(discriminator(real)), logit(discriminator(drawn))
            # Real ones shall look more real than drawn ones, and the other way round.
            ahead = a_real - tf.reduce_mean(a_drawn), a_drawn - tf.reduce_mean(a_real)
            loss_d = tf.reduce_mean(tf.nn.softplus(-ahead[0])) + tf.reduce_mean(tf.nn.softplus(ahead[1]))
            loss_g = tf.reduce_mean(tf.nn.softplus(ahead[0])) + tf.reduce_mean(tf.nn.softplus(-ahead[1]))
        for model, loss, optimizer in ((discriminator, loss_d, optimizer_d), (generator, loss_g, optimizer_g)):
            gradients = tape.gradient(loss, model.trainable_variables)
            optimizer.apply_gradients(zip(gradients, model.trainable_variables))
        for average, weight in zip(averages, generator.weights):
            average.assign(0.98 * average + 0.02 * weight)

    for _ in range(max(1, len(x) // 20)):
        step(tf.constant(x[np.random.randint(0, len(x), 32)]))
    generator.set_weights([a.numpy() for a in averages])
