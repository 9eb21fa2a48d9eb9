"""What the checks of kata 07 share: disguised digits, one training, and the pictures drawn after it.

The learner's networks see every picture mirrored or turned in a way drawn for this run. Whatever the
generator draws is turned back before it is looked at.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from checker.suite import beside, say

causes_of = beside(__file__, "causes")
LATENT_SIZE = 64
TRAINING_ROWS = 60_000
DRAWINGS = 5_000
FEW_ROWS = 300
# Of these digits alone the distance to all ten is at least 117; of eights or nines alone it is 88 to 95.
FEW_DIGITS = (0, 1, 2, 3, 4, 5, 6, 7)
WALKS, STEPS = 24, 40


@dataclass(frozen=True)
class Digits:
    """The pictures of this run: uint8 (n, 28, 28), upright unless they are said to be disguised."""

    training: np.ndarray
    hidden: np.ndarray
    few: np.ndarray
    turns: int
    mirrored: bool

    def disguise(self, images: np.ndarray) -> np.ndarray:
        """Upright pictures as the learner's networks see them."""
        turned = np.rot90(images, self.turns, axes=(1, 2))
        return np.ascontiguousarray(turned[:, :, ::-1] if self.mirrored else turned)

    def upright(self, images: np.ndarray) -> np.ndarray:
        """The inverse of `disguise`."""
        images = images[:, :, ::-1] if self.mirrored else images
        return np.ascontiguousarray(np.rot90(images, -self.turns, axes=(1, 2)))


@dataclass(frozen=True)
class Trained:
    """What the training worker handed over, and the weights before."""

    generator: list[np.ndarray]
    discriminator: list[np.ndarray]
    generator_at_the_start: list[np.ndarray]
    discriminator_at_the_start: list[np.ndarray]
    time: Any
    history: Any


@dataclass(frozen=True)
class Drawings:
    """Pictures (n, 28, 28) in [0, 1], the z they were drawn from, as they came (`raw`) and upright, their features
    and classes; and the pictures along walks from one z to another (WALKS, STEPS, 784), with their z (`path`)."""

    z: np.ndarray
    raw: np.ndarray
    images: np.ndarray
    features: np.ndarray
    classes: np.ndarray
    path: np.ndarray
    raw_walks: np.ndarray

    @property
    def walks(self) -> np.ndarray:
        """The walked pictures, (WALKS, STEPS, 784)."""
        return self.raw_walks.reshape(WALKS, STEPS, -1)


@pytest.fixture(scope="session")
def digits(data, streams):
    """The training and hidden digits of this run, and how they are disguised."""
    mnist = data.mnist()
    order = streams.hidden("split").permutation(len(mnist.images))
    training, hidden = order[:TRAINING_ROWS], order[TRAINING_ROWS:]
    few = training[mnist.labels[training] == streams.hidden("digit of the few").choice(FEW_DIGITS)][:FEW_ROWS]
    rng = streams.hidden("disguise")
    turns, mirrored = int(rng.integers(4)), bool(rng.integers(2))
    data.note_disguise(
        say("all pictures turned by {degrees} degrees and mirrored", degrees=90 * turns)
        if mirrored
        else say("all pictures turned by {degrees} degrees", degrees=90 * turns)
    )
    images = np.asarray(mnist.images)
    return Digits(images[np.sort(training)], images[hidden], images[few], turns, mirrored)


@pytest.fixture(scope="session")
def network(data):
    """The digit-feature network."""
    return data.digit_features()


@pytest.fixture(scope="session")
def real(digits, network):
    """Features of the hidden digits, as many as there are drawings."""
    return network.features(digits.hidden[:DRAWINGS] / np.float32(255))


@pytest.fixture(scope="session")
def ask(expect, diagnose):
    """ask(name, model, x, shape, after="", weights=None) -> (answers, why), with the reason where they hold NaN.

    `why` looks for the reason where they leave [0, 1].
    """

    def ask(name, model, x, shape, after="", weights=None):
        value = model.apply(x)
        lost = sum(not np.isfinite(w).all() for w in weights or [] if np.asarray(w).dtype.kind == "f")
        if lost and isinstance(value, np.ndarray) and not np.isfinite(value).all():
            expect.invalid(
                say(
                    "After train {lost} of the {count} weight arrays of the {name} hold NaN or infinity: its values "
                    "are not finite any more.",
                    lost=lost,
                    count=len(weights),
                    name=name,
                ),
                "Training blew up. Is there a logarithm of 0 (a cross-entropy of one's own without a floor: take "
                "keras.losses.BinaryCrossentropy, or logits and softplus), or is the learning rate far too large?",
            )
        what = (
            say("The generator's output{after} for {count} rows of z", after=after, count=len(x))
            if name == "generator"
            else say("The discriminator's output{after} for {count} pictures", after=after, count=len(x))
        )
        value = expect.array(value, what, shape=(len(x), *shape))
        return value, lambda: diagnose(certain=[lambda: causes_of.end_of_network(model.apply, x[:100], name)])

    return ask


@pytest.fixture(scope="session")
def as_pictures(expect, ask):
    """What a generator draws, as pictures that can be looked at."""

    def check(model, z, after="", weights=None):
        value, why = ask("generator", model, z, (28, 28), after, weights)
        low, high = float(value.min()), float(value.max())
        expect.that(
            low >= -1e-6 and high <= 1 + 1e-6,
            say(
                "The generator{after} draws values from {low:.3g} to {high:.3g}; pictures lie between 0 and 1.",
                after=after,
                low=low,
                high=high,
            ),
            "Which activation ends in exactly that interval?",
            why,
        )
        return value.astype(np.float32)

    return check


@pytest.fixture(scope="session")
def as_probabilities(expect, ask):
    """What a discriminator says of pictures, as probabilities (n,)."""

    def check(model, images, after="", weights=None):
        value, why = ask("discriminator", model, images, (1,), after, weights)
        low, high = float(value.min()), float(value.max())
        expect.that(
            low >= -1e-6 and high <= 1 + 1e-6,
            say(
                "The discriminator{after} gives values from {low:.3g} to {high:.3g}; probabilities lie between 0 "
                "and 1.",
                after=after,
                low=low,
                high=high,
            ),
            "Are these logits? Then a last step is missing, and the loss must know which of the two it gets.",
            why,
        )
        return value[:, 0].astype(np.float64)

    return check


@pytest.fixture(scope="session")
def causes(submission, trained, digits, network, real, streams):
    """The experiments after a miss (see causes.py). Nothing is computed before the first of them runs."""
    made = causes_of.Causes(
        submission, trained, digits, network, real, rebuild, streams.hidden("experiments")
    )
    yield made
    made.studio.end()


def run_training(submission, digits, data, images, label):
    """Build both networks in a worker, train them on disguised `images`, and take their weights home."""
    disguised = digits.disguise(images)
    shared = data.share(disguised, scale=1 / 255, dtype="float32", shape=disguised.shape)
    with submission.worker(label) as worker:
        generator = worker.call("build_generator", LATENT_SIZE, keep=True)
        discriminator = worker.call("build_discriminator", keep=True)
        generator.build_on(np.zeros((2, LATENT_SIZE), np.float32))
        discriminator.build_on(np.zeros((2, 28, 28), np.float32))
        # Where it takes too long it is interrupted, and what was learned by then is judged all the same.
        start = generator.weights(), discriminator.weights()
        history = worker.call("train", generator, discriminator, shared, budget="train", in_place=True)
        weights = generator.weights(), discriminator.weights()
        worker.end()
        return Trained(*weights, *start, worker.elapsed, history)


def rebuild(worker, kind, weights):
    """A fresh network of that kind ("generator" or "discriminator") with the weights that training left."""
    if kind == "generator":
        model = worker.call("build_generator", LATENT_SIZE, keep=True)
        model.build_on(np.zeros((2, LATENT_SIZE), np.float32))
    else:
        model = worker.call("build_discriminator", keep=True)
        model.build_on(np.zeros((2, 28, 28), np.float32))
    model.set_weights(weights)
    return model


@pytest.fixture(scope="module")
def untrained(submission):
    """Both networks as they are built, in a worker of their own."""
    with submission.worker("untrained") as worker:
        generator = worker.call("build_generator", LATENT_SIZE, keep=True)
        discriminator = worker.call("build_discriminator", keep=True)
        generator.build_on(np.zeros((2, LATENT_SIZE), np.float32))
        discriminator.build_on(np.zeros((2, 28, 28), np.float32))
        yield generator, discriminator


@pytest.fixture(scope="session")
def trained(submission, digits, data):
    """Both networks after the one full training of this run."""
    return run_training(submission, digits, data, digits.training, "training")


@pytest.fixture(scope="session")
def drawn_alone(submission, trained, drawings, as_pictures, streams):
    """Some pictures as they came with all others, and once more, each alone, in yet another process: (12, 28, 28) each.

    Some of them are on a walk: whoever knows that its neighbours are in the batch could smooth it.
    """
    rng = streams.hidden("drawn alone")
    free, walked = rng.choice(len(drawings.z), 8, replace=False), rng.integers(WALKS * STEPS, size=4)
    z = np.concatenate([drawings.z[free], drawings.path[walked]])
    together = np.concatenate([drawings.raw[free], drawings.raw_walks[walked]])
    with submission.worker("drawing one by one") as worker:
        model = rebuild(worker, "generator", trained.generator)
        alone = [as_pictures(model, z[row : row + 1]) for row in range(len(z))]
    return together, np.concatenate(alone)


@pytest.fixture(scope="session")
def drawings(submission, trained, digits, network, as_pictures, streams):
    """Pictures from the trained generator, drawn in a process that has never seen a digit."""
    rng = streams.hidden("z")
    z = rng.normal(size=(DRAWINGS, LATENT_SIZE)).astype(np.float32)
    start, end = rng.normal(size=(2, WALKS, 1, LATENT_SIZE))
    angle = np.linspace(0, np.pi / 2, STEPS)[None, :, None]
    # On this arc every point is again a standard normal z, which the middle of a straight line is not.
    path = (np.cos(angle) * start + np.sin(angle) * end).astype(np.float32).reshape(-1, LATENT_SIZE)
    submission.prepare(2)  # the next worker imports TensorFlow meanwhile
    with submission.worker("drawing") as worker:
        generator = rebuild(worker, "generator", trained.generator)
        # In one order of the judge's, so that a walk is not seen as one.
        every = np.concatenate([z, path])
        order = streams.hidden("order of z").permutation(len(every))
        answer = as_pictures(generator, every[order], " after training", trained.generator)
    drawn = np.empty_like(answer)
    drawn[order] = answer
    raw, walked = drawn[:DRAWINGS], drawn[DRAWINGS:]
    images = digits.upright(raw)
    features = network.features(images)
    classes = network.classes_of(features)
    return Drawings(z, raw, images, features, classes, path, walked)


@pytest.fixture(scope="session")
def trained_on_few(submission, digits, data):
    """Both networks after a training on a few hundred rows of a single digit."""
    return run_training(submission, digits, data, digits.few, "few rows")


@pytest.fixture(scope="session")
def few(submission, trained_on_few, digits, network, as_pictures, streams):
    """Features of what is drawn after that."""
    with submission.worker("drawing after few rows") as worker:
        z = streams.hidden("z after few rows").normal(size=(1_000, LATENT_SIZE)).astype(np.float32)
        generator = rebuild(worker, "generator", trained_on_few.generator)
        raw = as_pictures(generator, z, " after training on few rows", trained_on_few.generator)
    return network.features(digits.upright(raw))


@pytest.fixture(scope="session")
def judged(submission, trained, digits, as_probabilities, streams):
    """The trained discriminator's probabilities for hidden digits, and for five kinds of pictures that are none."""
    rng = streams.hidden("what is no digit")
    hidden = digits.disguise(digits.hidden[:1_000]) / np.float32(255)
    mean = digits.training.mean(axis=0, dtype=np.float64)[None] / np.float32(255)
    shown = {
        "hidden digits": hidden,
        "uniform noise": rng.random(hidden.shape, np.float32),
        "shuffled pixels": rng.permuted(hidden.reshape(1_000, -1), axis=1).reshape(hidden.shape),
        "the mean image": digits.disguise(mean),
        "blurred digits": blurred(hidden),
        "averages of two digits": (hidden + hidden[::-1]) / 2,
    }
    with submission.worker("discriminating") as worker:
        model = rebuild(worker, "discriminator", trained.discriminator)
        return {
            name: as_probabilities(model, images.astype(np.float32), " after training", trained.discriminator)
            for name, images in shown.items()
        }


def blurred(images):
    """Each pixel spread over its neighbours, twice."""
    for axis in (1, 2, 1, 2):
        images = images / 2 + (np.roll(images, 1, axis) + np.roll(images, -1, axis)) / 4
    return images
