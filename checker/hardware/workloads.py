"""The work that calibration times: seven small workloads, each of the kind that some katas do.

Run as `python -I -m checker.hardware.workloads NAME...` in a process that never loads a submission. Prints
one line of JSON: {"NAME": [CPU seconds of each repetition]}. CPU seconds are those of all threads of the
process (`time.process_time`), so that waiting for a busy machine does not count.

Each repetition does the same fixed work, long enough (some 0.3 s on the machine of factor 1) to be well
above the tick of the clock, which is up to 16 ms on Windows. Changing anything here changes what factor 1
means: measure `REFERENCE_SECONDS` in `calibration.py` again with `tests/benchmarks/calibration_spread.py`.

This file imports nothing of the checker, and NumPy and Keras only in the workloads that need them.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable

REPETITIONS = 5
BATCH = 128


def python_loop() -> Callable[[], None]:
    """The interpreter at work: integer arithmetic, a list, a dictionary, a function call."""

    def mixed(value: int) -> int:
        return (value * 1103515245 + 12345) & 0x7FFFFFFF

    def work() -> None:
        seen: dict[int, int] = {}
        values = [0] * 1024
        value = 1
        for step in range(1_200_000):
            value = mixed(value)
            values[step & 1023] += value & 255
            if not step & 7:
                seen[value & 4095] = step

    return work


def small_arrays() -> Callable[[], None]:
    """Steps of Adam on a network of 32 hidden units and 256 points: many operations on arrays of a few thousand numbers."""
    import numpy as np

    rng = np.random.default_rng(0)
    x = rng.uniform(-3, 3, (256, 1))
    y = np.sin(2 * x)
    start = [rng.normal(size=shape) for shape in ((1, 32), (32,), (32, 1), (1,))]

    def work() -> None:
        params = [p.copy() for p in start]
        mean, square = [np.zeros_like(p) for p in params], [np.zeros_like(p) for p in params]
        for step in range(1, 1501):
            w1, b1, w2, b2 = params
            hidden = np.tanh(x @ w1 + b1)
            slope = 2 * (hidden @ w2 + b2 - y) / len(x)
            below = (slope @ w2.T) * (1 - hidden**2)
            gradients = [x.T @ below, below.sum(axis=0), hidden.T @ slope, slope.sum(axis=0)]
            for i, gradient in enumerate(gradients):
                mean[i] = 0.9 * mean[i] + 0.1 * gradient
                square[i] = 0.999 * square[i] + 0.001 * gradient**2
                rate = 0.01 * np.sqrt(1 - 0.999**step) / (1 - 0.9**step)
                params[i] = params[i] - rate * mean[i] / (np.sqrt(square[i]) + 1e-8)

    return work


def float32_matmul() -> Callable[[], None]:
    """Forward and backward products of a 784-128-10 network on batches of 128, by hand, in float32."""
    import numpy as np

    rng = np.random.default_rng(0)
    x = rng.random((BATCH, 784), dtype=np.float32)
    error = rng.standard_normal((BATCH, 10), dtype=np.float32)
    w1 = 0.05 * rng.standard_normal((784, 128), dtype=np.float32)
    w2 = 0.1 * rng.standard_normal((128, 10), dtype=np.float32)
    rate = np.float32(1e-6)

    def work() -> None:
        for _ in range(300):
            hidden = np.maximum(x @ w1, 0)
            change = error + rate * (hidden @ w2)
            w1[...] -= rate * (x.T @ ((change @ w2.T) * (hidden > 0)))
            w2[...] -= rate * (hidden.T @ change)

    return work


def float64_matmul() -> Callable[[], None]:
    """Gradient descent on 20,000 rows of 8 columns, and a square product, in float64."""
    import numpy as np

    rng = np.random.default_rng(0)
    x = rng.standard_normal((20_000, 8))
    y = rng.standard_normal(20_000)
    square = rng.standard_normal((384, 384)) / 20
    other = rng.standard_normal((384, 384))

    def work() -> None:
        w = np.zeros(8)
        for _ in range(1800):
            w -= 1e-6 * (x.T @ (x @ w - y))
        product = other
        for _ in range(50):
            product = square @ product

    return work


def keras_small() -> Callable[[], None]:
    """Training steps of a network of some thousand weights, and calls of it on one row: what surrounds the arithmetic."""
    import keras
    import numpy as np

    keras.utils.set_random_seed(0)
    layers = [keras.layers.Dense(64, activation="relu"), keras.layers.Dense(64, activation="relu")]
    model = keras.Sequential([keras.Input((4,)), *layers, keras.layers.Dense(2)])
    model.compile(optimizer="adam", loss="mse")
    rng = np.random.default_rng(0)
    x, y = rng.random((32, 4), dtype=np.float32), rng.random((32, 2), dtype=np.float32)

    def work() -> None:
        for _ in range(60):
            model.train_on_batch(x, y)
            model(x[:1], training=False)

    return work


def keras_dense() -> Callable[[], None]:
    """Training steps of a fully connected autoencoder on batches of 128 images, compiled by Keras."""
    import keras
    import numpy as np

    keras.utils.set_random_seed(0)
    layers = [
        keras.layers.Dense(256, activation="relu"),
        keras.layers.Dense(32, activation="relu"),
        keras.layers.Dense(256, activation="relu"),
        keras.layers.Dense(784, activation="sigmoid"),
    ]
    model = keras.Sequential([keras.Input((784,)), *layers])
    model.compile(optimizer="adam", loss="mse")
    x = np.random.default_rng(0).random((BATCH, 784), dtype=np.float32)

    def work() -> None:
        for _ in range(35):
            model.train_on_batch(x, x)

    return work


def keras_conv() -> Callable[[], None]:
    """Training steps of a small convolutional network with batch norm on 64 colour images of 32 x 32."""
    import keras
    import numpy as np

    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.Input((32, 32, 3))])
    for channels in (16, 32, 64):
        model.add(keras.layers.Conv2D(channels, 3, padding="same", use_bias=False))
        model.add(keras.layers.BatchNormalization())
        model.add(keras.layers.ReLU())
        model.add(keras.layers.MaxPooling2D())
    model.add(keras.layers.GlobalAveragePooling2D())
    model.add(keras.layers.Dense(1, activation="sigmoid"))
    model.compile(optimizer="adam", loss="binary_crossentropy")
    rng = np.random.default_rng(0)
    x = rng.random((64, 32, 32, 3), dtype=np.float32)
    y = rng.integers(0, 2, 64).astype(np.float32)

    def work() -> None:
        for _ in range(8):
            model.train_on_batch(x, y)

    return work


WORKLOADS = {
    "python_loop": python_loop,
    "small_arrays": small_arrays,
    "float32_matmul": float32_matmul,
    "float64_matmul": float64_matmul,
    "keras_small": keras_small,
    "keras_dense": keras_dense,
    "keras_conv": keras_conv,
}


def measure(name: str, repetitions: int = REPETITIONS) -> list[float]:
    """CPU seconds of each repetition of one workload; a first one, which warms everything up, is dropped."""
    work = WORKLOADS[name]()
    work()
    seconds = []
    for _ in range(repetitions):
        before = time.process_time()
        work()
        seconds.append(time.process_time() - before)
    return seconds


def main(names: list[str]) -> None:
    """Measure the workloads of those names and print the result.

    Raises:
        SystemExit: a name is not known, or none is given.
    """
    unknown = [name for name in names if name not in WORKLOADS]
    if unknown or not names:
        raise SystemExit(f"usage: workloads NAME..., with NAME among {', '.join(WORKLOADS)}; got {names}")
    print(json.dumps({name: measure(name) for name in names}))


if __name__ == "__main__":
    main(sys.argv[1:])
