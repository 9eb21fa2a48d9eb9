# verdict: passed
# A custom training loop in TensorFlow: tf.function, gradient tape, logits inside, averaged weights at the end.
import keras
import numpy as np
import tensorflow as tf
from keras import layers


def build(image_shape):
    inputs = keras.Input(image_shape)
    x = inputs * 2.0 - 1.0
    for channels in (32, 64, 128):
        x = layers.SeparableConv2D(channels, 3, padding="same")(x) if channels > 32 else layers.Conv2D(32, 5, strides=2, padding="same")(x)
        x = layers.GroupNormalization(8)(x)
        x = layers.ReLU()(x)
        x = layers.MaxPooling2D()(x)
    logit = layers.Dense(1)(layers.GlobalAveragePooling2D()(x))
    return keras.Model(inputs, layers.Activation("sigmoid")(logit))


def train(model, x_train, y_train, x_val, y_val):
    logits = keras.Model(model.input, model.layers[-1].input)
    optimizer = keras.optimizers.Adam(3e-3)
    averaged = [w.numpy() for w in model.trainable_weights]

    @tf.function
    def step(x, y):
        with tf.GradientTape() as tape:
            z = logits(x, training=True)
            loss = tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(y, z))
        optimizer.apply_gradients(zip(tape.gradient(loss, model.trainable_weights), model.trainable_weights))
        return loss

    rng = np.random.default_rng(0)
    losses = []
    epochs, rows = 10, len(x_train)
    for epoch in range(epochs):
        order = rng.permutation(rows)
        for i in range(0, rows - 49, 50):
            pick = order[i : i + 50]
            x = x_train[pick] if rng.random() < 0.5 else x_train[pick][:, :, ::-1]
            loss = step(tf.constant(x), tf.constant(y_train[pick, None], tf.float32))
            keep = 0.9 if epoch < epochs - 3 else 0.98
            averaged = [keep * a + (1 - keep) * w.numpy() for a, w in zip(averaged, model.trainable_weights)]
        losses.append(float(loss))
        print(f"epoch {epoch}: loss {losses[-1]:.3f}")
    for weight, value in zip(model.trainable_weights, averaged):
        weight.assign(value)
    return {"loss": losses}
