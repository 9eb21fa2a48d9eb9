# verdict: failed
# caught by: test_piecewise_linear
# diagnosis: start_forgotten
# b2 is 0.

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Layer = tuple[Array, Array]


@dataclass(frozen=True)
class Stretch:
    """A part of the segment on which all values are straight."""

    t0: float
    t1: float
    v0: Array
    v1: Array

    def at(self, t: float) -> Array:
        share = (t - self.t0) / (self.t1 - self.t0)
        return (1 - share) * self.v0 + share * self.v1

    def through(self, layer: Layer) -> Stretch:
        w, b = layer
        return Stretch(self.t0, self.t1, self.v0 @ w + b, self.v1 @ w + b)

    def cut_at_zero(self) -> Iterator[Stretch]:
        zeros: list[float] = []
        for a, b in zip(self.v0, self.v1):
            if min(a, b) < 0 < max(a, b):
                zeros.append(float(self.t0 + (self.t1 - self.t0) * a / (a - b)))
        inner = [t for t in sorted(zeros) if self.t0 < t < self.t1]
        for low, high in pairwise([self.t0, *inner, self.t1]):
            if high - low > 1e-12:
                middle = self.at((low + high) / 2)
                on = middle > 0
                yield Stretch(low, high, self.at(low) * on, self.at(high) * on)

    def slope(self) -> Array:
        return (self.v1 - self.v0) / (self.t1 - self.t0)


@dataclass
class PieceCounter:
    layers: list[Layer]
    slopes: list[Array] = field(default_factory=list)

    def visit(self, stretch: Stretch, depth: int) -> None:
        following = stretch.through(self.layers[depth])
        if depth == len(self.layers) - 1:
            self.slopes.append(following.slope())
            return
        for part in following.cut_at_zero():
            self.visit(part, depth + 1)

    def count(self) -> int:
        scale = max(float(np.abs(s).max()) for s in self.slopes)
        return 1 + sum(float(np.abs(b - a).max()) > 1e-7 * scale for a, b in pairwise(self.slopes))


@dataclass(frozen=True)
class Activation:
    f: Callable[[Array], Array]
    df: Callable[[Array], Array]


def relu(x: Array) -> Array:
    return np.maximum(0.0, x)


def relu_gradient(x: Array) -> Array:
    return np.asarray(np.asarray(x) > 0.0, dtype=np.float64)


def sigmoid(z: Array) -> Array:
    return np.exp(-np.logaddexp(0.0, -z))


ACTIVATIONS: dict[str, Activation] = {
    "linear": Activation(lambda z: z, np.ones_like),
    "sigmoid": Activation(sigmoid, lambda z: sigmoid(z) * sigmoid(-z)),
    "relu": Activation(relu, relu_gradient),
}


def collapse(weights: list[Array], biases: list[Array]) -> Layer:
    w, b = weights[-1], biases[-1]
    for previous_w, previous_b in zip(reversed(weights[:-1]), reversed(biases[:-1])):
        w, b = previous_w @ w, previous_b @ w + b
    return w, b


def xor_network() -> tuple[Array, Array, Array, float]:
    return np.full((2, 2), 2.0), np.array([0.0, -2.0]), np.array([0.5, -1.0]), 0.0


def piecewise_linear(xs: Array, ys: Array) -> tuple[Array, Array, Array, float]:
    slopes: Array = np.diff(ys) / np.diff(xs)
    return (
        np.concatenate([[1.0, -1.0], np.ones(len(xs) - 2)]),
        np.concatenate([[-xs[0], xs[0]], -xs[1:-1]]),
        np.concatenate([[slopes[0], -slopes[0]], np.diff(slopes)]),
        0.0,
    )


def he_init(sizes: list[int], seed: int) -> list[Layer]:
    seeds = np.random.SeedSequence(seed).spawn(len(sizes) - 1)
    layers: list[Layer] = []
    for (fan_in, fan_out), child in zip(pairwise(sizes), seeds):
        w = np.random.default_rng(child).normal(0.0, np.sqrt(2.0 / fan_in), (fan_in, fan_out))
        layers.append((w, np.zeros(fan_out)))
    return layers


def gradient_norms(layers: list[Layer], x: Array, activation: Literal["linear", "sigmoid", "relu"]) -> Array:
    act = ACTIVATIONS[activation]

    def descend(h: Array, depth: int) -> tuple[Array, list[float]]:
        """Norms from this layer on, and the gradient of its input."""
        w, b = layers[depth]
        z = h @ w + b
        if depth == len(layers) - 1:
            delta, norms = np.ones_like(z), []
        else:
            gradient, norms = descend(act.f(z), depth + 1)
            delta = gradient * act.df(z)
        return delta @ w.T, [float(np.linalg.norm(h.T @ delta)), *norms]

    return np.array(descend(x, 0)[1])


def fits_without_bias(x: Array, y: Array) -> bool:
    x, y = x.ravel(), y.ravel()

    def on_one_ray(side: NDArray[np.bool_]) -> bool:
        if not side.any():
            return True
        farthest = np.argmax(np.abs(x * side))
        return bool(np.all(np.abs(y[side] - x[side] * y[farthest] / x[farthest]) < 5e-3))

    return bool(np.all(np.abs(y[x == 0]) < 5e-3)) and on_one_ray(x > 0) and on_one_ray(x < 0)


def dead_units(w: Array, b: Array, x: Array) -> NDArray[np.int_]:
    return np.flatnonzero(np.max(x @ w + b, axis=0, initial=-np.inf) <= 0)


def count_pieces(layers: list[Layer], start: Array, end: Array) -> int:
    if np.allclose(start, end, rtol=0, atol=0):
        return 1
    counter = PieceCounter(layers)
    counter.visit(Stretch(0.0, 1.0, start, end), 0)
    return counter.count()


def sawtooth(depth: int) -> list[Layer]:
    up, fold = np.array([[1.0, 1.0]]), np.array([[2.0], [-4.0]])
    shift = np.array([0.0, -0.5])
    weights = [up, *[fold @ up] * (depth - 1), fold]
    biases = [*[shift] * depth, np.zeros(1)]
    return list(zip(weights, biases))
