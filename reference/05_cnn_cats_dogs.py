"""Kata 05, the reference: a small convolutional network that tells cats from dogs.

Three ideas carry it. Convolutions with a stride halve the picture while they learn what to look for, so that
little work is done at full size. The mean over all places at the end asks "is there such an ear anywhere?",
not "is there one here?". And every picture comes a little different each time it is seen.
"""

import keras
import numpy as np
import tensorflow as tf
from keras import layers

BATCH = 64
PEAK_RATE = 3e-3
PICTURES_TO_SHOW = 24_000
# A GPU has time for more, and larger pictures have more to show.
WITH_A_GPU = 96_000
MOST_EPOCHS = 20


def build(image_shape):
    """A Keras model from pictures (n, h, w, 3) in [0, 1] to the probability of class 1, (n, 1)."""
    model = keras.Sequential([keras.Input(image_shape), layers.Rescaling(2.0, offset=-1.0)])
    size, channels = image_shape[0], 32
    while size > 4:
        add_convolution(model, channels, strides=2)
        size, channels = size // 2, min(2 * channels, 128)
    add_convolution(model, channels, strides=1)
    model.add(layers.GlobalAveragePooling2D())
    model.add(layers.Dropout(0.3))
    model.add(layers.Dense(1, activation="sigmoid"))
    return model


def add_convolution(model, channels, strides):
    """A 3 x 3 convolution, normalised. The norm has a shift of its own, so the convolution needs no bias."""
    model.add(layers.Conv2D(channels, 3, strides=strides, padding="same", use_bias=False))
    # Short trainings need averages that follow quickly: the default of 0.99 still remembers the beginning.
    model.add(layers.BatchNormalization(momentum=0.9))
    model.add(layers.ReLU())


def train(model, x_train, y_train, x_val, y_val):
    """Train the model in place; the history has loss and validation accuracy of every epoch."""
    rows = len(x_train)
    shown = WITH_A_GPU if tf.config.list_physical_devices("GPU") else PICTURES_TO_SHOW
    epochs = max(1, min(MOST_EPOCHS, round(shown / rows)))
    steps = max(1, rows // BATCH) * epochs
    warm_up = steps // 10
    # Slowly up, then down to nothing: a large rate finds the way, a small one settles.
    rate = keras.optimizers.schedules.CosineDecay(
        PEAK_RATE / 10, steps - warm_up, warmup_target=PEAK_RATE, warmup_steps=warm_up
    )
    model.compile(optimizer=keras.optimizers.Adam(rate), loss="binary_crossentropy")
    rng = np.random.default_rng()
    history = {"loss": [], "val_accuracy": []}
    for _ in range(epochs):
        order = rng.permutation(rows)
        losses = []
        for start in range(0, max(1, rows - BATCH + 1), BATCH):
            batch = order[start : start + BATCH]
            losses.append(model.train_on_batch(vary(x_train[batch], rng), y_train[batch]))
        guess = np.asarray(model(x_val, training=False))[:, 0] > 0.5
        history["loss"].append(float(losses[-1]))
        history["val_accuracy"].append(float(np.mean(guess == y_val)))
    return history


def vary(images, rng, most=2):
    """The pictures, half of them mirrored, each moved by up to `most` pixels: still the same animals."""
    mirrored = rng.random(len(images)) < 0.5
    images = np.where(mirrored[:, None, None, None], images[:, :, ::-1], images)
    padded = np.pad(images, ((0, 0), (most, most), (most, most), (0, 0)), mode="edge")
    down, right = rng.integers(0, 2 * most + 1, (2, len(images)))
    rows = down[:, None] + np.arange(images.shape[1])
    columns = right[:, None] + np.arange(images.shape[2])
    return padded[np.arange(len(images))[:, None, None], rows[:, :, None], columns[:, None, :]]
