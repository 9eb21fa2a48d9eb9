"""What a trained network's history and weights tell: experiments that several katas share.

A history is what `train` returned, in the submission's own words: anything may be in it. Weights come as the arrays of
`get_weights()`, before and after.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from checker.languages.texts import say, together
from checker.verdict import Diagnosis

Array = np.ndarray[Any, Any]
# A loss that fell by more than this in the last epoch was still falling; by less in all of them, it lay flat.
STILL_FALLING, FLAT = 0.03, 0.01
# A loss that ends so many times above its lowest value has risen.
RISEN = 1.3
# Adam's usual rate moves weights by up to this much in thirty steps.
SMALL_CHANGE = 0.03
# A single step of Adam moves them by its rate, and that is seldom less than this.
ONE_STEP = 5e-4
# The median change of a weight, as a share of the largest, where a step is about the same for all of them.
EVEN = 0.05
# Kernels that moved by so many times their size were moved by steps that are too large.
OVERGROWN = 8.0
# Kernels that training left with less than this share of their size were pressed to 0.
SHRUNK = 0.2
# Trained weights are seldom larger than 5.
EXPLODED = 100.0


def losses_of(history: Any, name: str = "loss") -> list[float]:
    """The training loss of each epoch (or another list of that name); empty where the history holds none."""
    if not isinstance(history, dict):
        return []
    values = history.get(name)
    if values is None and name == "loss":
        own = [key for key in history if "loss" in str(key).lower() and "val" not in str(key).lower()]
        values = history[own[0]] if len(own) == 1 else None
    if values is None:
        return []
    try:
        return [float(value) for value in np.asarray(values, dtype=np.float64).ravel()]
    except (TypeError, ValueError):
        return []


def became_nan(history: Any) -> Diagnosis | None:
    """A loss without a value: after it rose, or out of the blue."""
    losses = losses_of(history)
    lost = next((i for i, value in enumerate(losses) if not math.isfinite(value)), None)
    if lost is None:
        return None
    if lost >= 2 and losses[lost - 1] < 0.9 * losses[0]:
        return Diagnosis(
            "nan_after_falling",
            say(
                "The loss fell from {first:.3g} to {lowest:.3g} and then had no value (epoch {epoch}). What "
                "falls does not explode: look for a logarithm of 0, a root of 0 or a division by 0 in the loss, "
                "and add 1e-7 there.",
                first=losses[0],
                lowest=losses[lost - 1],
                epoch=lost + 1,
            ),
        )
    return Diagnosis(
        "loss_became_nan",
        say(
            "The loss has no value (NaN or infinity) from epoch {epoch} of {epochs} on. Most often the "
            "learning rate is far too large (Adam: 0.001 is a safe start); else the loss takes a logarithm "
            "of 0 or divides by 0.",
            epoch=lost + 1,
            epochs=len(losses),
        ),
    )


def has_risen(history: Any) -> Diagnosis | None:
    """A loss that ends clearly above its lowest value."""
    losses = losses_of(history)
    if len(losses) < 2 or not all(map(math.isfinite, losses)):
        return None
    lowest = min(losses)
    if not 0 < RISEN * lowest < losses[-1]:
        return None
    return Diagnosis(
        "loss_rises",
        say(
            "The training loss was {lowest:.3g} in epoch {epoch} and ends at {last:.3g}. A loss that rises "
            "says that the steps are too large, or go uphill: try a tenth of the learning rate, and look at "
            "the gradient's sign.",
            lowest=lowest,
            epoch=losses.index(lowest) + 1,
            last=losses[-1],
        ),
    )


def still_falls(history: Any, by: float = STILL_FALLING) -> Diagnosis | None:
    """A loss that the last epoch still made smaller by that share."""
    losses = losses_of(history)
    if len(losses) < 2 or not 0 < losses[-1] < (1 - by) * losses[-2]:
        return None
    return Diagnosis(
        "too_few_epochs",
        say(
            "The loss still fell by {share:.0%} in the last of {epochs} epochs, from {before:.3g} to "
            "{last:.3g}: it was stopped before it had learned. Train for more epochs, or take larger "
            "steps.",
            share=1 - losses[-1] / losses[-2],
            epochs=len(losses),
            before=losses[-2],
            last=losses[-1],
        ),
    )


def is_flat(history: Any) -> Diagnosis | None:
    """A loss that hardly changed from the first epoch on."""
    losses = losses_of(history)
    if len(losses) < 3 or not all(map(math.isfinite, losses)):
        return None
    low, high = min(losses), max(losses)
    if high <= 0 or high - low > FLAT * high:
        return None
    return Diagnosis(
        "loss_flat",
        say(
            "The loss is flat: {first:.4g} in the first epoch, {last:.4g} in the last of {epochs}. Either "
            "the steps are far too small, or no gradient gets through, or the targets cannot be told from "
            "the inputs.",
            first=losses[0],
            last=losses[-1],
            epochs=len(losses),
        ),
    )


@dataclass(frozen=True)
class Moved:
    """How far training moved one kernel (an array of two axes or more), relative to its size before."""

    place: int
    of: int
    shape: tuple[int, ...]
    share: float

    def __str__(self) -> str:
        return say("kernel {place} of {of} {shape}", place=self.place, of=self.of, shape=self.shape)


def moved(before: Sequence[Array], after: Sequence[Array]) -> list[Moved]:
    """How far each kernel moved, in the order of the layers; empty where the two do not fit together."""
    if len(before) != len(after) or any(a.shape != b.shape for a, b in zip(before, after, strict=True)):
        return []
    pairs = [(a, b) for a, b in zip(before, after, strict=True) if a.ndim >= 2 and a.dtype.kind == "f"]
    return [
        Moved(place, len(pairs), a.shape, _change(a.astype(np.float64), b.astype(np.float64)))
        for place, (a, b) in enumerate(pairs, 1)
    ]


def _change(before: Array, after: Array) -> float:
    size, change = _size(before), _size(after - before)
    return change / size if size > 0 else (math.inf if change > 0 else 0.0)


def _size(array: Array) -> float:
    return float(np.linalg.norm(array.astype(np.float64)))


def standing_still(kernels: Sequence[Moved], what: str, are_frozen: bool = False) -> Diagnosis | None:
    """Kernels that are as they were while others moved, or while nothing moved at all.

    `are_frozen` says that the model itself calls weights not trainable.
    """
    still = [kernel for kernel in kernels if kernel.share == 0]
    if not still:
        return None
    named = together(*map(str, still[:3]), between=", ")
    if len(still) > 3:
        named = say("{kernels} and others", kernels=named)
    if are_frozen:
        return Diagnosis(
            "frozen_layers",
            say(
                "{still} of the {all} kernels of {what} are after train() as they were before: {named}. Some "
                "of its weights are not trainable: is `trainable` switched off somewhere, and not on again?",
                still=len(still),
                all=len(kernels),
                what=what,
                named=named,
            ),
        )
    return Diagnosis(
        "layers_without_gradient",
        say(
            "{still} of the {all} kernels of {what} are after train() as they were before: {named}. No "
            "gradient reaches them, or the optimizer was not given them: look for trainable = False, "
            "stop_gradient, a NumPy step between the layers, a list of variables that is not whole.",
            still=len(still),
            all=len(kernels),
            what=what,
            named=named,
        ),
    )


def small_steps(
    before: Sequence[Array],
    after: Sequence[Array],
    is_brief: bool,
    time: str,
    rates: str,
    small: float = SMALL_CHANGE,
) -> Diagnosis | None:
    """Weights of which none has moved far: too few steps, or too small ones.

    Args:
        before: weights before training.
        after: and after it.
        is_brief: whether training took little time; few steps on very large batches take long.
        time: what it took, for the sentence.
        rates: learning rates that fit, for the sentence.
        small: the largest change of a weight that still counts as small.
    """
    if not moved(before, after):
        return None
    changes = np.concatenate(
        [
            np.abs(b.astype(np.float64) - a).ravel()
            for a, b in zip(before, after, strict=True)
            if a.ndim >= 2 and a.dtype.kind == "f"
        ]
    )
    largest, typical = float(changes.max()), float(np.median(changes))
    if not 0 < largest < small:
        return None
    # Adam moves all weights by about as much in each step; plain descent hardly any where gradients are small.
    if typical < EVEN * largest or largest < ONE_STEP:
        return Diagnosis(
            "rate_too_small",
            together(
                say(
                    "Training has moved no weight of the layers by more than {largest:.1g}: the learning rate is far "
                    "too small for this loss.",
                    largest=largest,
                ),
                rates,
            ),
        )
    if is_brief:
        return Diagnosis(
            "too_few_steps",
            say(
                "Training has moved no weight of the layers by more than {largest:.1g}, in {time}: it has hardly begun. "
                "More epochs and smaller batches: a thousand steps and more.",
                largest=largest,
                time=time,
            ),
        )
    return Diagnosis(
        "hardly_moved",
        together(
            say(
                "Training has moved no weight of the layers by more than {largest:.1g}; so far come {steps:.0f} of "
                "Adam's steps at its usual rate of 0.001. Either there were no more steps (a batch as large as the "
                "whole set, few epochs), or the learning rate is far too small.",
                largest=largest,
                steps=largest / 0.001,
            ),
            rates,
        ),
    )


def overgrown(kernels: Sequence[Moved], what: str) -> Diagnosis | None:
    """A kernel that training moved by many times its size."""
    largest = max((kernel.share for kernel in kernels if math.isfinite(kernel.share)), default=0.0)
    if largest < OVERGROWN:
        return None
    return Diagnosis(
        "rate_too_large",
        say(
            "Training has moved a kernel of the {what} by {times:.0f} times its size; a good training "
            "moves it by its size or two. The steps are too large: units die or saturate then. Try a tenth "
            "of the learning rate, or less.",
            what=what,
            times=largest,
        ),
    )


def exploded(arrays: Sequence[Array]) -> Diagnosis | None:
    """Weights that are far larger than any that were learned."""
    kernels = [a for a in arrays if a.ndim >= 2 and a.dtype.kind == "f" and a.size]
    largest = max((float(np.max(np.abs(a))) for a in kernels), default=0.0)
    if not largest > EXPLODED:
        return None
    return Diagnosis(
        "exploded_weights",
        say(
            "The weights have grown up to {largest:.2g}; after a good training they are rarely above 5. The "
            "steps are too large: try a hundredth of the learning rate.",
            largest=largest,
        ),
    )


def shrunk(before: Sequence[Array], after: Sequence[Array], what: str) -> Diagnosis | None:
    """Kernels that training pressed nearly to 0, as penalties on weights do."""
    if not moved(before, after):
        return None
    sizes = [
        _size(b) / max(_size(a), 1e-30)
        for a, b in zip(before, after, strict=True)
        if a.ndim >= 2 and a.dtype.kind == "f"
    ]
    if not min(sizes) < SHRUNK:
        return None
    return Diagnosis(
        "weights_pressed_to_0",
        say(
            "Training has shrunk a kernel of the {what} to {share:.1%} of its size. A penalty on weights "
            "(L1, L2, weight decay) that outweighs the loss does that: take a thousandth of it, or leave it "
            "out.",
            what=what,
            share=min(sizes),
        ),
    )


ENDS: dict[str, Callable[[Array], Array]] = {
    "nothing": lambda z: z,
    "relu": lambda z: np.maximum(z, 0),
    "sigmoid": lambda z: 0.5 * (1 + np.tanh(0.5 * z)),
    "tanh": np.tanh,
}


def relu_layers(arrays: Sequence[Array], x: Array, answer: Array) -> tuple[list[Array], str] | None:
    """The hidden layers' outputs for `x` and the name of the end, where the weights are those of Dense layers with ReLU.

    The layers are computed again from the weights; only where that gives the model's own answer is it believed.
    """
    if not arrays or arrays[0].ndim != 2:
        return None
    layers: list[tuple[Array, Array]] = []
    rest = [a.astype(np.float64) for a in arrays]
    while rest:
        kernel = rest.pop(0)
        if kernel.ndim != 2:
            return None
        has_bias = bool(rest) and rest[0].shape == kernel.shape[1:]
        layers.append((kernel, rest.pop(0) if has_bias else np.zeros(kernel.shape[1])))
    hidden, here = [], x.astype(np.float64)
    for number, (kernel, bias) in enumerate(layers):
        if here.shape[1] != kernel.shape[0]:
            return None
        here = here @ kernel + bias
        if number < len(layers) - 1:
            here = np.maximum(here, 0)
            hidden.append(here)
    room = 1e-3 * max(float(np.max(np.abs(answer), initial=0.0)), 1e-30)
    for name, end in ENDS.items():
        if answer.shape == here.shape and np.max(np.abs(end(here) - answer), initial=0.0) <= room:
            return hidden, name
    return None


def dead_share(outputs: Array) -> float:
    """The share of units that are 0 for every input."""
    return float(np.mean(np.all(outputs == 0, axis=0))) if outputs.size else 0.0
