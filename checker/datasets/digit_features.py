"""What a picture of a digit shows, as 64 numbers: the eyes with which kata 07 is judged.

A small convolutional network, evaluated in NumPy alone. `tests/benchmarks/train_digit_features.py` trained it
once to read MNIST digits and to see whether a picture was blurred, mixed or made noisy; its weights lie beside
this file. Drawn and real pictures are compared by its last hidden layer, never by its confidence: blurred class
means look very confident.

The features are scaled so that their variances over MNIST add up to 100. A generator that draws one
picture for ever therefore has a Fréchet distance of at least 100 to the real digits.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

WEIGHTS = Path(__file__).with_name("digit_features.npz")
CONVOLUTIONS = (("conv1", 5), ("conv2", 3), ("conv3", 3))
"""Name and kernel size of the convolutions; each has stride 2 and is followed by ReLU."""
BATCH = 256
"""Rows evaluated at once: keeps the unrolled patches below 20 MB."""

Floats = NDArray[np.float32]


class DigitFeatures:
    """The trained network, and the measures that are taken in its feature space.

    All `images` are (n, 28, 28), values in [0, 1], upright as in MNIST (a disguise is undone before).
    """

    def __init__(self, weights: Path = WEIGHTS) -> None:
        with np.load(weights, allow_pickle=False) as stored:
            self._weights: dict[str, Floats] = {name: stored[name].astype(np.float32) for name in stored}

    def features(self, images: NDArray[Any]) -> Floats:
        """The last hidden layer, (n, 64) float32."""
        images = _checked(images)
        parts = [self._hidden(images[start : start + BATCH]) for start in range(0, len(images), BATCH)]
        return np.concatenate(parts) if parts else np.zeros((0, 64), np.float32)

    def classes(self, images: NDArray[Any]) -> NDArray[np.int64]:
        """The digit that each picture looks most like, (n,) int64 in 0..9."""
        return self.classes_of(self.features(images))

    def classes_of(self, features: Floats) -> NDArray[np.int64]:
        """The same from features that are known already."""
        logits = features @ self._weights["logits_kernel"] + self._weights["logits_bias"]
        digits: NDArray[np.int64] = np.argmax(logits, axis=1)
        return digits

    def _hidden(self, images: Floats) -> Floats:
        x = images[..., None]
        for name, size in CONVOLUTIONS:
            x = _convolve(x, self._weights[f"{name}_kernel"], self._weights[f"{name}_bias"], size)
        hidden = x.reshape(len(x), -1) @ self._weights["features_kernel"] + self._weights["features_bias"]
        features: Floats = np.maximum(hidden, 0)
        return features

    @staticmethod
    def frechet_distance(a: NDArray[Any], b: NDArray[Any]) -> float:
        """See `frechet_distance`."""
        return frechet_distance(a, b)

    @staticmethod
    def recall(real: NDArray[Any], drawn: NDArray[Any]) -> float:
        """See `recall`."""
        return recall(real, drawn)


def frechet_distance(a: NDArray[Any], b: NDArray[Any]) -> float:
    """Fréchet distance of the Gaussians fitted to two sets of features, (n, d) and (m, d).

    |mean_a - mean_b|^2 + tr(C_a + C_b - 2 (C_a C_b)^(1/2)), Heusel et al. 2017. It is 0 for equal sets.
    """
    a, b = np.asarray(a, np.float64), np.asarray(b, np.float64)
    covariance_a, covariance_b = np.cov(a, rowvar=False), np.cov(b, rowvar=False)
    values, vectors = np.linalg.eigh(covariance_a)
    root = (vectors * np.sqrt(np.maximum(values, 0))) @ vectors.T
    # C_a^(1/2) C_b C_a^(1/2) has the eigenvalues of C_a C_b and is symmetric.
    crossed = np.linalg.eigvalsh(root @ covariance_b @ root)
    means = np.sum((a.mean(axis=0) - b.mean(axis=0)) ** 2)
    spread = np.trace(covariance_a) + np.trace(covariance_b) - 2 * np.sqrt(np.maximum(crossed, 0)).sum()
    return float(means + spread)


def recall(real: NDArray[Any], drawn: NDArray[Any], neighbours: int = 3) -> float:
    """Share of real features that lie inside the drawn ones: no farther from some drawn picture than
    that one's own k-th nearest drawn neighbour (Kynkäänniemi et al. 2019)."""
    radius = np.partition(_squared_distances(drawn, drawn), neighbours, axis=1)[:, neighbours]
    return float(np.mean((_squared_distances(real, drawn) <= radius[None, :]).any(axis=1)))


def _squared_distances(a: NDArray[Any], b: NDArray[Any]) -> Floats:
    a, b = np.asarray(a, np.float32), np.asarray(b, np.float32)
    squares: Floats = (a**2).sum(axis=1)[:, None] + (b**2).sum(axis=1)[None, :] - 2 * (a @ b.T)
    return np.maximum(squares, 0)


def _checked(images: NDArray[Any]) -> Floats:
    if images.ndim != 3 or images.shape[1:] != (28, 28):
        raise ValueError(f"pictures must have the shape (n, 28, 28), got {images.shape}")
    return np.ascontiguousarray(images, np.float32)


def _convolve(x: Floats, kernel: Floats, bias: Floats, size: int) -> Floats:
    """A stride-2 convolution with ReLU as one matrix product of unrolled patches.

    x (n, h, w, c), kernel (size, size, c, k); zero padding such that the output is (n, ceil(h/2), ceil(w/2), k),
    placed as Keras's "same" does.
    """
    n, height, _, channels = x.shape
    out = (height + 1) // 2
    total = max((out - 1) * 2 + size - height, 0)
    margin = (total // 2, total - total // 2)
    padded = np.pad(x, ((0, 0), margin, margin, (0, 0)))
    patches = np.lib.stride_tricks.sliding_window_view(padded, (size, size), axis=(1, 2))[:, ::2, ::2]
    # (n, out, out, c, size, size) against the kernel with its axes in the same order.
    columns = patches.reshape(n * out * out, channels * size * size)
    matrix = kernel.transpose(2, 0, 1, 3).reshape(channels * size * size, -1)
    result: Floats = np.maximum(columns @ matrix + bias, 0).reshape(n, out, out, -1)
    return result
