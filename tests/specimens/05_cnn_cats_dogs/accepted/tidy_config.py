# verdict: passed
# Type hints, a dataclass of settings and a trainer class; AdamW, label smoothing, early stopping by hand with the best weights kept.
from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import keras
import numpy as np
from keras import layers


@dataclass(frozen=True)
class Config:
    widths: tuple[int, ...] = (32, 64, 128)
    dropout: float = 0.4
    batch_size: int = 64
    max_epochs: int = 18
    patience: int = 5
    learning_rate: float = 2e-3
    weight_decay: float = 1e-4
    label_smoothing: float = 0.05


CONFIG = Config()


def conv_block(x: keras.KerasTensor, width: int) -> keras.KerasTensor:
    x = layers.Conv2D(width, 3, padding="same", use_bias=False, kernel_initializer="he_normal")(x)
    x = layers.BatchNormalization()(x)
    x = layers.Activation("gelu")(x)
    return layers.AveragePooling2D(2)(x)


def build(image_shape: tuple[int, int, int]) -> keras.Model:
    inputs = keras.Input(image_shape, name="picture")
    x = inputs
    for width in CONFIG.widths:
        x = conv_block(x, width)
    x = layers.GlobalAveragePooling2D()(x)
    x = layers.Dropout(CONFIG.dropout)(x)
    return keras.Model(inputs, layers.Dense(1, activation="sigmoid", name="probability")(x), name="cats_and_dogs")


@dataclass
class Trainer:
    model: keras.Model
    config: Config = CONFIG
    rng: np.random.Generator = field(default_factory=np.random.default_rng)
    curves: dict[str, list[float]] = field(default_factory=lambda: {"loss": [], "val_loss": [], "val_accuracy": []})

    def batches(self, x: np.ndarray, y: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        order = self.rng.permutation(len(x))
        for chunk in np.array_split(order, max(1, len(x) // self.config.batch_size)):
            images = x[chunk]
            mirrored = self.rng.random(len(chunk)) < 0.5
            images[mirrored] = images[mirrored, :, ::-1]
            down, right = self.rng.integers(-2, 3, size=2)
            yield np.roll(images, (down, right), axis=(1, 2)), y[chunk].astype("float32")

    def run(self, x: np.ndarray, y: np.ndarray, x_val: np.ndarray, y_val: np.ndarray) -> dict[str, list[float]]:
        optimizer = keras.optimizers.AdamW(self.config.learning_rate, weight_decay=self.config.weight_decay)
        loss = keras.losses.BinaryCrossentropy(label_smoothing=self.config.label_smoothing)
        self.model.compile(optimizer, loss, metrics=["accuracy"])
        best, best_weights, waited = np.inf, self.model.get_weights(), 0
        for _ in range(self.config.max_epochs):
            losses = [self.model.train_on_batch(images, labels)[0] for images, labels in self.batches(x, y)]
            val_loss, val_accuracy = self.model.evaluate(x_val, y_val, verbose=0)
            for name, value in zip(self.curves, (np.mean(losses), val_loss, val_accuracy), strict=True):
                self.curves[name].append(float(value))
            if val_loss < best:
                best, best_weights, waited = val_loss, self.model.get_weights(), 0
            else:
                waited += 1
                optimizer.learning_rate = float(optimizer.learning_rate.numpy()) * 0.5
            if waited > self.config.patience:
                break
        self.model.set_weights(best_weights)
        return self.curves


def train(model: keras.Model, x_train: np.ndarray, y_train: np.ndarray, x_val: np.ndarray, y_val: np.ndarray) -> dict[str, list[float]]:
    return Trainer(model).run(x_train, y_train, x_val, y_val)
