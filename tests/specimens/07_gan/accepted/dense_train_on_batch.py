# verdict: passed
# Fully connected, the Keras way of its first years: train_on_batch on D, then on the stacked model with D frozen; always 4,000 steps.
import numpy as np
import keras
from keras import layers


def build_generator(latent_size):
    return keras.Sequential([
        keras.Input((latent_size,)),
        layers.Dense(256), layers.BatchNormalization(momentum=0.9), layers.LeakyReLU(negative_slope=0.2),
        layers.Dense(512), layers.BatchNormalization(momentum=0.9), layers.LeakyReLU(negative_slope=0.2),
        layers.Dense(784, activation="sigmoid"),
        layers.Reshape((28, 28)),
    ])


def build_discriminator():
    return keras.Sequential([
        keras.Input((28, 28)),
        layers.Flatten(),
        layers.Dense(256), layers.LeakyReLU(negative_slope=0.2), layers.Dropout(0.3),
        layers.Dense(128), layers.LeakyReLU(negative_slope=0.2), layers.Dropout(0.3),
        layers.Dense(1, activation="sigmoid"),
    ])


def train(generator, discriminator, x):
    rng = np.random.default_rng()
    latent = generator.input_shape[1]
    batch = 128
    discriminator.compile(keras.optimizers.Adam(3e-4, beta_1=0.5), "binary_crossentropy")
    stacked = keras.Sequential([generator, discriminator])
    stacked.compile(keras.optimizers.Adam(6e-4, beta_1=0.5), "binary_crossentropy")
    history = {"d": [], "g": []}
    for step in range(4000):
        real = x[rng.integers(0, len(x), batch)]
        fake = generator.predict_on_batch(rng.normal(size=(batch, latent)).astype("float32"))
        discriminator.trainable = True
        d = discriminator.train_on_batch(np.concatenate([real, fake]), np.concatenate([np.full((batch, 1), 0.9), np.zeros((batch, 1))]))
        discriminator.trainable = False
        g = stacked.train_on_batch(rng.normal(size=(batch, latent)).astype("float32"), np.ones((batch, 1)))
        if step % 200 == 0:
            history["d"].append(float(d)); history["g"].append(float(g))
    discriminator.trainable = True
    return history
