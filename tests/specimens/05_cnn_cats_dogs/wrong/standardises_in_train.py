# verdict: failed
# caught by: test_accuracy
# diagnosis: scaled_in_train
# Standardised in a loop of its own, not in the model.
import keras
import numpy as np
import tensorflow as tf
from keras import layers


class Net(keras.Model):
    def __init__(self):
        super().__init__()
        self.blocks = [layers.Conv2D(f, 3, strides=2, padding="same", activation="relu") for f in (32, 64, 64)]
        self.flat = layers.Flatten()
        self.hidden = layers.Dense(64, activation="relu")
        self.out = layers.Dense(1, activation="sigmoid")

    def call(self, x):
        for block in self.blocks:
            x = block(x)
        return self.out(self.hidden(self.flat(x)))


def build(image_shape):
    return Net()


def train(model, x_train, y_train, x_val, y_val):
    mean, spread = x_train.mean(axis=(0, 1, 2)), x_train.std(axis=(0, 1, 2))
    x_train = ((x_train - mean) / spread).astype("float32")
    optimizer = keras.optimizers.Adam(1e-3)

    @tf.function
    def step(x, y):
        with tf.GradientTape() as tape:
            p = model(x, training=True)
            loss = tf.reduce_mean(keras.losses.binary_crossentropy(y[:, None], p))
        optimizer.apply_gradients(zip(tape.gradient(loss, model.trainable_variables), model.trainable_variables))
        return loss

    model(x_train[:1])
    optimizer.build(model.trainable_variables)
    losses = []
    for epoch in range(7):
        order = np.random.permutation(len(x_train))
        total = 0.0
        for start in range(0, len(order) - 31, 32):
            pick = order[start : start + 32]
            total += float(step(tf.constant(x_train[pick]), tf.constant(y_train[pick], tf.float32)))
        losses.append(total / max(len(order) // 32, 1))
    return {'loss': losses}
