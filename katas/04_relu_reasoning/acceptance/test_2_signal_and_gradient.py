"""Why not sigmoid: the size of signals and gradients in deep networks."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from checker.suite import Diagnosis, or_none, say
from checker.suite.beside import beside

init, of_norms = beside(__file__, "causes_init"), beside(__file__, "causes_norms")

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
        as_layers(submission.he_init(sizes, s), "he_init(sizes, seed)", 3, sizes) for s in (11, 11, 2**32 - 1)
    )
    same = all(
        np.array_equal(a[0], b[0]) and np.array_equal(a[1], b[1]) for a, b in zip(first, again, strict=True)
    )
    unseeded = Diagnosis(
        "seed_not_used", "The seed does not decide what is drawn: np.random.default_rng(seed)."
    )
    expect.that(same, "he_init gave different layers for the same seed.", why=lambda: [unseeded])
    different = not any(np.array_equal(a[0], b[0]) for a, b in zip(first, other, strict=True))
    fixed = Diagnosis("seed_fixed", "What is drawn is the same for every seed: does it reach the generator?")
    expect.that(different, "he_init gave the same W for two different seeds.", why=lambda: [fixed])


def test_he_init_variance(submission: Any, expect: Any, diagnose: Any, as_layers: Any, streams: Any) -> None:
    """he_init draws weights of mean 0 and variance 2 / fan-in"""
    sizes = [128, 512, 128, 256]
    seed = streams.handed_out("variance")
    layers = as_layers(submission.he_init(sizes, seed), "he_init(sizes, seed)", 3, sizes)
    ratios = [float(np.mean(w.astype(float) ** 2)) * sizes[i] / 2 for i, (w, _) in enumerate(layers)]
    means = [float(w.mean() / (w.std() + 1e-300)) for w, _ in layers]

    def why() -> Any:
        return diagnose(certain=[lambda: init.of_variance(ratios, means, sizes)])

    for i, (w, _) in enumerate(layers):
        ratio = float(np.mean(w.astype(float) ** 2)) * sizes[i] / 2
        yardsticks = {
            say("fan-out"): sizes[i] / sizes[i + 1],
            "1 / fan-in": 0.5,
            "its root": (sizes[i] / 2) ** 0.5,
        }
        hint = say(
            "Layer {i} has {inputs} inputs and {outputs} outputs. Which of them makes a sum longer?",
            i=i,
            inputs=sizes[i],
            outputs=sizes[i + 1],
        )
        if abs(ratio - 0.774) < 0.03:
            hint = (
                "A normal distribution that is cut off at two deviations has only 0.77 of its variance left."
            )
        name = "variance of W of he init over 2 / fan-in"
        expect.at_least(ratio, name, 0.85, yardsticks=yardsticks, hint=hint, why=why)
        expect.at_most(ratio, name, 1.15, yardsticks=yardsticks, hint=hint, why=why)
        expect.at_most(
            float(abs(w.mean()) / w.std()),
            "mean of W of he init over its spread",
            0.05,
            hint="Weights of both signs alike.",
            why=why,
        )


def deep_layers(submission: Any, expect: Any, as_layers: Any, streams: Any, depth: int, number: int) -> Any:
    """Layers of 128 units out of several calls: in lists, all of them would be too much for one answer."""
    layers: list[Any] = []
    while len(layers) < depth:
        seed = streams.handed_out("deep layers", depth, number, len(layers))
        found = as_layers(submission.he_init([128] * 6, seed), "he_init(sizes, seed)", 5, [128] * 6)
        layers += [(w.astype(float), b.astype(float)) for w, b in found]
    repeated = any(np.array_equal(a[0], b[0]) for a, b in pairwise(layers))
    anew = Diagnosis(
        "seeded_each_layer", "The generator starts anew for each layer: seed it once, before all of them."
    )
    expect.that(not repeated, "he_init gives neighbouring layers the same W.", why=lambda: [anew])
    return layers


def test_he_init_keeps_the_signal(
    submission: Any, expect: Any, as_layers: Any, preactivations: Any, targets: Any, rng: Any, streams: Any
) -> None:
    """he_init keeps the signal's size through 50 ReLU layers"""
    x = rng.normal(size=(64, 128))
    logs, biases = [], 0.0
    for number in range(3):
        layers = deep_layers(submission, expect, as_layers, streams, 50, number)
        biases = max(biases, *(float(np.abs(b).max()) for _, b in layers))
        with np.errstate(over="ignore", invalid="ignore"):
            z = preactivations(layers, x, FUNCTIONS["relu"])
            # The pre-activations of a layer have twice the mean square of its inputs, whatever the layer is.
            squares = np.mean(z[-1] ** 2), np.mean(z[0] ** 2)
        logs.append(0.5 * np.log((squares[0] + 1e-300) / (squares[1] + 1e-300)))
    factor = float(np.exp(np.mean(logs)))
    change = max(factor, 1 / max(factor, 1e-300)) if np.isfinite(factor) else np.inf
    hint = say(
        "After 50 layers the signal has {factor:.2g} times the size of that after one. What does a layer "
        "do to it?",
        factor=factor,
    )
    why: list[Diagnosis] = []
    if biases > 0:
        hint = say("Biases of up to {biases:.2g} pile up through the layers: they start at 0.", biases=biases)
        why = [Diagnosis("biases_not_zero", hint)]
    expect.at_most(
        change,
        "change of the signal through he init",
        targets.signal_factor,
        unit=say("times"),
        yardsticks={"variance 1 / fan-in": 2.0**24.5},
        hint=hint,
        why=lambda: why,
    )


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_gradient_norms(submission: Any, expect: Any, preactivations: Any, rng: Any, activation: str) -> None:
    """gradient_norms agrees with finite differences, weight by weight"""
    function = FUNCTIONS[activation]
    while True:
        layers, x = draw_layers(rng, [4, 5, 3, 2]), rng.normal(size=(7, 4))
        z = preactivations(layers, x, function)
        wanted = np.array([central_differences(layers, i, x, preactivations, function) for i in range(3)])
        # No unit so near its kink that a small step crosses it, and some gradient everywhere.
        if min(np.abs(values).min() for values in z) > 1e-3 and wanted.min() > 1e-2:
            break
    result = submission.gradient_norms(layers, x, activation)
    norms = expect.array(result, "gradient_norms(layers, x, activation)")
    compare_each(expect, norms, wanted, SINGLE_PRECISION, mistakes_of(layers, x, activation))


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
        layers, x = draw_clear(rng, preactivations, sizes, activation)
        result = submission.gradient_norms(layers, x, activation)
        norms = expect.array(result, "gradient_norms(layers, x, activation)")
        wanted = backpropagated(layers, x, activation, preactivations)
        compare_each(expect, norms, wanted, SINGLE_PRECISION, mistakes_of(layers, x, activation))


@pytest.mark.star("robust")
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_gradient_norms_to_six_digits(
    submission: Any, expect: Any, preactivations: Any, rng: Any, activation: str
) -> None:
    """gradient_norms keeps six digits through 20 layers"""
    layers, x = draw_clear(rng, preactivations, [24] * 20 + [3], activation)
    result = submission.gradient_norms(layers, x, activation)
    norms = expect.array(result, "gradient_norms(layers, x, activation)")
    compare_each(
        expect,
        norms,
        backpropagated(layers, x, activation, preactivations),
        1e-6,
        mistakes_of(layers, x, activation),
    )


def draw_clear(
    rng: np.random.Generator, preactivations: Any, sizes: list[int], activation: str
) -> tuple[Any, np.ndarray]:
    """A network in which no ReLU is so near its kink that single precision puts it on the other side."""
    while True:
        layers, x = draw_layers(rng, sizes), rng.normal(size=(32, sizes[0]))
        z = preactivations(layers, x, FUNCTIONS[activation])
        if activation != "relu" or min(np.abs(values).min() for values in z) > 1e-5:
            return layers, x


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


# Relative, of each norm, and for lists too, which do not show that they come from single precision.
SINGLE_PRECISION = 1e-3


def compare_each(
    expect: Any, norms: np.ndarray, wanted: np.ndarray, exactness: float, mistakes: Callable[[], Any]
) -> None:
    """Each layer against its own size: a vanished gradient must be right too."""
    norms = norms.reshape(-1)
    allowed = exactness if norms.dtype == np.float64 else 1e-2
    norms = norms.astype(float)
    found = [] if same_norms(norms, wanted) else or_none(of_norms.of_norms, norms, wanted, mistakes())
    if norms.size != wanted.size:
        message = say(
            "gradient_norms(layers, x, activation) gives {count} norms; ({layers},) is expected.",
            count=norms.size,
            layers=wanted.size,
        )
        expect.that(not found, message, why=lambda: [found])
        expect.invalid(message, "One norm for each layer.")
    depth = len(wanted)
    relative = np.abs(norms - wanted) / wanted
    worst = int(np.argmax(relative))
    expect.at_most(
        float(relative[worst]),
        "largest relative error in gradient norms",
        allowed,
        hint=say(
            "Worst in layer {layer} of {depth}. The last layer has no activation after it; a kernel's "
            "gradient is the transposed input times what comes back. Frobenius: the root of the sum of the "
            "squares.",
            layer=worst + 1,
            depth=depth,
        ),
        why=lambda: [found] if found else [],
    )


def same_norms(norms: np.ndarray, wanted: np.ndarray) -> bool:
    """Whether the norms are right, but for rounding."""
    return norms.shape == wanted.shape and bool(np.allclose(norms, wanted, rtol=1e-3, atol=0))


def mistakes_of(layers: Any, x: np.ndarray, activation: str) -> Callable[[], Any]:
    """What well-known mistakes give, computed after a miss alone."""
    return lambda: of_norms.norms_of_mistakes(layers, x, activation, FUNCTIONS, DERIVATIVES)


@pytest.mark.star("robust")
def test_gradient_norms_of_saturated_units(
    submission: Any, expect: Any, preactivations: Any, rng: Any, rounding: Any
) -> None:
    """gradient_norms stays finite where sigmoids are saturated"""
    layers, x = draw_layers(rng, [5, 6, 2]), 1000 * rng.normal(size=(20, 5))
    norms = expect.array(submission.gradient_norms(layers, x, "sigmoid"), "gradient_norms(...)", shape=(2,))
    expect.close(
        norms,
        backpropagated(layers, x, "sigmoid", preactivations),
        "gradient_norms(...)",
        rtol=rounding(norms),
        hint="exp(1000) is too large for a float; which form of sigmoid avoids it?",
    )


def test_sigmoid_gradients_vanish(
    submission: Any, expect: Any, as_layers: Any, targets: Any, rng: Any, streams: Any
) -> None:
    """Your own figures show it: through 20 layers sigmoid gradients vanish and ReLU gradients do not"""
    x = rng.normal(size=(32, 128))
    ratios: dict[str, list[float]] = {"sigmoid": [], "relu": []}
    for number in range(3):
        layers = deep_layers(submission, expect, as_layers, streams, 20, number)
        for activation, found in ratios.items():
            result = submission.gradient_norms(layers, x, activation)
            norms = expect.array(result, "gradient_norms(layers, x, activation)").reshape(-1)
            if norms.size != 20:
                expect.invalid(
                    say(
                        "gradient_norms(layers, x, activation) gave {count} norms for 20 layers.",
                        count=norms.size,
                    )
                )
            found.append(float(np.log(max(norms[0], 1e-300) / max(norms[-1], 1e-300))))
    ratio = {name: float(np.exp(np.mean(found))) for name, found in ratios.items()}
    hint = "First over last layer, for your he_init and your gradient_norms."
    expect.at_most(
        ratio["sigmoid"],
        "sigmoid ratio",
        targets.sigmoid_ratio,
        yardsticks={"ReLU": ratio["relu"]},
        hint=hint,
    )
    expect.at_least(
        ratio["relu"], "relu ratio", targets.relu_ratio, yardsticks={"sigmoid": ratio["sigmoid"]}, hint=hint
    )
