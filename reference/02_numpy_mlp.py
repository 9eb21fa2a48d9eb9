"""Kata 02, one exemplary solution: a multilayer perceptron with backpropagation written by hand.

Read it from top to bottom. A layer is `h W + b`; tanh between the layers makes it bend; backpropagation carries
the error from the output back through the same layers; Adam turns gradients into steps. The same few lines then
draw curves and read digits.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

Params = list[np.ndarray]


def init(sizes: Sequence[int], seed: int) -> Params:
    """Random weights and zero biases, [W1, b1, W2, b2, ...], the same ones for the same seed.

    Weights of deviation 1/sqrt(fan-in) keep the sums of every layer near 1, where tanh is neither flat nor
    straight (LeCun et al., "Efficient BackProp", 1998). Equal weights would make all units of a layer equal for ever.
    """
    rng = np.random.default_rng(seed)
    params: Params = []
    for fan_in, fan_out in pairwise(sizes):
        params += [rng.normal(scale=fan_in**-0.5, size=(fan_in, fan_out)), np.zeros(fan_out)]
    return params


def activations(params: Params, x: np.ndarray) -> list[np.ndarray]:
    """What every layer puts out, from the input itself to the raw outputs: backpropagation needs them all."""
    layers = [x]
    for i in range(0, len(params), 2):
        h = layers[-1] @ params[i] + params[i + 1]
        is_last = i == len(params) - 2
        layers.append(h if is_last else np.tanh(h))
    return layers


def forward(params: Params, x: np.ndarray) -> np.ndarray:
    """Raw outputs (n, sizes[-1]), no activation after the last layer."""
    return activations(params, x)[-1]


def output_loss(out: np.ndarray, y: np.ndarray, kind: str) -> tuple[float, np.ndarray]:
    """The loss of raw outputs (n, k) and its gradient with respect to them, (n, k)."""
    if kind == "mse":
        error = out - y
        return float(np.mean(error**2)), 2 * error / error.size

    # Subtracting a row's largest logit changes no probability, and keeps exp from overflowing.
    shifted = out - out.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    rows = np.arange(len(y))
    gradient = np.exp(log_p)
    gradient[rows, y] -= 1
    return float(-log_p[rows, y].mean()), gradient / len(y)


def loss_and_gradients(params: Params, x: np.ndarray, y: np.ndarray, kind: str) -> tuple[float, Params]:
    """The loss ("mse" or "cross_entropy") and its gradient, in the order of `params`."""
    layers = activations(params, x)
    loss, delta = output_loss(layers[-1], y, kind)
    gradients: Params = []
    for i in range(len(params) - 2, -1, -2):
        h = layers[i // 2]  # what this layer read
        gradients = [h.T @ delta, delta.sum(axis=0), *gradients]
        if i > 0:
            delta = (delta @ params[i].T) * (1 - h**2)  # tanh' = 1 - tanh^2
    return loss, gradients


class Adam:
    """Steps of about `rate` whatever the gradient's size: Kingma and Ba, "Adam", 2015, algorithm 1."""

    def __init__(self, params: Params) -> None:
        self.m = [np.zeros_like(p) for p in params]
        self.v = [np.zeros_like(p) for p in params]
        self.t = 0

    def step(self, params: Params, gradients: Params, rate: float) -> None:
        """Change `params` in place."""
        self.t += 1
        rate = rate * (1 - 0.999**self.t) ** 0.5 / (1 - 0.9**self.t)
        for p, g, m, v in zip(params, gradients, self.m, self.v, strict=True):
            m += 0.1 * (g - m)
            v += 0.001 * (g * g - v)
            p -= rate * m / (np.sqrt(v) + 1e-8)


def fit_curve(x: np.ndarray, y: np.ndarray, hidden: int, seed: int) -> Params:
    """Approximate the points (x, y), both (n, 1), with one hidden layer."""
    params = init([1, hidden, 1], seed)
    # A unit bends where x w + b = 0. Wider slopes and spread biases put those places all over the interval;
    # with zero biases all of them would start at x = 0.
    rng = np.random.default_rng(seed)
    params[0] *= 2
    params[1] += rng.uniform(-1, 1, hidden) * np.abs(x).max() * np.abs(params[0][0])
    adam, steps = Adam(params), 4000
    for step in range(steps):
        _, gradients = loss_and_gradients(params, x, y, "mse")
        adam.step(params, gradients, rate=0.02 * (1 - step / steps))
    return params


def train_classifier(x: np.ndarray, y: np.ndarray, seed: int) -> Params:
    """Learn digits from x (n, 784) and y (n,) in batches; the step shrinks to zero towards the end."""
    rng = np.random.default_rng(seed)
    params = [p.astype(np.float32) for p in init([784, 128, 10], seed)]
    adam, batch, epochs = Adam(params), 100, 4
    steps = epochs * -(-len(x) // batch)
    for epoch in range(epochs):
        order = rng.permutation(len(x))
        for start in range(0, len(x), batch):
            rows = order[start : start + batch]
            _, gradients = loss_and_gradients(params, x[rows], y[rows], "cross_entropy")
            adam.step(params, gradients, rate=0.003 * (1 - adam.t / steps))
        print(f"epoch {epoch + 1} of {epochs}", flush=True)
    return params
