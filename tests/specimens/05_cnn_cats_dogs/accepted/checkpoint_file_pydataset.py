# verdict: passed
# Best weights written to a file by ModelCheckpoint and read back, batches from a PyDataset with two worker threads, as many tutorials do.
import math
import os
import tempfile

import keras
import numpy as np
from keras import layers


def build(image_shape):
    inputs = keras.Input(image_shape)
    x = inputs
    for filters in (16, 32, 64, 128):
        x = layers.Conv2D(filters, 3, padding="same", strides=2 if filters == 16 else 1, use_bias=False)(x)
        x = layers.BatchNormalization(momentum=0.9)(x)
        x = layers.Activation("relu")(x)
        if filters > 16:
            x = layers.MaxPooling2D()(x)
    x = layers.Flatten()(x)
    x = layers.Dropout(0.5)(x)
    outputs = layers.Dense(1, activation="sigmoid")(x)
    model = keras.Model(inputs, outputs)
    model.compile(optimizer=keras.optimizers.Adam(1e-3), loss="binary_crossentropy", metrics=["accuracy"])
    return model


class Batches(keras.utils.PyDataset):
    def __init__(self, x, y, size=64, **kwargs):
        super().__init__(**kwargs)
        self.x, self.y, self.size = x, np.asarray(y).reshape(-1), size
        self.order = np.random.permutation(len(x))

    def __len__(self):
        return math.ceil(len(self.x) / self.size)

    def __getitem__(self, i):
        pick = self.order[i * self.size:(i + 1) * self.size]
        images = self.x[pick]
        turn = np.random.random(len(pick)) < 0.5
        images[turn] = images[turn, :, ::-1]
        return images, self.y[pick]

    def on_epoch_end(self):
        np.random.shuffle(self.order)


def train(model, x_train, y_train, x_val, y_val):
    path = os.path.join(tempfile.mkdtemp(), "best.weights.h5")
    checkpoint = keras.callbacks.ModelCheckpoint(path, monitor="val_accuracy", save_best_only=True, save_weights_only=True, verbose=1)
    plateau = keras.callbacks.ReduceLROnPlateau(monitor="val_loss", patience=2, factor=0.3)
    history = model.fit(Batches(x_train, y_train, workers=2), validation_data=(x_val, y_val), epochs=16, callbacks=[checkpoint, plateau], verbose=2)
    model.load_weights(path)
    return history
