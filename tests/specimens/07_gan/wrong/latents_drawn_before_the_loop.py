# verdict: failed
# caught by: test_different_z_give_different_pictures
# diagnosis: latents_drawn_once
# Draws z once, before the loop.

import numpy as np
import keras
from keras import layers


def build_generator(latent_size):
    z = keras.Input((latent_size,))
    h = layers.LeakyReLU(negative_slope=0.2)(layers.Dense(128)(z))
    h = layers.LeakyReLU(negative_slope=0.2)(layers.Dense(256)(h))
    out = layers.Dense(784, activation="sigmoid")(h)
    return keras.Model(z, layers.Reshape((28, 28))(out))


def build_discriminator():
    pictures = keras.Input((28, 28))
    h = layers.Flatten()(pictures)
    h = layers.LeakyReLU(negative_slope=0.2)(layers.Dense(128)(h))
    h = layers.LeakyReLU(negative_slope=0.2)(layers.Dense(64)(h))
    return keras.Model(pictures, layers.Dense(1, activation="sigmoid")(h))


def train(generator, discriminator, x):
    batch = 64
    discriminator.compile(keras.optimizers.Adam(2e-4, beta_1=0.5), "binary_crossentropy")
    discriminator.trainable = False
    z = keras.Input((64,))
    stacked = keras.Model(z, discriminator(generator(z)))
    stacked.compile(keras.optimizers.Adam(4e-4, beta_1=0.5), "binary_crossentropy")
    noise = np.random.normal(size=(batch, 64))
    for step in range(max(1, len(x) // 60)):
        real = x[np.random.randint(0, len(x), batch)]
        fake = generator.predict_on_batch(noise)
        discriminator.trainable = True
        discriminator.train_on_batch(real, np.ones((batch, 1)))
        discriminator.train_on_batch(fake, np.zeros((batch, 1)))
        discriminator.trainable = False
        stacked.train_on_batch(noise, np.ones((batch, 1)))
