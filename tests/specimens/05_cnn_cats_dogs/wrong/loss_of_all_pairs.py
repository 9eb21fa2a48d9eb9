# verdict: failed
# caught by: test_accuracy
# diagnosis: pairs_apart
# (n, 1) minus (n,) is (n, n): each answer is compared with every label.
import keras
import numpy as np
import tensorflow as tf
from keras import layers


def build(image_shape):
    x = inputs = keras.Input(image_shape)
    for filters in (32, 64, 96):
        x = layers.Conv2D(filters, 3, strides=2, padding="same", use_bias=False)(x)
        x = layers.BatchNormalization(momentum=0.9)(x)
        x = layers.ReLU()(x)
    x = layers.Flatten()(x)
    return keras.Model(inputs, layers.Dense(1, activation="sigmoid")(x))


def train(model, x_train, y_train, x_val, y_val):
    optimizer = keras.optimizers.Adam(1e-3)

    @tf.function
    def step(x, y):
        with tf.GradientTape() as tape:
            p = model(x, training=True)
            loss = tf.reduce_mean((p - y) ** 2)
        optimizer.apply_gradients(zip(tape.gradient(loss, model.trainable_variables), model.trainable_variables))
        return loss

    model(x_train[:1])
    optimizer.build(model.trainable_variables)
    losses = []
    for epoch in range(6):
        order = np.random.permutation(len(x_train))
        total = 0.0
        for start in range(0, len(order) - 31, 32):
            pick = order[start : start + 32]
            total += float(step(tf.constant(x_train[pick]), tf.constant(y_train[pick], tf.float32)))
        losses.append(total / max(len(order) // 32, 1))
    return {'loss': losses}
