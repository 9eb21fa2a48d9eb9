# verdict: passed
# Functional models; trains on the logits before the last activation, with the hinge loss; a rate that falls; returns a history.

import keras
import numpy as np
import tensorflow as tf
from keras import layers


def build_generator(latent_size):
    z = keras.Input((latent_size,))
    x = layers.Dense(7 * 7 * 32, use_bias=False)(z)
    x = layers.ReLU()(layers.BatchNormalization(momentum=0.9)(x))
    x = layers.Reshape((7, 7, 32))(x)
    x = layers.Conv2DTranspose(16, 4, strides=2, padding="same", use_bias=False)(x)
    x = layers.ReLU()(layers.BatchNormalization(momentum=0.9)(x))
    x = layers.Conv2DTranspose(1, 4, strides=2, padding="same")(x)
    x = layers.Activation("tanh")(layers.Reshape((28, 28))(x))
    return keras.Model(z, layers.Rescaling(0.5, 0.5)(x))


def build_discriminator():
    picture = keras.Input((28, 28))
    x = layers.Reshape((28, 28, 1))(picture)
    for filters in (16, 32):
        x = layers.Conv2D(filters, 4, strides=2, padding="same")(x)
        x = layers.LeakyReLU(negative_slope=0.2)(x)
    logit = layers.Dense(1, name="logit")(layers.Flatten()(x))
    return keras.Model(picture, layers.Activation("sigmoid")(logit))


def train(generator, discriminator, x):
    critic = keras.Model(discriminator.input, discriminator.get_layer("logit").output)
    steps = 5 * (len(x) // 128)
    schedule = lambda rate: keras.optimizers.schedules.PolynomialDecay(rate, max(steps, 1), rate / 2)
    optimizer_d = keras.optimizers.Adam(schedule(1e-3), beta_1=0.5)
    optimizer_g = keras.optimizers.Adam(schedule(2e-3), beta_1=0.5)

    @tf.function
    def step(real):
        with tf.GradientTape(persistent=True) as tape:
            drawn = generator(tf.random.normal((64, 64)), training=True)
            a_real, a_drawn = tf.split(critic(tf.concat([real, drawn], 0), training=True), 2)
            loss_d = tf.reduce_mean(tf.nn.relu(1 - a_real)) + tf.reduce_mean(tf.nn.relu(1 + a_drawn))
            loss_g = -tf.reduce_mean(a_drawn)
        for model, loss, optimizer in ((critic, loss_d, optimizer_d), (generator, loss_g, optimizer_g)):
            variables = model.trainable_variables
            optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
        return loss_d, loss_g

    np.random.shuffle(x)
    history = {"loss_d": [], "loss_g": []}
    for i in range(steps):
        start = i % (len(x) // 64) * 64
        loss_d, loss_g = step(tf.constant(x[start:start + 64]))
        if i % 50 == 0:
            history["loss_d"].append(float(loss_d))
            history["loss_g"].append(float(loss_g))
    return history
