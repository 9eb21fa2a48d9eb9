"""A network of NumPy arrays, computed by the judge: what every layer reads and gives, and the right gradients.

Parameters are a flat list [W1, b1, W2, b2, ...], a layer is h W + b, and one activation follows every layer but the last.
The activation may be anything: `find_activation` looks at what a network of one unit makes of given numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]


def sigmoid(z: Array) -> Array:
    """1 / (1 + exp(-z)), without overflow."""
    return np.asarray(0.5 * (1 + np.tanh(0.5 * z)))


@dataclass(frozen=True)
class Activation:
    """A function between the layers, and its slope at a pre-activation."""

    name: str
    value: Callable[[Array], Array]
    slope: Callable[[Array], Array]


KNOWN = (
    Activation("tanh", np.tanh, lambda z: 1 - np.tanh(z) ** 2),
    Activation("relu", lambda z: np.maximum(z, 0), lambda z: (z > 0).astype(float)),
    Activation("sigmoid", sigmoid, lambda z: sigmoid(z) * (1 - sigmoid(z))),
    Activation("sine", np.sin, np.cos),
    Activation("softplus", lambda z: np.logaddexp(0, z), sigmoid),
    Activation("identity", lambda z: z, np.ones_like),
)


def find_activation(one_unit: Callable[[Array], Array]) -> Activation:
    """What one hidden unit makes of its pre-activation; `one_unit` takes and gives a vector."""
    places = np.linspace(-3, 3, 61) + 0.013
    seen = one_unit(places)
    for known in KNOWN:
        if np.allclose(seen, known.value(places), rtol=1e-4, atol=1e-5):
            return known
    leak = float(seen[0] / places[0])
    if np.allclose(seen, np.where(places > 0, places, leak * places), rtol=1e-4, atol=1e-5):
        return Activation(
            "leaky relu",
            lambda z: np.where(z > 0, z, leak * z),
            lambda z: np.where(z > 0, 1.0, leak),
        )
    step = 1e-5 if not np.array_equal(seen, seen.astype(np.float32)) else 1e-2

    def value(z: Array) -> Array:
        return one_unit(z.ravel()).reshape(z.shape)

    return Activation("other", value, lambda z: (value(z + step) - value(z - step)) / (2 * step))


@dataclass
class Network:
    """A network's inner values for rows x: what every layer reads (`h`) and gives before its activation (`z`)."""

    params: Sequence[Array]
    activation: Activation
    x: Array
    h: list[Array] = field(default_factory=list)
    z: list[Array] = field(default_factory=list)

    def __post_init__(self) -> None:
        h = np.asarray(self.x, dtype=np.float64)
        for w, b in zip(self.params[::2], self.params[1::2], strict=True):
            self.h.append(h)
            self.z.append(h @ w + b)
            h = self.activation.value(self.z[-1])

    @property
    def depth(self) -> int:
        """The number of matrices."""
        return len(self.h)

    @property
    def out(self) -> Array:
        """The raw outputs."""
        return self.z[-1]

    def w(self, layer: int) -> Array:
        """The matrix of a layer, the first is 0."""
        return np.asarray(self.params[2 * layer], dtype=np.float64)

    def deltas(self, outer: Array) -> list[Array]:
        """The slopes of the loss by every layer's pre-activations, from those by the outputs."""
        found = [outer]
        for layer in range(self.depth - 1, 0, -1):
            found.insert(0, (found[0] @ self.w(layer).T) * self.activation.slope(self.z[layer - 1]))
        return found


def gradients_of(net: Network, outer: Array) -> list[Array]:
    """The right gradients, a list like `params`."""
    parts = zip(net.h, net.deltas(outer), strict=True)
    return [g for h, delta in parts for g in (h.T @ delta, delta.sum(axis=0))]
