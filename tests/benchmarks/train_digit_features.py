"""Trains the digit-feature network of `checker/judging/digit_features.py` and stores its weights.

    python tests/benchmarks/train_digit_features.py [--epochs 4]

Needs TensorFlow; takes about 80 CPU seconds. The network learns two things at once: which digit a picture
shows, and whether it is a digit as people write them or one that was blurred, mixed, made noisy or drawn from
Gaussians. Without the second task its features hardly see blur, and class means would look like good drawings.
It never sees a picture that a network drew. The weights are stored as float16 (200 kB); the accuracy that is
printed is that of the NumPy evaluation with the stored weights on the 10,000 official test digits.
"""

from __future__ import annotations

import argparse
import time

import keras
import numpy as np
import tensorflow as tf

from checker.datasets import mnist
from checker.datasets.digit_features import CONVOLUTIONS, WEIGHTS, DigitFeatures

FILTERS = (24, 48, 64)
TRAINING_ROWS = 60_000
TOTAL_VARIANCE = 100.0
KINDS = ("as written", "blurred", "mixed", "noisy", "gaussian")


class Alterations:
    """Turns written digits into pictures that are nearly digits."""

    def __init__(self, images: np.ndarray, labels: np.ndarray, rng: np.random.Generator) -> None:
        self.rng = rng
        self.by_class = [images[labels == digit][:3000].astype(np.float32) / 255 for digit in range(10)]
        self.gaussians = [self._gaussian(rows.reshape(-1, 784)) for rows in self.by_class]

    @staticmethod
    def _gaussian(rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Mean and the 100 widest principal directions, each as long as the rows spread along it."""
        values, vectors = np.linalg.eigh(np.cov(rows, rowvar=False))
        return rows.mean(axis=0), (vectors[:, ::-1] * np.sqrt(np.maximum(values[::-1], 0)))[:, :100].T

    def alter(self, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Pictures (n, 28, 28) made from x by alterations drawn at random, and the index of each one's kind."""
        kinds = self.rng.integers(1, len(KINDS), len(x))
        altered = np.empty_like(x)
        for row, (picture, digit, kind) in enumerate(zip(x, y, kinds, strict=True)):
            altered[row] = (None, self._blur, self._mix, self._noise, self._draw)[kind](picture, digit)
        return np.clip(altered, 0, 1), kinds

    def _blur(self, picture: np.ndarray, digit: int) -> np.ndarray:
        weight = self.rng.uniform(0.15, 0.33)
        for _ in range(self.rng.integers(1, 3)):
            for axis in (0, 1):
                sides = np.roll(picture, 1, axis) + np.roll(picture, -1, axis)
                picture = (1 - 2 * weight) * picture + weight * sides
        return picture

    def _mix(self, picture: np.ndarray, digit: int) -> np.ndarray:
        # Half of the mixtures are of one digit: those keep their class and look only a little unclear.
        other = digit if self.rng.random() < 0.5 else self.rng.integers(10)
        rows = self.by_class[other]
        share = self.rng.uniform(0.3, 0.7)
        return share * picture + (1 - share) * rows[self.rng.integers(len(rows))]

    def _noise(self, picture: np.ndarray, digit: int) -> np.ndarray:
        return picture + self.rng.uniform(0.05, 0.3) * self.rng.normal(size=(28, 28))

    def _draw(self, picture: np.ndarray, digit: int) -> np.ndarray:
        mean, directions = self.gaussians[digit]
        count = self.rng.choice([0, 10, 30, 100])
        return (mean + self.rng.normal(size=count) @ directions[:count]).reshape(28, 28)


def build() -> keras.Model:
    """Three stride-2 convolutions and 64 features; from these ten logits for digits, five for kinds."""
    x = pictures = keras.Input((28, 28, 1))
    for (name, size), filters in zip(CONVOLUTIONS, FILTERS, strict=True):
        x = keras.layers.Conv2D(filters, size, 2, "same", activation="relu", name=name)(x)
    features = keras.layers.Dense(64, "relu", name="features")(keras.layers.Flatten()(x))
    # Dropout spreads what is known over all 64 features instead of a few.
    dropped = keras.layers.Dropout(0.2)(features)
    logits = keras.layers.Dense(10, name="logits")(dropped)
    kinds = keras.layers.Dense(len(KINDS), name="kinds")(dropped)
    return keras.Model(pictures, [features, logits, kinds])


def train(model: keras.Model, images: np.ndarray, labels: np.ndarray, epochs: int, batch: int = 128) -> None:
    """Adam with a falling rate. Half as many altered pictures as written ones are in each batch, all shifted by
    up to two pixels so that position counts little; digits are learned from the written ones alone."""
    rng = np.random.default_rng(0)
    alterations = Alterations(images, labels, rng)
    steps = epochs * (len(images) // batch)
    optimizer = keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(2e-3, steps))
    cross_entropy = keras.losses.SparseCategoricalCrossentropy(from_logits=True)

    @tf.function
    def step(x: tf.Tensor, digits: tf.Tensor, kinds: tf.Tensor) -> tf.Tensor:
        with tf.GradientTape() as tape:
            _, logits, kind_logits = model(x, training=True)
            loss = cross_entropy(digits, logits[:batch]) + cross_entropy(kinds, kind_logits)
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables, strict=True))
        return loss

    for epoch in range(epochs):
        order = rng.permutation(len(images))
        losses = []
        for start in range(0, len(order) - batch + 1, batch):
            rows = order[start : start + batch]
            x = images[rows].astype(np.float32) / 255
            altered, kinds = alterations.alter(x[::2], labels[rows[::2]])
            both = np.pad(np.concatenate([x, altered]), ((0, 0), (2, 2), (2, 2)))
            down, right = rng.integers(0, 5, 2)
            both = both[:, down : down + 28, right : right + 28, None]
            kinds = np.concatenate([np.zeros(batch, np.int32), kinds.astype(np.int32)])
            losses.append(
                float(step(tf.constant(both), tf.constant(labels[rows], tf.int32), tf.constant(kinds)))
            )
        print(f"epoch {epoch + 1}/{epochs}: loss {np.mean(losses):.4f}", flush=True)


def store(model: keras.Model, images: np.ndarray) -> None:
    """Write the weights as float16, the features scaled to `TOTAL_VARIANCE` over `images`."""
    sample = images[:20_000, ..., None].astype(np.float32) / 255
    features = np.concatenate([np.asarray(model(part)[0]) for part in np.array_split(sample, 20)])
    scale = np.sqrt(TOTAL_VARIANCE / features.var(axis=0).sum())
    weights = {}
    for name in [*(name for name, _ in CONVOLUTIONS), "features", "logits"]:
        weights[f"{name}_kernel"], weights[f"{name}_bias"] = model.get_layer(name).get_weights()
    for name in ("features_kernel", "features_bias"):
        weights[name] = weights[name] * scale
    # The logits see scaled features; undo it there.
    weights["logits_kernel"] = weights["logits_kernel"] / scale
    np.savez_compressed(WEIGHTS, **{name: value.astype(np.float16) for name, value in weights.items()})


def main() -> None:
    """Train, store, and measure what was stored."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--epochs", type=int, default=4)
    epochs = parser.parse_args().epochs
    keras.utils.set_random_seed(1)
    data = mnist.load()
    images, labels = np.asarray(data.images), np.asarray(data.labels)
    model = build()
    started = time.process_time()
    train(model, images[:TRAINING_ROWS], labels[:TRAINING_ROWS], epochs)
    print(f"trained in {time.process_time() - started:.0f} CPU seconds")
    store(model, images[:TRAINING_ROWS])
    network = DigitFeatures()
    test = images[TRAINING_ROWS:].astype(np.float32) / 255
    started = time.process_time()
    right = network.classes(test) == labels[TRAINING_ROWS:]
    print(f"accuracy {right.mean():.4f}, {WEIGHTS.stat().st_size} bytes")
    print(f"{len(test)} pictures in {time.process_time() - started:.2f} CPU seconds")


if __name__ == "__main__":
    main()
