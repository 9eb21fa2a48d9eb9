"""Why not sigmoid: the size of signals and gradients in deep networks."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

ACTIVATIONS = ("linear", "sigmoid", "relu")


def sigmoid(z: np.ndarray) -> np.ndarray:
    return 0.5 * (1 + np.tanh(0.5 * z))


FUNCTIONS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "linear": lambda z: z,
    "sigmoid": sigmoid,
    "relu": lambda z: np.maximum(z, 0),
}
DERIVATIVES: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "linear": np.ones_like,
    "sigmoid": lambda z: sigmoid(z) * sigmoid(-z),
    "relu": lambda z: (z > 0).astype(float),
}


def draw_layers(rng: np.random.Generator, sizes: list[int]) -> list[tuple[np.ndarray, np.ndarray]]:
    """Weights that keep the signal's size, and biases that are not zero."""
    shapes = pairwise(sizes)
    return [(rng.normal(size=(i, o)) * np.sqrt(2 / i), 0.3 * rng.normal(size=o)) for i, o in shapes]


def test_he_init_shapes(submission: Any, expect: Any, as_layers: Any) -> None:
    """he_init gives one layer (W, b) between each size and the next, the same for the same seed"""
    sizes = [3, 17, 5, 2]
    first, again, other = (
        as_layers(submission.he_init(sizes, s), "he_init(sizes, seed)", 3) for s in (11, 11, 2**32 - 1)
    )
    for i, (w, _) in enumerate(first):
        if w.shape != (sizes[i], sizes[i + 1]):
            expect.invalid(
                f"he_init: W of layer {i} has the shape {w.shape}; {(sizes[i], sizes[i + 1])}, (in, out), is expected."
            )
    same = all(
        np.array_equal(a[0], b[0]) and np.array_equal(a[1], b[1]) for a, b in zip(first, again, strict=True)
    )
    expect.that(same, "he_init gave different layers for the same seed.", "np.random.default_rng(seed)")
    different = not any(np.array_equal(a[0], b[0]) for a, b in zip(first, other, strict=True))
    expect.that(different, "he_init gave the same W for two different seeds.", "Is the seed used?")


def test_he_init_variance(submission: Any, expect: Any, as_layers: Any, seed: int) -> None:
    """he_init draws weights of mean 0 and variance 2 / fan-in"""
    sizes = [128, 512, 128, 256]
    for i, (w, _) in enumerate(as_layers(submission.he_init(sizes, seed), "he_init(sizes, seed)", 3)):
        ratio = float(np.mean(w.astype(float) ** 2)) * sizes[i] / 2
        yardsticks = {"fan-out": sizes[i] / sizes[i + 1], "1 / fan-in": 0.5}
        hint = (
            f"Layer {i} has {sizes[i]} inputs and {sizes[i + 1]} outputs. Which of them makes a sum longer?"
        )
        name = "variance_of_W_over_2_/_fan-in"
        expect.at_least(ratio, name, 0.85, yardsticks=yardsticks, hint=hint)
        expect.at_most(ratio, name, 1.15, yardsticks=yardsticks, hint=hint)
        expect.at_most(
            float(abs(w.mean()) / w.std()),
            "mean_of_W_over_its_spread",
            0.05,
            hint="Weights of both signs alike.",
        )


def test_he_init_keeps_the_signal(
    submission: Any, expect: Any, as_layers: Any, preactivations: Any, targets: Any, rng: Any
) -> None:
    """he_init keeps the signal's size through 50 ReLU layers"""
    sizes, x = [128] * 51, rng.normal(size=(64, 128))
    logs = []
    for draw in rng.integers(2**32, size=3):
        layers = as_layers(submission.he_init(sizes, int(draw)), "he_init(sizes, seed)", 50)
        z = preactivations(layers, x, FUNCTIONS["relu"])
        # The pre-activations of a layer have twice the mean square of its inputs, whatever the layer is.
        logs.append(0.5 * np.log(np.mean(z[-1] ** 2) / np.mean(z[0] ** 2) + 1e-300))
    factor = float(np.exp(np.mean(logs)))
    hint = f"After 50 layers the signal has {factor:.2g} times the size of that after one. What does a layer do to it?"
    expect.at_most(
        max(factor, 1 / max(factor, 1e-300)),
        "change_of_the_signal",
        targets.signal_factor,
        unit="times",
        yardsticks={"variance 1 / fan-in": 2.0**24.5},
        hint=hint,
    )


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_gradient_norms(submission: Any, expect: Any, preactivations: Any, rng: Any, activation: str) -> None:
    """gradient_norms agrees with finite differences, weight by weight"""
    function = FUNCTIONS[activation]
    while True:
        layers, x = draw_layers(rng, [4, 5, 3, 2]), rng.normal(size=(7, 4))
        if min(np.abs(z).min() for z in preactivations(layers, x, function)) > 1e-3:
            break  # no unit so near its kink that a small step crosses it
    wanted = [central_differences(layers, i, x, preactivations, function) for i in range(3)]
    result = submission.gradient_norms(layers, x, activation)
    norms = expect.array(result, "gradient_norms(layers, x, activation)", shape=(3,))
    compare_each(expect, norms, np.array(wanted), 1e-5)


def central_differences(layers: Any, i: int, x: np.ndarray, preactivations: Any, function: Any) -> float:
    """Frobenius norm of d sum(output) / d W of layer i; the step's error is about 1e-10."""
    w, step = layers[i][0], 1e-5
    gradient = np.zeros_like(w)
    for place in np.ndindex(*w.shape):
        sums = []
        for sign in (1, -1):
            moved = w.copy()
            moved[place] += sign * step
            changed = [*layers[:i], (moved, layers[i][1]), *layers[i + 1 :]]
            sums.append(preactivations(changed, x, function)[-1].sum())
        gradient[place] = (sums[0] - sums[1]) / (2 * step)
    return float(np.linalg.norm(gradient))


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_gradient_norms_of_deep_networks(
    submission: Any, expect: Any, preactivations: Any, rng: Any, activation: str
) -> None:
    """gradient_norms is right in every layer of a deep network, and of a network of one layer"""
    for sizes in ([24] * 20 + [3], [6, 2]):
        layers, x = draw_layers(rng, sizes), rng.normal(size=(32, sizes[0]))
        result = submission.gradient_norms(layers, x, activation)
        norms = expect.array(result, "gradient_norms(layers, x, activation)", shape=(len(layers),))
        compare_each(expect, norms, backpropagated(layers, x, activation, preactivations), 1e-6)


def backpropagated(layers: Any, x: np.ndarray, activation: str, preactivations: Any) -> np.ndarray:
    """The same by the chain rule, forward this time: how the output moves with each layer's output."""
    z = preactivations(layers, x, FUNCTIONS[activation])
    outputs = [x, *(FUNCTIONS[activation](values) for values in z[:-1])]
    norms = []
    for i in range(len(layers)):
        # d output / d z_i for each row, as a product of matrices from layer i to the end.
        jacobian = np.broadcast_to(np.eye(z[i].shape[1]), (len(x), z[i].shape[1], z[i].shape[1]))
        for k in range(i, len(layers) - 1):
            jacobian = (jacobian * DERIVATIVES[activation](z[k])[:, None, :]) @ layers[k + 1][0]
        norms.append(np.linalg.norm(outputs[i].T @ jacobian.sum(axis=2)))
    return np.array(norms)


def compare_each(expect: Any, norms: np.ndarray, wanted: np.ndarray, exactness: float) -> None:
    """Each layer against its own size: a vanished gradient must be right too."""
    allowed = exactness if norms.dtype == np.float64 else 1e-2
    relative = np.abs(norms - wanted) / wanted
    worst = int(np.argmax(relative))
    depth = len(wanted)
    if depth > 1 and np.allclose(norms[::-1], wanted, rtol=allowed):
        expect.that(
            False,
            "The norms are right but in the order from the last layer to the first.",
            "First layer first.",
        )
    if np.allclose(norms**2, wanted, rtol=allowed) or np.allclose(norms, wanted**2, rtol=allowed):
        expect.that(
            False, "The norms are off by a square or a root.", "Frobenius: root of the sum of the squares."
        )
    expect.at_most(
        float(relative[worst]),
        "largest_relative_error_of_a_norm",
        allowed,
        hint=f"Worst in layer {worst + 1} of {depth}. The last layer has no activation after it; a kernel's gradient is "
        "the transposed input times what comes back.",
    )


def test_gradient_norms_of_saturated_units(
    submission: Any, expect: Any, preactivations: Any, rng: Any
) -> None:
    """gradient_norms stays finite where sigmoids are saturated"""
    layers, x = draw_layers(rng, [5, 6, 2]), 1000 * rng.normal(size=(20, 5))
    norms = expect.array(submission.gradient_norms(layers, x, "sigmoid"), "gradient_norms(...)", shape=(2,))
    wanted = backpropagated(layers, x, "sigmoid", preactivations)
    expect.close(
        norms,
        wanted,
        "gradient_norms(...)",
        hint="exp(1000) is too large for a float; which form of sigmoid avoids it?",
    )


def test_sigmoid_gradients_vanish(submission: Any, expect: Any, targets: Any, rng: Any) -> None:
    """Your own figures show it: through 20 layers sigmoid gradients vanish and ReLU gradients do not"""
    x = rng.normal(size=(32, 128))
    ratios: dict[str, list[float]] = {"sigmoid": [], "relu": []}
    for draw in rng.integers(2**32, size=3):
        layers = submission.he_init([128] * 21, int(draw))
        for activation, found in ratios.items():
            result = submission.gradient_norms(layers, x, activation)
            norms = expect.array(result, "gradient_norms(layers, x, activation)", shape=(20,))
            found.append(float(np.log(max(norms[0], 1e-300) / max(norms[-1], 1e-300))))
    ratio = {name: float(np.exp(np.mean(found))) for name, found in ratios.items()}
    hint = "First over last layer, for your he_init and your gradient_norms."
    expect.at_most(
        ratio["sigmoid"],
        "sigmoid_ratio",
        targets.sigmoid_ratio,
        yardsticks={"ReLU": ratio["relu"]},
        hint=hint,
    )
    expect.at_least(
        ratio["relu"], "relu_ratio", targets.relu_ratio, yardsticks={"sigmoid": ratio["sigmoid"]}, hint=hint
    )
