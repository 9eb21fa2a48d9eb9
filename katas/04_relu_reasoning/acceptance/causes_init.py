"""What well-known mistakes make of he_init, and layers in another form."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from checker.suite import Diagnosis, say


def form_of(value: Any, sizes: Sequence[int]) -> Diagnosis | None:
    """Layers in another form than [(W (in, out), b (out,)), ...]."""
    count = len(sizes) - 1
    if not isinstance(value, (list, tuple)):
        return None
    flat = all(isinstance(part, np.ndarray) for part in value)
    if flat and len(value) == 2 * count:
        return Diagnosis(
            "flat_list", "The list is flat, [W1, b1, W2, ...]: each layer is a pair (W, b) of its own."
        )
    if flat and len(value) == count:
        return Diagnosis(
            "biases_left_out", "Only matrices come: each layer is a pair (W, b), with a bias of zeros."
        )
    if (
        len(value) == 2
        and count > 2
        and all(isinstance(part, (list, tuple)) and len(part) == count for part in value)
    ):
        return Diagnosis(
            "matrices_apart", "All matrices come first, then all biases: each layer is a pair (W, b)."
        )
    pairs = [part for part in value if isinstance(part, (list, tuple)) and len(part) == 2]
    if len(pairs) != len(value):
        return None
    if len(value) == count - 1:
        return Diagnosis(
            "layer_missing", "One layer too few: there is a pair for each step from a size to the next."
        )
    if len(value) == count + 1:
        return Diagnosis(
            "layer_too_many", "One layer too many: there is a pair for each step from a size to the next."
        )
    if len(value) != count:
        return None
    shapes = [np.shape(w) for w, _ in pairs]
    steps = list(pairwise(sizes))
    if shapes == [(b, a) for a, b in steps] and shapes != steps:
        return Diagnosis("transposed", "Every W is (out, in): rows x become x W + b, so W is (in, out).")
    if shapes == steps and [np.size(b) for _, b in pairs] == [a for a, _ in steps] != [b for _, b in steps]:
        return Diagnosis(
            "bias_of_inputs", "Each bias has one number for each input: it takes one for each output."
        )
    return None


def of_variance(ratios: Sequence[float], means: Sequence[float], sizes: Sequence[int]) -> Diagnosis | None:
    """`ratios`: each layer's mean square of W over 2 / fan-in; `means`: its mean over its deviation."""
    steps = list(pairwise(sizes))

    def of(variance: Callable[[int, int], float]) -> list[float]:
        return [variance(a, b) * a / 2 for a, b in steps]

    if min(abs(m) for m in means) > 0.5:
        return Diagnosis(
            "one_sign",
            say(
                "The weights are not drawn around 0: their mean is {mean:.2g} times their deviation. Draw both "
                "signs alike.",
                mean=means[0],
            ),
        )
    tried: list[tuple[str, str, list[float]]] = [
        ("fan_out", "2 / fan-out: fan-in is the number of a layer's inputs, which a sum is made of", of(lambda a, b: 2 / b)),
        ("one_over_fan_in", "1 / fan-in: half of the ReLUs are off, so the other half counts double, 2 "
         "/ fan-in", of(lambda a, b: 1 / a)),
        ("one_over_fan_out", "1 / fan-out: it is 2 / fan-in", of(lambda a, b: 1 / b)),
        ("glorot", "2 / (fan-in + fan-out), which is Glorot's: for ReLU it is 2 / fan-in", of(lambda a, b: 2 / (a + b))),
        ("half_glorot", "1 / (fan-in + fan-out): it is 2 / fan-in", of(lambda a, b: 1 / (a + b))),
        ("four_over_fan_in", "4 / fan-in: it is 2 / fan-in", of(lambda a, b: 4 / a)),
        ("deviation_for_variance", "(2 / fan-in)^2: 2 / fan-in is the variance, and the deviation is "
         "its root", of(lambda a, b: (2 / a) ** 2)),
        ("deviation_for_variance", "(1 / fan-in)^2: 2 / fan-in is the variance, and the deviation is "
         "its root", of(lambda a, b: (1 / a) ** 2)),
        ("root_of_root", "the root of 2 / fan-in, so a root too many: its root is the "
         "deviation", of(lambda a, b: (2 / a) ** 0.5)),
        ("uniform_limit", "2 / (3 fan-in): a uniform distribution between -sqrt(2 / fan-in) and sqrt(2 / fan-in) has "
         "a third of that as its variance. Its limit is sqrt(6 / fan-in)", of(lambda a, b: 2 / (3 * a))),
        ("uniform_limit", "1 / (3 fan-in), that of a uniform distribution up to sqrt(1 / fan-in): its limit is "
         "sqrt(6 / fan-in)",
         of(lambda a, b: 1 / (3 * a))),
        ("uniform_limit", "1 / fan-in, that of a uniform distribution up to sqrt(3 / fan-in)", of(lambda a, b: 1 / a)),
        ("six_over_fan_in", "6 / fan-in, which is the limit of the uniform distribution, squared", of(lambda a, b: 6 / a)),
        ("not_scaled", "1: the weights are not scaled by the number of inputs", of(lambda a, b: 1.0)),
        ("not_scaled", "1/3, that of a uniform distribution up to 1: it is not scaled by the number "
         "of inputs", of(lambda a, b: 1 / 3)),
        ("not_scaled", "1e-4, a fixed deviation of 0.01: scale it by the number of inputs", of(lambda a, b: 1e-4)),
        ("not_scaled", "0.01, a fixed deviation of 0.1: scale it by the number of inputs", of(lambda a, b: 1e-2)),
        ("not_scaled", "0.0025, a fixed deviation of 0.05: scale it by the number of inputs", of(lambda a, b: 0.0025)),
        ("first_layer_for_all", "2 / the first layer's inputs in every layer: each has a fan-in of "
         "its own", of(lambda a, b: 2 / sizes[0])),
        ("turned_round", "fan-in / 2: the fraction is upside down", of(lambda a, b: a / 2)),
        ("multiplied_by_root", "2 fan-in: divide by its root", of(lambda a, b: 2 * a)),
        ("truncated", "0.77 of 2 / fan-in: a normal distribution that is cut off at two deviations has only "
         "that left", [0.774] * 3),
    ]  # fmt: skip
    for identity, text, wanted in tried:
        if all(abs(r - w) < 0.04 * w for r, w in zip(ratios, wanted, strict=True)):
            return Diagnosis(identity, say("The variance of W is {text}.", text=text))
    if max(ratios) - min(ratios) < 0.05 * max(ratios):
        return Diagnosis(
            "variance_factor",
            say(
                "The variance of W is {factor:.3g} times 2 / fan-in, in every layer.", factor=np.mean(ratios)
            ),
        )
    return None
