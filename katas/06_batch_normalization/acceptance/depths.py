"""How far activations vary from image to image, layer by layer: the network of Dense layers, computed by the judge.

Which activation it has, and whether the norm stands before or after it, follows from its answers: what gives the same ones is
believed. Other networks (convolutions, residual ways) are not computed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import product
from typing import NamedTuple

import numpy as np

Arrays = Sequence[np.ndarray]
ACTIVATIONS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "sigmoid": lambda z: 0.5 * (1 + np.tanh(0.5 * z)),
    "tanh": np.tanh,
    "relu": lambda z: np.maximum(z, 0),
    "elu": lambda z: np.where(z > 0, z, np.expm1(np.minimum(z, 0))),
    "leaky relu": lambda z: np.where(z > 0, z, 0.3 * z),
    "silu": lambda z: z * 0.5 * (1 + np.tanh(0.5 * z)),
    "softplus": lambda z: np.logaddexp(0, z),
    "linear": lambda z: z,
}
EPSILONS = (1e-3, 1e-5)
ALIKE = 2e-3


class Layer(NamedTuple):
    """A Dense layer and what normalises after it: scale, shift, mean and variance, or nothing."""

    kernel: np.ndarray
    bias: np.ndarray
    norm: tuple[np.ndarray, ...]


class Kind(NamedTuple):
    """What is between two kernels."""

    activation: str
    norm_comes_first: bool
    epsilon: float


def layers_of(weights: Arrays) -> list[Layer] | None:
    """The layers that `get_weights()` holds, if it is a chain of Dense layers with or without a norm after each."""
    layers: list[Layer] = []
    rest = [np.asarray(w, np.float64) for w in weights]
    while rest:
        kernel = rest.pop(0)
        if kernel.ndim != 2 or (layers and kernel.shape[0] != layers[-1].kernel.shape[1]):
            return None
        own = []
        while rest and rest[0].shape == kernel.shape[1:]:
            own.append(rest.pop(0))
        if len(own) not in (0, 1, 4, 5):
            return None
        bias = own.pop(0) if len(own) in (1, 5) else np.zeros(kernel.shape[1])
        layers.append(Layer(kernel, bias, tuple(own)))
    return layers or None


def hidden_values(
    layers: Sequence[Layer], x: np.ndarray, kind: Kind, as_in_training: bool
) -> tuple[list[np.ndarray], np.ndarray]:
    """The outputs of the hidden layers for x, and the probabilities; the norm by the batch's figures as in training."""
    act, seen = ACTIVATIONS[kind.activation], []
    for layer in layers[:-1]:
        z = x @ layer.kernel + layer.bias
        if not kind.norm_comes_first:
            z = act(z)
        if layer.norm:
            scale, shift, mean, var = layer.norm
            if as_in_training:
                mean, var = z.mean(axis=0), z.var(axis=0)
            z = scale * (z - mean) / np.sqrt(np.maximum(var, 0) + kind.epsilon) + shift
        x = act(z) if kind.norm_comes_first else z
        seen.append(x)
    z = x @ layers[-1].kernel + layers[-1].bias
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return seen, e / e.sum(axis=1, keepdims=True)


def kind_of(layers: Sequence[Layer], x: np.ndarray, answers: np.ndarray) -> Kind | None:
    """What must be between the kernels, so that x gets these answers; None where nothing known does it."""
    for activation, first, epsilon in product(ACTIVATIONS, (True, False), EPSILONS):
        kind = Kind(activation, first, epsilon)
        with np.errstate(all="ignore"):
            found = hidden_values(layers, x, kind, False)[1]
        if found.shape == answers.shape and np.abs(found - answers).max() <= ALIKE:
            return kind
    return None


def spreads(layers: Sequence[Layer], x: np.ndarray, kind: Kind) -> np.ndarray:
    """Of each hidden layer the mean over its units of the standard deviation over the rows of x."""
    with np.errstate(all="ignore"):
        seen, _ = hidden_values(layers, x, kind, True)
    return np.array([float(values.std(axis=0).mean()) for values in seen])
