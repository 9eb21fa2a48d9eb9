# verdict: passed
# Evolution strategies with dataclasses and type hints: mirrored noise around a small network, ranks as rewards.
from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Config:
    hidden: int = 8
    pairs: int = 64
    sigma: float = 0.3
    rate: float = 0.3
    generations: int = 150
    stop_at: float = 498.0


@dataclass
class Network:
    """A population of networks 4 -> hidden -> 1, one per environment."""

    hidden: int
    scale: Array = field(default_factory=lambda: np.ones(4))

    @property
    def size(self) -> int:
        return 4 * self.hidden + 2 * self.hidden + 1

    def scores(self, parameters: Array, observations: Array) -> Array:
        h = self.hidden
        w1 = parameters[:, : 4 * h].reshape(-1, 4, h)
        b1 = parameters[:, 4 * h : 5 * h]
        w2 = parameters[:, 5 * h : 6 * h]
        b2 = parameters[:, -1]
        hidden = np.tanh(np.einsum("ni,nih->nh", observations / self.scale, w1) + b1)
        return np.sum(hidden * w2, axis=1) + b2


CONFIG = Config()


def build() -> list[Array]:
    return [np.zeros(Network(CONFIG.hidden).size), np.ones(4)]


def act(policy: list[Array], observations: NDArray[np.float32]) -> NDArray[np.int64]:
    network = Network(CONFIG.hidden, policy[1])
    parameters = np.broadcast_to(policy[0], (len(observations), network.size))
    return (network.scores(parameters, observations.astype(float)) > 0).astype(np.int64)


def evaluate(network: Network, envs: Any, parameters: Array) -> Array:
    observations, _ = envs.reset()
    alive = np.ones(len(parameters), dtype=bool)
    returns = np.zeros(len(parameters))
    while alive.any():
        actions = (network.scores(parameters, observations) > 0).astype(np.int64)
        observations, rewards, terminated, truncated, _ = envs.step(actions)
        returns += rewards * alive
        alive &= ~(terminated | truncated)
    return returns


def ranks(values: Array) -> Array:
    order = np.empty(len(values))
    order[np.argsort(values, kind="stable")] = np.arange(len(values))
    return order / (len(values) - 1) - 0.5


def train(policy: list[Array], make_env: Callable[..., Any], seed: int) -> dict[str, list[float]]:
    rng = np.random.default_rng(seed)
    envs = make_env(2 * CONFIG.pairs)
    envs.reset(seed=seed)
    sample = [envs.step(rng.integers(2, size=2 * CONFIG.pairs))[0] for _ in range(100)]
    network = Network(CONFIG.hidden, np.concatenate(sample).std(axis=0).astype(float))
    theta = 0.1 * rng.normal(size=network.size)
    history: dict[str, list[float]] = {"mean_return": []}
    best, best_theta = 0.0, theta.copy()
    for _ in range(CONFIG.generations):
        noise = rng.normal(size=(CONFIG.pairs, network.size))
        population = theta + CONFIG.sigma * np.concatenate([noise, -noise])
        fitness = ranks(evaluate(network, envs, population))
        gradient = (fitness[: CONFIG.pairs] - fitness[CONFIG.pairs :]) @ noise / CONFIG.pairs
        theta = theta + CONFIG.rate * gradient / CONFIG.sigma
        current = float(evaluate(network, envs, np.broadcast_to(theta, population.shape)).mean())
        history["mean_return"].append(current)
        if current > best:
            best, best_theta = current, theta.copy()
        if current >= CONFIG.stop_at:
            break
    policy[0][:] = best_theta
    policy[1][:] = network.scale
    envs.close()
    return history
