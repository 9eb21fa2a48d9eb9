"""What the checks of kata 05 share: the disguised pictures, one training, and the answers after it.

All pictures of a run may be mirrored, turned upside down and have their colour channels exchanged, all in the
same way, and the two classes may be exchanged. Whoever learns from them does not notice.
"""

from collections.abc import Callable
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from checker.suite import beside, say
from checker.suite import training as told

causes = beside(__file__, "causes")

SIZES = {"cpu": 32, "gpu": 64}
DRAWN = {"cpu": 6_000, "gpu": 10_000}
MOST_PHOTOS = {"cpu": 10_000, "gpu": 25_000}
# Shares of the set; the rest is for training.
HIDDEN, VALIDATION = 0.3, 0.1
# For an experiment's training, and how often one is repeated.
FEW, ROUNDS = 200, 3


@dataclass(frozen=True)
class Pictures:
    """The pictures of this run, uint8 (n, size, size, 3), with labels int64 (n,), all in disguise.

    `kind` is where they come from: "photos", "full", "own" or "drawn". It chooses among the targets.
    """

    kind: str
    train: np.ndarray
    y_train: np.ndarray
    validation: np.ndarray
    y_validation: np.ndarray
    hidden: np.ndarray
    y_hidden: np.ndarray
    # Undoes the disguise of pictures (n, size, size, 3), for people.
    as_they_were: Callable[[np.ndarray], np.ndarray]

    @property
    def image_shape(self) -> tuple[int, int, int]:
        """(height, width, 3)."""
        height, width, channels = self.train.shape[1:]
        return height, width, channels


@dataclass(frozen=True)
class Trained:
    """What the training worker handed over."""

    start: list[np.ndarray]
    weights: list[np.ndarray]
    kernels: tuple[tuple[int, ...], ...]
    time: Any
    history: Any


@pytest.fixture(scope="session")
def pictures(data, tier, streams):
    """The pictures of this run, split and disguised."""
    found = data.cats_dogs(SIZES[tier], drawn=DRAWN[tier], most=MOST_PHOTOS[tier])
    order = streams.hidden("split").permutation(len(found.labels))
    rng = streams.hidden("disguise")
    mirrored, upside_down, swapped = (bool(bit) for bit in rng.integers(2, size=3))
    channels = rng.permutation(3)
    done = ["mirrored"] * mirrored + ["upside down"] * upside_down + ["classes exchanged"] * swapped
    colours = "".join("RGB"[i] for i in channels)
    data.note_disguise(", ".join([*done, f"colours in the order {colours}"]))

    images = np.asarray(found.images)[..., channels]
    images = images[:, ::-1] if upside_down else images
    images = np.ascontiguousarray((images[:, :, ::-1] if mirrored else images)[order])
    labels = (1 - found.labels if swapped else np.asarray(found.labels))[order]
    hidden, validation = (int(len(order) * share) for share in (HIDDEN, VALIDATION))
    parts = np.split(images, [hidden, hidden + validation]), np.split(labels, [hidden, hidden + validation])
    (hide, check, learn), (y_hide, y_check, y_learn) = parts

    def as_they_were(disguised):
        disguised = disguised[:, :, ::-1] if mirrored else disguised
        return (disguised[:, ::-1] if upside_down else disguised)[..., np.argsort(channels)]

    return Pictures(found.kind, learn, y_learn, check, y_check, hide, y_hide, as_they_were)


@pytest.fixture(scope="session")
def target(targets, pictures):
    """`target("accuracy")`: the target of that name for the kind of pictures at hand."""
    return lambda name: getattr(targets, f"{name}_{pictures.kind}")


@pytest.fixture(scope="session")
def spread(kata, pictures):
    """`spread("accuracy")`: how much that figure varies from run to run, for the kind of pictures at hand."""
    return lambda name: kata.spread[f"{name}_{pictures.kind}"]


@pytest.fixture(scope="session")
def measure():
    """`measure.balanced_accuracy(labels, scores)` and `measure.area_under_curve(labels, scores)`."""
    return SimpleNamespace(balanced_accuracy=balanced_accuracy, area_under_curve=area_under_curve)


@pytest.fixture(scope="session")
def linear_accuracy(pictures):
    """Balanced accuracy of logistic regression on the hidden pictures."""
    return balanced_accuracy(
        pictures.y_hidden,
        logistic_regression(shrunk(pictures.train), pictures.y_train, shrunk(pictures.hidden)),
    )


@pytest.fixture(scope="session")
def send(data):
    """`send(images)`: uint8 pictures as the submission gets them, float32 in [0, 1]."""
    return lambda images: data.share(images, scale=1 / 255, dtype="float32", shape=images.shape)


@pytest.fixture(scope="session")
def run_training(submission, pictures, send):
    """`run_training(label, rows)`: build and train in a worker of its own; the weights come home."""

    def run(label, rows):
        checked = None if rows is None else rows // 4
        with submission.worker(label) as worker:
            model = worker.call("build", pictures.image_shape, keep=True)
            model.build_on(pictures.train[:2] / np.float32(255))
            start, kernels = model.weights(), model.facts().kernel_shapes
            history = worker.call(
                "train",
                model,
                send(pictures.train[:rows]),
                pictures.y_train[:rows],
                send(pictures.validation[:checked]),
                pictures.y_validation[:checked],
                budget="train",
                in_place=True,
            )
            weights = model.weights()
            worker.end()
            return Trained(start, weights, kernels, worker.elapsed, history)

    return run


@pytest.fixture(scope="session")
def trained(run_training):
    """The one full training that all checks look at."""
    return run_training("training", None)


@pytest.fixture(scope="session")
def probabilities(expect):
    """What a model returned for `rows` pictures, as probabilities (rows,)."""

    def check(value, rows, when):
        what = say("The model {when}, called on {rows} pictures,", when=when, rows=rows)
        value = expect.array(value, what, shape=(rows, 1))
        low, high = float(value.min()), float(value.max())
        expect.that(
            low >= -1e-6 and high <= 1 + 1e-6,
            say(
                "The model {when} answers with values from {low:.3g} to {high:.3g}; probabilities lie from 0 to "
                "1.",
                when=when,
                low=low,
                high=high,
            ),
            "Are these logits? Then the last layer lacks its sigmoid, and the loss must know which of the two it gets.",
        )
        return value[:, 0].astype(np.float64)

    return check


@pytest.fixture(scope="session")
def untrained(submission, pictures):
    """`untrained(shape)`: a new, untrained model, all in one worker."""
    with submission.worker("untrained") as worker:

        def build(shape=pictures.image_shape):
            model = worker.call("build", shape, keep=True)
            model.build_on(np.zeros((2, *shape), np.float32))
            return model

        yield build


@pytest.fixture(scope="session")
def rebuilt(pictures):
    """`rebuilt(worker, weights)`: the model built afresh in another worker, with the weights from training."""

    def build(worker, weights):
        model = worker.call("build", pictures.image_shape, keep=True)
        model.build_on(pictures.train[:2] / np.float32(255))
        model.set_weights(weights)
        return model

    return build


@pytest.fixture(scope="session")
def judged(submission, trained, rebuilt, expect, diagnose):
    """The trained model in a worker that saw nothing of the training."""
    lost = sum(int(a.size - np.isfinite(a).sum()) for a in trained.weights if a.dtype.kind == "f")
    expect.that(
        lost == 0,
        say("After train() {lost:,} of the model's weights are NaN or infinite.", lost=lost),
        "The loss grew beyond all bounds. Is the learning rate too large (Adam: 0.001 is a safe start), or does the "
        "loss divide by zero or take a logarithm of it?",
        why=lambda: diagnose(certain=[lambda: told.became_nan(trained.history)]),
    )
    submission.prepare(2)  # the next worker imports TensorFlow meanwhile
    with submission.worker("hidden") as worker:
        yield rebuilt(worker, trained.weights)


@pytest.fixture(scope="session")
def answers(judged, pictures, send, probabilities):
    """The trained model's probabilities for the hidden pictures."""
    value = judged.apply(send(pictures.hidden))
    return probabilities(value, len(pictures.hidden), "after training")


@pytest.fixture(scope="session")
def why(submission, judged, untrained, rebuilt, trained, answers, pictures, diagnose):
    """`why()` names what keeps the accuracy low, from what the judge can see of it and from experiments."""

    def ask(images, training):
        value = judged.apply(images, batch_size=100, training=training)
        if training:
            judged.set_weights(trained.weights)  # the averages have moved
        return np.asarray(value)[:, 0]

    def in_that_process(images):
        with submission.worker("experiment") as worker:
            model = rebuilt(worker, trained.weights)
            few = pictures.train[:FEW] / np.float32(255)
            learn(worker, model, few, pictures.y_train[:FEW])
            model.set_weights(trained.weights)
            return model.apply(images)[:, 0]

    def after_training(images, labels):
        with submission.worker("experiment") as worker:
            model = rebuilt(worker, trained.start)
            for _ in range(ROUNDS):
                learn(worker, model, images, labels)
                yield model.apply(images)[:, 0].astype(np.float64)
                if any(np.ndim(array) == 1 for array in trained.weights):  # averages may lag behind
                    weights = model.weights()
                    yield model.apply(images, training=True)[:, 0].astype(np.float64)
                    model.set_weights(weights)

    def learn(worker, model, images, labels):
        checked = len(images) // 4
        worker.call("train", model, images, labels, images[:checked], labels[:checked], in_place=True)

    def look():
        found = causes.Causes(
            causes.Seen(
                pictures=pictures,
                answers=answers,
                accuracy=balanced_accuracy(pictures.y_hidden, answers),
                start=trained.start,
                weights=trained.weights,
                kernels=trained.kernels,
                is_frozen=lambda: is_frozen(judged.facts()),
                history=trained.history,
                time=trained.time,
                ask=ask,
                untrained=lambda images: untrained().apply(images)[:, 0],
                in_that_process=in_that_process,
                after_training=after_training,
                balanced_accuracy=balanced_accuracy,
            )
        )
        return diagnose(certain=found.certain, likely=found.likely, otherwise=found.nothing_found)

    return look


def is_frozen(facts):
    """Whether a new model itself calls a kernel not trainable."""
    return not all(
        t for shape, t in zip(facts.weight_shapes, facts.trainable, strict=True) if len(shape) >= 2
    )


def balanced_accuracy(labels, scores):
    """The mean of the shares of right answers on either class; 0.5 is chance, however many there are of each."""
    return float(np.mean([np.mean((scores[labels == kind] > 0.5) == kind) for kind in (0, 1)]))


def area_under_curve(labels, scores):
    """The probability that a picture of class 1 gets the higher score of two; ties count half (Mann-Whitney U)."""
    values, place = np.unique(scores, return_inverse=True)
    counts = np.bincount(place, minlength=len(values))
    ranks = np.cumsum(counts) - (counts - 1) / 2
    ones, zeros = int(np.sum(labels == 1)), int(np.sum(labels == 0))
    return float((np.sum(ranks[place][labels == 1]) - ones * (ones + 1) / 2) / (ones * zeros))


def shrunk(images, cells=16):
    """The mean of each of `cells` x `cells` fields, (n, cells * cells * 3), the linear model's inputs."""
    field = images.shape[1] // cells
    fields = images.reshape(len(images), cells, field, cells, field, 3).mean(axis=(2, 4), dtype=np.float32)
    return fields.reshape(len(images), -1)


def logistic_regression(x, y, x_hidden, steps=150, decay=0.3):
    """Probabilities for `x_hidden` of a logistic regression with L2 penalty, fitted by accelerated descent."""
    mean, std = x.mean(axis=0), x.std(axis=0) + 1.0
    x, x_hidden = (x - mean) / std, (x_hidden - mean) / std
    weights, bias = np.zeros(x.shape[1], np.float32), 0.0
    step, velocity = 4.0 / (np.linalg.norm(x.T @ x, 2) / len(x) + 4 * decay), np.zeros_like(weights)
    for _ in range(steps):
        miss = sigmoid(x @ weights + bias) - y
        velocity = 0.9 * velocity - 0.3 * step * (x.T @ miss / len(x) + decay * weights)
        weights, bias = weights + velocity, bias - float(miss.mean())
    return sigmoid(x_hidden @ weights + bias)


def sigmoid(z):
    """1 / (1 + e^-z) without overflow."""
    return 0.5 * (1.0 + np.tanh(0.5 * z))
