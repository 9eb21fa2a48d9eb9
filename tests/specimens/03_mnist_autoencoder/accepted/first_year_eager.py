# verdict: passed
# A first-year student's loop over layers and batches with a plain GradientTape, every step eager.
import random

import keras
import numpy as np
import tensorflow as tf

layer_sizes = [784, 200, 32]


def build_encoder():
    model = keras.Sequential()
    model.add(keras.Input(shape=(layer_sizes[0],)))
    for i in range(1, len(layer_sizes)):
        # relu everywhere, only the last layer has nothing
        if i < len(layer_sizes) - 1:
            model.add(keras.layers.Dense(layer_sizes[i], activation="relu"))
        else:
            model.add(keras.layers.Dense(layer_sizes[i]))
    return model


def build_decoder():
    sizes = []
    for s in layer_sizes:
        sizes.insert(0, s)
    model = keras.Sequential()
    model.add(keras.Input(shape=(sizes[0],)))
    for i in range(1, len(sizes)):
        if i < len(sizes) - 1:
            model.add(keras.layers.Dense(sizes[i], activation="relu"))
        else:
            model.add(keras.layers.Dense(sizes[i], activation="sigmoid"))
    return model


def train(encoder, decoder, x):
    optimizer = keras.optimizers.Adam(learning_rate=0.001)
    batch_size = 100
    indexes = list(range(len(x)))
    losses = []
    for epoch in range(5):
        random.shuffle(indexes)
        epoch_loss = 0
        count = 0
        for start in range(0, len(x), batch_size):
            batch = []
            for j in indexes[start : start + batch_size]:
                batch.append(x[j])
            batch = tf.constant(np.array(batch))
            with tf.GradientTape() as tape:
                code = encoder(batch)
                output = decoder(code)
                loss = tf.reduce_mean((output - batch) ** 2)
            weights = encoder.trainable_weights + decoder.trainable_weights
            grads = tape.gradient(loss, weights)
            optimizer.apply_gradients(zip(grads, weights))
            epoch_loss += loss.numpy()
            count += 1
        losses.append(float(epoch_loss / count))
        print("epoch", epoch, "loss", losses[-1])
    return {"loss": losses}
