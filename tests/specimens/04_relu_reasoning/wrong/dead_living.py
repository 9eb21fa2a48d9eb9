# verdict: failed
# caught by: test_dead_units
# diagnosis: living_units
# Names the living.

from __future__ import annotations

import numpy as np


class Activation:
    """A function and its derivative."""

    def __call__(self, z: np.ndarray) -> np.ndarray:
        raise NotImplementedError

    def derivative(self, z: np.ndarray) -> np.ndarray:
        raise NotImplementedError


class Linear(Activation):
    def __call__(self, z):
        return z

    def derivative(self, z):
        return np.ones_like(z)


class Relu(Activation):
    def __call__(self, z):
        return np.where(z > 0, z, 0.0)

    def derivative(self, z):
        return np.where(z > 0, 1.0, 0.0)


class Sigmoid(Activation):
    def __call__(self, z):
        positive = z >= 0
        e = np.exp(np.where(positive, -z, z))
        return np.where(positive, 1 / (1 + e), e / (1 + e))

    def derivative(self, z):
        s = self(z)
        return s * (1 - s)


ACTIVATIONS = {"linear": Linear(), "relu": Relu(), "sigmoid": Sigmoid()}


class Network:
    """Layers with an activation between them."""

    def __init__(self, layers, activation: Activation) -> None:
        self.layers = [(np.asarray(w, dtype=float), np.asarray(b, dtype=float)) for w, b in layers]
        self.activation = activation

    @property
    def depth(self) -> int:
        return len(self.layers)

    def forward(self, x: np.ndarray) -> tuple[list[np.ndarray], list[np.ndarray]]:
        """The inputs and the pre-activations of every layer."""
        inputs, preactivations = [], []
        for w, b in self.layers:
            inputs.append(x)
            preactivations.append(x @ w + b)
            x = self.activation(preactivations[-1])
        return inputs, preactivations

    def kernel_gradients(self, x: np.ndarray) -> list[np.ndarray]:
        inputs, preactivations = self.forward(x)
        delta = np.ones_like(preactivations[-1])
        gradients = []
        for layer in range(self.depth - 1, -1, -1):
            gradients.append(inputs[layer].T @ delta)
            if layer:
                w, _ = self.layers[layer]
                delta = delta @ w.T * self.activation.derivative(preactivations[layer - 1])
        return gradients[::-1]

    def switches(self, start: np.ndarray, direction: np.ndarray) -> list[float]:
        """All places between 0 and 1 at which some unit switches."""
        places = [0.0, 1.0]
        for layer in range(self.depth - 1):
            found = []
            for low, high in zip(places, places[1:]):
                constant, slope = self.affine((low + high) / 2, layer, start, direction)
                with np.errstate(divide="ignore", invalid="ignore"):
                    zeros = -constant / slope
                found += [float(t) for t in zeros if low + 1e-12 < t < high - 1e-12]
            places = sorted([*places, *found])
        return places

    def affine(self, t: float, layer: int, start: np.ndarray, direction: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Constant and slope of the pre-activations of `layer` in the neighbourhood of t."""
        constant, slope = start, direction
        for i in range(layer + 1):
            w, b = self.layers[i]
            constant, slope = constant @ w + b, slope @ w
            if i < layer:
                on = constant + t * slope > 0
                constant, slope = constant * on, slope * on
        return constant, slope


def relu(x):
    return ACTIVATIONS["relu"](x)


def relu_gradient(x):
    return ACTIVATIONS["relu"].derivative(x)


def collapse(weights, biases):
    network = Network(zip(weights, biases), ACTIVATIONS["linear"])
    size = network.layers[0][0].shape[0]
    points = np.vstack([np.zeros(size), np.eye(size)])
    _, preactivations = network.forward(points)
    b = preactivations[-1][0]
    return preactivations[-1][1:] - b, b


def xor_network():
    return np.array([[1.0, 1.0], [1.0, 1.0]]), np.array([-0.5, -1.5]) + 0.5, np.array([1.0, -2.0]), 0.0


def piecewise_linear(xs, ys):
    slopes = np.diff(ys) / np.diff(xs)
    knots = xs[1:-1]
    w1 = np.hstack([1.0, -1.0, np.ones_like(knots)])
    b1 = np.hstack([-xs[0], xs[0], -knots])
    w2 = np.hstack([slopes[0], -slopes[0], np.diff(slopes)])
    return w1, b1, w2, float(ys[0])


def he_init(sizes, seed):
    generator = np.random.Generator(np.random.PCG64(seed))
    return [(generator.normal(scale=np.sqrt(2.0 / i), size=(i, o)), np.zeros(o)) for i, o in zip(sizes, sizes[1:])]


def gradient_norms(layers, x, activation):
    network = Network(layers, ACTIVATIONS[activation])
    return np.array([np.linalg.norm(g, ord="fro") for g in network.kernel_gradients(x)])


def fits_without_bias(x, y):
    # Least squares with the only two features that a network without biases can have on a line.
    features = np.stack([relu(x), relu(-x)], axis=1)
    coefficients, *_ = np.linalg.lstsq(features, y, rcond=None)
    return bool(np.allclose(features @ coefficients, y, atol=1e-3))


def dead_units(w, b, x):
    _, (z,) = Network([(w, b)], ACTIVATIONS["relu"]).forward(x)
    return np.flatnonzero((z > 0).any(axis=0))


def count_pieces(layers, start, end):
    network = Network(layers, ACTIVATIONS["relu"])
    direction = end - start
    if not direction.any():
        return 1
    places = network.switches(start, direction)
    slopes = [
        network.affine((low + high) / 2, network.depth - 1, start, direction)[1] for low, high in zip(places, places[1:])
    ]
    return 1 + sum(not np.allclose(a, b, rtol=1e-6, atol=1e-9) for a, b in zip(slopes, slopes[1:]))


def sawtooth(depth):
    tooth = np.array([[2.0], [-4.0]])
    split = np.array([[1.0, 1.0]])
    shift = np.array([0.0, -0.5])
    layers = [(split, shift)]
    for _ in range(1, depth):
        w, b = collapse([tooth, split], [np.zeros(1), shift])
        layers.append((w, b))
    layers.append((tooth, np.zeros(1)))
    return layers
