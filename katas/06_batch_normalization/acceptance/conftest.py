"""What the checks of kata 06 share: the judge's own batch normalization, digits, and the two networks."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any, NamedTuple

import numpy as np
import pytest

from checker.suite import beside, disguised, say

causes_of = beside(__file__, "causes")
TRAINING_ROWS, HIDDEN_ROWS, FEW_ROWS = 20_000, 5_000, 100

# The judge's own functions, in float64 and with every step written out; tests/test_batchnorm_against_keras.py
# compares them with Keras's layer and with finite differences.


def forward(x: np.ndarray, gamma: np.ndarray, beta: np.ndarray, eps: float) -> np.ndarray:
    """Training mode, in float64."""
    x = x.astype(np.float64)
    mean, var = statistics(x)
    return gamma * (x - mean) / np.sqrt(var + eps) + beta


def statistics(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean and (biased) variance of every channel."""
    rows = x.astype(np.float64).reshape(-1, x.shape[-1])
    mean = rows.sum(axis=0) / len(rows)
    return mean, ((rows - mean) ** 2).sum(axis=0) / len(rows)


def backward(
    dy: np.ndarray, x: np.ndarray, gamma: np.ndarray, eps: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The gradients step by step, as in Ioffe and Szegedy (2015), section 3, in float64."""
    rows, slopes = (a.astype(np.float64).reshape(-1, x.shape[-1]) for a in (x, dy))
    n = len(rows)
    mean, var = statistics(x)
    root = np.sqrt(var + eps)
    normal = (rows - mean) / root
    d_normal = slopes * gamma
    d_var = (d_normal * (rows - mean)).sum(axis=0) * -0.5 / root**3
    d_mean = -(d_normal / root).sum(axis=0) - 2 * d_var * (rows - mean).sum(axis=0) / n
    dx = d_normal / root + d_var * 2 * (rows - mean) / n + d_mean / n
    return dx.reshape(x.shape), (slopes * normal).sum(axis=0), slopes.sum(axis=0)


def inference(
    x: np.ndarray, gamma: np.ndarray, beta: np.ndarray, mean: np.ndarray, var: np.ndarray, eps: float
) -> np.ndarray:
    """Inference mode, in float64."""
    return gamma * (x.astype(np.float64) - mean) / np.sqrt(var.astype(np.float64) + eps) + beta


@pytest.fixture(scope="session")
def truth() -> SimpleNamespace:
    """The judge's own forward, backward, statistics and inference."""
    return SimpleNamespace(forward=forward, backward=backward, statistics=statistics, inference=inference)


@pytest.fixture(scope="session")
def read_parts(expect: Any) -> Any:
    """`read_parts(value, what, names)` gives a tuple that was returned, with its length checked."""

    def read(value: Any, what: str, names: tuple[str, ...]) -> list[Any]:
        wanted = {"what": what, "count": len(names), "names": ", ".join(names)}
        if value is None:
            expect.invalid(
                say("{what} must return {count} arrays, ({names}); it returned None.", **wanted),
                "Is there a return at the end of the function?",
            )
        if not isinstance(value, (tuple, list)):
            expect.invalid(
                say(
                    "{what} must return {count} arrays, ({names}); it returned one {kind}.",
                    **wanted,
                    kind=type(value).__name__,
                )
            )
        if len(value) != len(names):
            expect.invalid(
                say(
                    "{what} must return {count} arrays, ({names}); it returned {given}.",
                    **wanted,
                    given=len(value),
                )
            )
        return list(value)

    return read


@pytest.fixture(scope="session")
def read_channels(expect: Any) -> Any:
    """`read_channels(value, what, count)` gives one number per channel (count,); kept axes of length 1 do not matter."""

    def read(value: Any, what: str, count: int) -> np.ndarray:
        array = expect.array(value, what)
        if array.ndim > 1 and array.shape == (1,) * (array.ndim - 1) + (count,):
            return array[(0,) * (array.ndim - 1)]
        return expect.array(array, what, shape=(count,))

    return read


class Digits(NamedTuple):
    """Disguised digits: images uint8 (n, 784), labels int64 (n,) under a permutation of the ten numbers."""

    train: np.ndarray
    train_labels: np.ndarray
    hidden: np.ndarray
    hidden_labels: np.ndarray


@pytest.fixture(scope="session")
def digits(data: Any, streams: Any) -> Digits:
    """A part of MNIST, shuffled, split and disguised anew in each run."""
    mnist = data.mnist()
    order = streams.hidden("split").permutation(len(mnist.images))[: TRAINING_ROWS + HIDDEN_ROWS]
    images = disguised(mnist.images[order], data, streams, ", labels permuted").reshape(-1, 784)
    labels = streams.hidden("labels").permutation(10)[mnist.labels[order]].astype(np.int64)
    n = TRAINING_ROWS
    return Digits(images[:n], labels[:n], images[n:], labels[n:])


class Network(NamedTuple):
    """A network in a worker, with its weights as they were built."""

    name: str
    model: Any
    facts: Any
    fresh: list[np.ndarray]

    @property
    def kernels(self) -> list[int]:
        """Positions of the trainable weights with two or more axes. A norm's (1, c) is no kernel."""
        return [
            i
            for i, (shape, trainable) in enumerate(
                zip(self.facts.weight_shapes, self.facts.trainable, strict=True)
            )
            if trainable and len(shape) >= 2 and int(np.prod(shape[:-1])) > 1
        ]

    @property
    def kernel_shapes(self) -> list[tuple[int, ...]]:
        """The shapes of the kernels, in the order of the weights."""
        return [self.facts.weight_shapes[i] for i in self.kernels]


NAMES = {False: "build(False)", True: "build(True)"}


@pytest.fixture(scope="session")
def sample(digits: Digits) -> np.ndarray:
    """Training images as float32 (64, 784)."""
    return digits.train[:64].astype(np.float32) / 255


@pytest.fixture(scope="session")
def build(sample: np.ndarray, expect: Any) -> Any:
    """`build(worker, use_batchnorm)` gives a Network whose answers have the right shape."""

    def build_one(worker: Any, use_batchnorm: bool) -> Network:
        name = NAMES[use_batchnorm]
        model = worker.call("build", use_batchnorm, keep=True)
        model.build_on(sample)
        # Large kernels may overflow in many layers; only after training, and with the norm, must the answer be finite.
        answer = model.apply(sample)
        expect.array(answer, say("The answer of {name}", name=name), shape=(len(sample), 10), finite=False)
        facts, fresh = model.facts(), model.weights()
        if tuple(w.shape for w in fresh) != facts.weight_shapes:
            expect.invalid(
                say("{name}: get_weights() returns other arrays than the model has weights.", name=name),
                "Leave get_weights and set_weights as Keras's models have them.",
            )
        return Network(name, model, facts, fresh)

    return build_one


@pytest.fixture(scope="session")
def first_look(submission: Any) -> Iterator[Any]:
    """A worker for what needs no trained network."""
    with submission.worker("first look", shared=True) as worker:
        yield worker


@pytest.fixture(scope="session")
def networks(first_look: Any, build: Any) -> tuple[Network, Network]:
    """(plain, normed), untrained, in the worker of `first_look`. Whoever changes their weights puts them back."""
    return build(first_look, False), build(first_look, True)


class Trained(NamedTuple):
    """What training handed over for one network, the weights before, and the time that it took."""

    before: list[np.ndarray]
    weights: list[np.ndarray]
    history: Any
    time: Any


@pytest.fixture(scope="session")
def trained(submission: Any, build: Any, digits: Digits, data: Any) -> tuple[Trained, Trained]:
    """Both networks, (plain, normed), each trained in a worker of its own that is ended afterwards.

    In one worker, the time of the first training could serve the second, and `build` could train with what it kept.
    """
    images = data.share(digits.train, scale=1 / 255, dtype="float32")
    submission.prepare(2)  # the second worker imports TensorFlow while the first one trains
    results = []
    for use_batchnorm, budget in ((False, "train_plain"), (True, "train_normed")):
        with submission.worker("training") as worker:
            network = build(worker, use_batchnorm)
            history = worker.call(
                "train", network.model, images, digits.train_labels, budget=budget, in_place=True
            )
            weights = network.model.weights()
        results.append(Trained(network.fresh, weights, history, worker.elapsed))
    return results[0], results[1]


@pytest.fixture(scope="session")
def put_weights(expect: Any) -> Any:
    """`put_weights(network, arrays)` hands trained weights to a network that was built anew."""

    def put(network: Network, arrays: list[np.ndarray]) -> None:
        given, wanted = [a.shape for a in arrays], [a.shape for a in network.fresh]
        expect.that(
            given == wanted,
            say(
                "After training, {name} has other weights than when it is built: {given} arrays instead of "
                "{wanted}, or other shapes.",
                name=network.name,
                given=len(given),
                wanted=len(wanted),
            ),
            "Each call of build must give the same architecture, and train must not add layers.",
        )
        network.model.set_weights(arrays)

    return put


@pytest.fixture(scope="session")
def answers(
    submission: Any,
    trained: tuple[Trained, Trained],
    build: Any,
    digits: Digits,
    data: Any,
    put_weights: Any,
    expect: Any,
) -> tuple[np.ndarray, np.ndarray]:
    """What the trained networks, (plain, normed), answer to the hidden images: (5000, 10) each.

    Both may hold NaN.
    """
    images = data.share(digits.hidden, scale=1 / 255, dtype="float32")
    found = []
    with submission.worker("inference") as worker:
        for use_batchnorm, result in zip((False, True), trained, strict=True):
            network = build(worker, use_batchnorm)
            put_weights(network, result.weights)
            what = say("The answer of the trained {name}", name=network.name)
            answer = network.model.apply(images)
            found.append(expect.array(answer, what, shape=(HIDDEN_ROWS, 10), finite=False))
    return found[0], found[1]


@pytest.fixture(scope="session")
def accuracy_of() -> Any:
    """`accuracy_of(answers, labels)`: the share of rows whose largest answer is at the label. NaN is wrong."""

    def accuracy(answers: np.ndarray, labels: np.ndarray) -> float:
        usable = np.isfinite(answers).all(axis=1)
        return float(np.mean((np.argmax(np.where(usable[:, None], answers, 0), axis=1) == labels) & usable))

    return accuracy


@pytest.fixture(scope="session")
def causes(networks: Any, trained: Any, answers: Any, digits: Digits, accuracy_of: Any) -> Any:
    """The experiments after a miss of the network with the norm (see causes.py)."""
    return causes_of.Causes(networks, trained, answers, digits, accuracy_of)
