"""Kata 06, quick checks: the two networks before training. Nothing but the norm may set them apart."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from checker.suite import Diagnosis, say

LEAST_LAYERS = 10
LARGEST_BIAS = 1.0
# Singular values of two draws of one random initialisation, relative distance: up to 0.1 for 64 x 10, 0.2 for 16 x 10,
# 0.31 for 9 x 8 (measured.md).
SPREAD_TOLERANCE, SPREAD_TOLERANCE_OF_SMALL = 0.3, 0.6
SMALL_KERNEL = 200
PROBABILITY_TOLERANCE = 2e-3
# How far apart the logarithms of the untrained answers are for different digits: with other draws of the same kernels by
# a factor of up to 10 (20 layers of 32 ReLUs). Below the least, nothing gets through whatever the draw.
LEAST_LET_THROUGH, LET_THROUGH_FACTOR = 1e-2, 100.0
# Tried one after the other, since a softmax that is saturated lets nothing through either.
SIZES = (1.0, 0.5, 0.25, 0.125, 2.0, 4.0, 8.0)
# One image alone and in a batch: rounding, also in float16. Who looks at the batch is off by much more.
ALONE_TOLERANCE = 0.01
# The plain kernels, at these gains, are put into both networks, until one lets the digits' differences through to the end.
GAINS = (1.0, 1.4, 2.0, 2.8, 4.0, 5.6, 8.0)
LEAST_VARIATION = 0.01
MODERATE_GAIN = 2.0
# As a share of what differs between digits. A norm at identity still divides by sqrt(1 + eps), which deep networks
# amplify: with 1e-3 at most 0.1, at 10 to 30 layers of sigmoid, tanh or ReLU (measured.md).
IDENTITY_TOLERANCE = 0.5


@pytest.fixture(scope="module")
def alike(networks: Any) -> Any:
    """(plain, normed), for checks that only make sense where both have the same kernels."""
    plain, normed = networks
    if plain.kernel_shapes != normed.kernel_shapes:
        pytest.skip("It needs two networks with the same kernels.")
    return plain, normed


def test_probabilities(networks: Any, sample: np.ndarray, rng: Any, expect: Any) -> None:
    """build gives probabilities of ten digits, with and without the norm"""
    for network in networks:
        # Not the kernels as they were built: huge ones may overflow in deep networks.
        kernels = [let_through(network.fresh[i], MODERATE_GAIN) for i in network.kernels]
        p = answer_with(network, kernels, sample, expect)
        least, off = float(p.min()), off_one(p)
        hint = "A softmax at the end makes probabilities of any ten numbers."
        expect.that(
            least >= -1e-5 and off <= PROBABILITY_TOLERANCE,
            say(
                "{name} must give probabilities; the smallest output is {least:.3g}, and a row's sum is off 1 by "
                "up to {off:.3g}.",
                name=network.name,
                least=least,
                off=off,
            ),
            hint,
            why=lambda p=p: of_the_end(p),
        )
        other = answer_with(network, kernels, sample, expect, norms=rng)
        least, off = float(other.min()), off_one(other)
        expect.that(
            least >= -1e-5 and off <= PROBABILITY_TOLERANCE,
            say(
                "As soon as training moves its norms, the outputs of {name} are no probabilities any more: a "
                "norm stands after the softmax. With other running statistics a row's sum is off 1 by up to "
                "{off:.3g}.",
                name=network.name,
                off=off,
            ),
            "The softmax comes last. A norm may stand before it, or before any other activation.",
            why=lambda: [
                Diagnosis(
                    "norm_after_softmax",
                    "A norm stands after the softmax. The softmax comes last; a norm may stand before it.",
                )
            ],
        )


def of_the_end(p: np.ndarray) -> list[Diagnosis]:
    """Which end of a network gives answers that are no probabilities."""
    low, high, sums = float(p.min()), float(p.max()), p.sum(axis=1)
    if low < -1e-5 and high <= 1 + 1e-5 and low >= -1 - 1e-5:
        told = say(
            "Outputs lie between {low:.2g} and {high:.2g}: no activation, or a tanh, stands at the end. A "
            "softmax makes probabilities.",
            low=low,
            high=high,
        )
        return [Diagnosis("no_softmax", told)]
    if low < -1e-5:
        told = say(
            "Outputs lie between {low:.2g} and {high:.2g}: these are logits. A softmax at the end makes "
            "probabilities of them.",
            low=low,
            high=high,
        )
        return [Diagnosis("no_softmax", told)]
    if high <= 1 + 1e-5:
        told = say(
            "Each output is between 0 and 1, but a row adds up to {total:.2g}: a sigmoid at the end treats "
            "each digit alone. A softmax lets them share 1.",
            total=float(np.median(sums)),
        )
        return [Diagnosis("sigmoid_at_the_end", told)]
    return [
        Diagnosis(
            "no_softmax",
            say("Outputs go up to {high:.2g}: a softmax at the end makes probabilities.", high=high),
        )
    ]


def off_one(p: np.ndarray) -> float:
    """How far the worst row's sum is from 1."""
    return float(np.abs(p.sum(axis=1) - 1).max())


def test_depth(networks: Any, kata: Any, expect: Any) -> None:
    """Both networks have at least ten weight layers, and not too many parameters"""
    for network in networks:
        expect.that(
            len(network.kernels) >= LEAST_LAYERS,
            say(
                "{name} has {count} layers with a kernel; at least {least} are needed. Norm layers do not "
                "count.",
                name=network.name,
                count=len(network.kernels),
                least=LEAST_LAYERS,
            ),
            "A shallow network learns without the norm; the kata is about a deep one.",
        )
        expect.that(
            network.facts.parameters <= kata.max_parameters,
            say(
                "{name} has {parameters:,} parameters; at most {max_parameters:,} are allowed.",
                name=network.name,
                parameters=network.facts.parameters,
                max_parameters=kata.max_parameters,
            ),
            "Layers of 64 units are enough.",
        )


def test_same_structure(networks: Any, expect: Any) -> None:
    """Both networks have the same layers but for the norm"""
    plain, normed = networks
    expect.that(
        plain.kernel_shapes == normed.kernel_shapes,
        say(
            "The kernels' shapes differ: build(False) has {plain}, build(True) has {normed}.",
            plain=plain.kernel_shapes,
            normed=normed.kernel_shapes,
        ),
        "Build both in one loop, with an if around the norm layer alone.",
    )
    kept = [sum(not trainable for trainable in network.facts.trainable) for network in networks]
    expect.that(
        kept[1] > kept[0],
        "build(True) keeps no running statistics that build(False) lacks: there seems to be no norm layer in it.",
        "A norm layer keeps a running mean and variance as weights that are not trained.",
    )


def test_start_alike(alike: Any, expect: Any) -> None:
    """Both networks start from the same kind of random kernels"""
    plain, normed = alike
    for network in alike:
        lost = [i for i, w in enumerate(network.fresh, start=1) if not np.isfinite(w).all()]
        expect.that(
            not lost,
            say(
                "{name} starts with NaN or infinity in {lost} of its {count} weight arrays.",
                name=network.name,
                lost=len(lost),
                count=len(network.fresh),
            ),
            "Which initializer gives them?",
        )
    for place, (i, j) in enumerate(zip(plain.kernels, normed.kernels, strict=True), start=1):
        # Singular values see the size of a kernel, its mean, and whether its columns are alike.
        a, b = (
            np.linalg.svd(w.reshape(-1, w.shape[-1]).astype(np.float64), compute_uv=False)
            for w in (plain.fresh[i], normed.fresh[j])
        )
        off = float(np.linalg.norm(a - b) / max(np.linalg.norm(b), 1e-30))
        expect.that(
            off <= (SPREAD_TOLERANCE if plain.fresh[i].size >= SMALL_KERNEL else SPREAD_TOLERANCE_OF_SMALL),
            say(
                "Kernel {place} starts differently in the two networks. Root mean square of its entries: "
                "{plain:.3g} in build(False), {normed:.3g} in build(True); the most that it stretches an "
                "input: {plain_stretch:.3g} and {normed_stretch:.3g}.",
                place=place,
                plain=rms(plain.fresh[i]),
                normed=rms(normed.fresh[j]),
                plain_stretch=a[0],
                normed_stretch=b[0],
            ),
            "Same initializer, same scale: only the norm may set the two apart.",
        )
    for network in alike:
        kernels = set(network.kernels)
        others = [
            np.abs(w).max(initial=0)
            for i, (w, trainable) in enumerate(zip(network.fresh, network.facts.trainable, strict=True))
            if trainable and i not in kernels
        ]
        expect.that(
            max(others, default=0) <= LARGEST_BIAS,
            say(
                "{name} starts with a bias of size {size:.3g}; at most {most:g} is allowed.",
                name=network.name,
                size=max(others, default=0),
                most=LARGEST_BIAS,
            ),
            "Biases of 0 are a good start.",
        )


def test_start_lets_through_alike(alike: Any, sample: np.ndarray, expect: Any) -> None:
    """Before training as much gets through the plain network as with the normed network's kernels"""
    # Singular values do not tell signs, nor how the kernels and biases of neighbouring layers go together: both are the
    # submission's to choose, and may shut or blow up the plain network alone. So it is tried with the other's kernels.
    plain, normed = alike
    for size in SIZES:
        own, other = (
            apart(answer_with(plain, kernels, sample, expect, is_start=is_own))
            for is_own, network in ((True, plain), (False, normed))
            for kernels in ([size * network.fresh[i].astype(np.float64) for i in network.kernels],)
        )
        if max(own, other) >= LEAST_LET_THROUGH:
            break
    else:
        return
    times = (own + 1e-30) / (other + 1e-30)
    expect.that(
        1 / LET_THROUGH_FACTOR <= times <= LET_THROUGH_FACTOR,
        say(
            "Before training, different digits change the answers of build(False) {times:.2g} times as much "
            "as they do with the kernels of build(True) and biases of 0 in the same network.",
            times=times,
        ),
        "Same initializer, same biases: only the norm may set the two apart.",
    )


def apart(p: np.ndarray) -> float:
    """How far apart the logarithms of probabilities (n, 10) are for different rows; overflow counts as far."""
    logs = np.log(np.clip(np.nan_to_num(p.astype(np.float64), nan=1.0), 1e-30, 1.0))
    return float(logs.std(axis=0).max()) if np.isfinite(p).all() else float(-np.log(1e-30))


def test_one_row_alone(networks: Any, sample: np.ndarray, expect: Any) -> None:
    """At inference the answer to one image does not depend on the batch"""
    normed = networks[1]
    # Not the kernels as they were built: huge ones would make rounding look like a difference.
    kernels = [let_through(normed.fresh[i], MODERATE_GAIN) for i in normed.kernels]
    together = answer_with(normed, kernels, sample, expect)
    alone = answer_with(normed, kernels, sample, expect, batch_size=1)
    off = float(np.abs(alone - together).max())
    expect.that(
        off <= ALONE_TOLERANCE,
        say(
            "The probabilities for one image alone and in a batch of {count} differ by up to {off:.2g}.",
            count=len(sample),
            off=off,
        ),
        "The judge calls model(x, training=False): then the norm must use its running statistics.",
        why=lambda: in_which_mode(together, answer_with(normed, kernels, sample, expect, batch_size=8)),
    )


def in_which_mode(together: np.ndarray, in_eights: np.ndarray) -> list[Diagnosis]:
    """Whether answers depend on the batch that the images came in, as a norm in training mode makes them."""
    off = float(np.abs(together - in_eights).max())
    if off <= ALONE_TOLERANCE:
        return []
    told = say(
        "In batches of 8 instead of {count} the same images' probabilities differ by up to {off:.2g}, "
        "with training=False. So the norm uses the batch's mean and variance at inference too. Leave "
        "`training` to the caller; at inference the running statistics count.",
        count=len(together),
        off=off,
    )
    return [Diagnosis("always_in_training_mode", told)]


def test_norm_at_identity(alike: Any, sample: np.ndarray, expect: Any) -> None:
    """With the plain kernels and its norm at identity, the normed network is the plain one"""
    plain, normed = alike
    for gain in GAINS:
        kernels = [let_through(plain.fresh[i], gain) for i in plain.kernels]
        answer = answer_with(plain, kernels, sample, expect)
        variation = float(answer.std(axis=0).max())
        if variation >= LEAST_VARIATION:
            break
    else:
        expect.that(
            False,
            "build(False) answers the same to every image, whatever its kernels are.",
            "Something other than the missing norm stops the signal in the plain network.",
        )
    # The variation comes from the judge's gains, at least LEAST_VARIATION: no answers so flat that nothing differs by much.
    off = float(np.abs(answer_with(normed, kernels, sample, expect) - answer).max())
    expect.that(
        off <= IDENTITY_TOLERANCE * variation,
        say(
            "With the same kernels, biases of 0, and the norm at identity, the two networks' probabilities "
            "differ by {off:.2g}, although different digits make a difference of only {variation:.2g}.",
            off=off,
            variation=variation,
        ),
        "Apart from the norm layers both must be the same: activations, order of layers, scaling, dropout.",
    )


def let_through(kernel: np.ndarray, gain: float) -> np.ndarray:
    """The kernel at the size of `gain`, and such that what all inputs have in common (a sigmoid's 0.5) cancels out."""
    kernel = np.nan_to_num(kernel.astype(np.float64), posinf=0, neginf=0)
    kernel = kernel - kernel.mean(axis=tuple(range(kernel.ndim - 1)))
    return kernel * gain / max(rms(kernel) * np.prod(kernel.shape[:-1]) ** 0.5, 1e-30)


def answer_with(
    network: Any,
    kernels: list[np.ndarray],
    x: np.ndarray,
    expect: Any,
    batch_size: int = 1024,
    norms: Any = None,
    is_start: bool | None = None,
) -> np.ndarray:
    """The network's answer with these kernels, and afterwards its weights as they were.

    Of the other trainable weights those near 1 are a norm's scales: they become 1. The rest, biases and a norm's
    shifts, become 0. What is not trained (running statistics) stays as it was built. With a generator as `norms`
    scales, shifts and statistics are drawn instead, as training may leave them. `is_start` says whether all that is no
    kernel stays as it was built instead, and then the answer may overflow.
    """
    arrays = [
        np.full_like(w, float(w.mean() >= 0.5)) if trainable and w.size else w
        for w, trainable in zip(network.fresh, network.facts.trainable, strict=True)
    ]
    if norms is not None:
        arrays = [moved(w, norms) if w.ndim and w.dtype.kind == "f" else w for w in arrays]
    if is_start:
        arrays = list(network.fresh)
    for i, kernel in zip(network.kernels, kernels, strict=True):
        arrays[i] = kernel.astype(network.fresh[i].dtype)
    network.model.set_weights(arrays)
    answer = network.model.apply(x, batch_size=batch_size)
    network.model.set_weights(network.fresh)
    return expect.array(
        answer,
        say("{name} with other kernels", name=network.name),
        shape=(len(x), 10),
        finite=is_start is None,
    )


def moved(w: np.ndarray, rng: Any) -> np.ndarray:
    """A norm's ones (scale, variance) and zeros (shift, mean) as training may leave them; other arrays as they are."""
    if np.all(w == 1):
        return rng.uniform(0.5, 2, size=w.shape).astype(w.dtype)
    if np.all(w == 0):
        return rng.uniform(-0.2, 0.2, size=w.shape).astype(w.dtype)
    return w


def rms(w: np.ndarray) -> float:
    """Root mean square of the entries."""
    return float(np.sqrt(np.mean(np.square(w, dtype=np.float64))))


def test_untrained(networks: Any, digits: Any, targets: Any, accuracy_of: Any, expect: Any) -> None:
    """Before training the networks cannot read"""
    images, labels = digits.train[:1_000].astype(np.float32) / 255, digits.train_labels[:1_000]
    # Only which answer is the largest counts, not by how much.
    expect.at_most(
        max(accuracy_of(network.model.apply(images), labels) for network in networks),
        "untrained accuracy",
        targets.untrained_accuracy,
        yardsticks={say("chance"): 0.1},
        hint="What a network knows must come from train.",
    )
