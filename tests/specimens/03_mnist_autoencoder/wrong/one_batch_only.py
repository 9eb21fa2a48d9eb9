# verdict: failed
# caught by: test_reconstruction
# diagnosis: few_rows_used
# The loop takes the first batch at each step.
import keras
import numpy as np
import tensorflow as tf
from keras import layers


class Half(keras.Model):
    def __init__(self, out, end=None):
        super().__init__()
        self.inner = layers.Dense(256, activation="relu")
        self.outer = layers.Dense(out, activation=end)

    def call(self, x):
        return self.outer(self.inner(x))


def build_encoder():
    return Half(32)


def build_decoder():
    return Half(784, "sigmoid")


def train(encoder, decoder, x):
    optimizer = keras.optimizers.Adam(1e-3)
    encoder(x[:2])
    decoder(encoder(x[:2]))
    variables = encoder.trainable_variables + decoder.trainable_variables

    @tf.function
    def step(batch):
        with tf.GradientTape() as tape:
            drawn = decoder(encoder(batch, training=True), training=True)
            loss = tf.reduce_mean((drawn - batch) ** 2)
        optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
        return loss

    losses = []
    for epoch in range(3):
        order = np.random.permutation(len(x))
        total = []
        for start in range(0, len(x), 128):
            total.append(float(step(tf.constant(x[:128]))))
        losses.append(float(np.mean(total)))
    return {'loss': losses}
