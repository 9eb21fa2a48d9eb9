# verdict: passed
# Functional API, deep GELU stack with k = 24, mean squared error, one-cycle learning rate, quiet.
import math

import tensorflow as tf
from tensorflow.keras import Input, Model, layers, optimizers

CODE = 24


def build_encoder():
    image = Input((784,), name="image")
    h = layers.Dense(384, activation="gelu")(image)
    h = layers.Dense(128, activation="gelu")(h)
    return Model(image, layers.Dense(CODE, name="code")(h), name="encoder")


def build_decoder():
    code = Input((CODE,), name="code")
    h = layers.Dense(128, activation="gelu")(code)
    h = layers.Dense(384, activation="gelu")(h)
    return Model(code, layers.Dense(784, activation="sigmoid")(h), name="decoder")


def train(encoder, decoder, x):
    image = Input((784,))
    model = Model(image, decoder(encoder(image)))
    epochs, batch = 9, 128
    steps = epochs * math.ceil(len(x) / batch)
    rate = optimizers.schedules.CosineDecay(1e-4, steps, alpha=0.02, warmup_target=2.5e-3, warmup_steps=steps // 10)
    model.compile(optimizers.Adam(rate), "mse")
    data = tf.data.Dataset.from_tensor_slices(x).shuffle(20_000, seed=3).batch(batch).map(lambda b: (b, b)).prefetch(2)
    return model.fit(data, epochs=epochs, verbose=0).history
