"""Kata 06, checks with training: one recipe, two networks, and only the norm makes the difference."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from checker.suite import say

pytestmark = pytest.mark.training

FEW_ROWS = 100
ALONE_ROWS = 32
# One image alone and in a batch: rounding, also in float16. Who looks at the batch is off by much more.
ALONE_TOLERANCE = 0.01
# Any recipe that takes steps moves some weight further than this; the reference 0.05 (measured.md).
LEAST_MOVE = 1e-3
# The last kernel is replaced by random ones, so often, to see what reaches it, for so many training images.
PROBES, PROBED_ROWS = 6, 4_000
# Where different digits change it by less than this, nothing reaches it: honest networks that stay behind have up to 1e-5.
LEAST_SEEN = 1e-3
# And where it changes less than this share of what is the same for every digit, steps follow what is the same: the frequency
# of the labels. So it is in the reference's sigmoids, in which a linear classifier still reads half of the digits.
LEAST_OF_CONSTANT = 0.1
# Of what can be read there beyond chance, if it is worth reading, the share that the network reads or has begun to read.
CHANCE, WORTH_READING, LEAST_READ = 0.1, 0.25, 0.4
# How far the last kernel of the plain network moves, as a share of how far that of the normed one does. Steps follow the
# signal (plain descent) or are of one size (Adam); a rate that falls because nothing improves takes some of it.
LEAST_SHARE_OF_MOVE = 0.1
# Half precision may change the answer to an image on the border.
CHANGED_ANSWERS = 2
ALONE_HINT = (
    "Does the answer depend on the rest of the batch, or on something that get_weights() does not return? With training=False "
    "a norm uses its running statistics, and these are weights."
)
WHICH = {"without the norm": 0, "with the norm": 1}


def test_few_rows(
    first_look: Any, build: Any, digits: Any, targets: Any, accuracy_of: Any, expect: Any
) -> None:
    """Trained on 100 digits, the network knows no more than these can teach"""
    normed = build(first_look, True)
    images = digits.train[:FEW_ROWS].astype(np.float32) / 255
    labels = digits.train_labels[:FEW_ROWS]
    first_look.call("train", normed.model, images, labels, budget="train_normed", in_place=True)
    hidden = digits.hidden[-1_000:].astype(np.float32) / 255
    # The number of images is the submission's to see: who hides knowledge here and uses it on 20,000 is not caught by this.
    what = "The answer after training on 100 digits"
    answer = expect.array(normed.model.apply(hidden), what, shape=(len(hidden), 10), finite=False)
    expect.at_most(
        accuracy_of(answer, digits.hidden_labels[-1_000:]),
        "few_rows_accuracy",
        targets.few_rows_accuracy,
        yardsticks={say("chance"): 0.1},
        hint="What the network knows must come from the images that train is given.",
    )


@pytest.mark.parametrize("which", WHICH)
def test_training_time(trained: Any, expect: Any, which: str) -> None:
    """Training stays within its time"""
    if WHICH[which]:
        expect.curves(trained[1].history, which)
    expect.within_budget(
        trained[WHICH[which]].time,
        hint="Fewer epochs, batches of 128, and a compiled training step (fit, or a tf.function)?",
    )


def test_normed_learns(
    trained: Any,
    answers: Any,
    digits: Any,
    targets: Any,
    accuracy_of: Any,
    expect: Any,
    causes: Any,
    diagnose: Any,
) -> None:
    """With batch normalization the network reads hidden digits"""
    lost = float(np.mean(~np.isfinite(answers[1]).all(axis=1)))
    expect.that(
        lost == 0,
        say(
            "After training, build(True) answers NaN or infinity to {lost:.0%} of the hidden images.",
            lost=lost,
        ),
        "Its loss grew beyond all bounds. A smaller learning rate, or a variance that became negative in a norm of your own?",
    )
    expect.that(
        bool(np.all(np.abs(answers[1].sum(axis=1) - 1) <= 0.01)),
        "After training the outputs of build(True) are no probabilities any more: a row does not add up to 1.",
        "The softmax comes last, also after the last norm.",
    )
    expect.at_least(
        accuracy_of(answers[1], digits.hidden_labels),
        "normed_accuracy",
        targets.normed_accuracy,
        yardsticks={say("chance"): 0.1, "without the norm": accuracy_of(answers[0], digits.hidden_labels)},
        why=lambda: diagnose(certain=causes.certain(), likely=causes.likely(), otherwise=causes.otherwise),
    )


def test_norm_makes_the_difference(
    answers: Any, digits: Any, targets: Any, accuracy_of: Any, expect: Any, causes: Any, diagnose: Any
) -> None:
    """Without the norm the same recipe reads clearly fewer digits"""
    plain, normed = (accuracy_of(answer, digits.hidden_labels) for answer in answers)
    expect.at_least(
        normed - plain,
        "accuracy_gained_by_the_norm",
        targets.accuracy_gained_by_the_norm,
        yardsticks={"with the norm": normed, "without it": plain},
        hint=say(
            "With the norm {normed:.2f}, without it {plain:.2f}: this network hardly needs a norm. Choose "
            "depth, activation, initial kernels or learning rate so that it is hard: sigmoids let little "
            "through.",
            normed=normed,
            plain=plain,
        ),
        why=lambda: diagnose(likely=[causes.few_norms]),
    )


def test_plain_was_trained(trained: Any, put_weights: Any, expect: Any) -> None:
    """The plain network was really trained, not left alone"""
    # One weight is enough for this; what the steps were good for is asked by the next check.
    moves = [largest_move(result) for result in trained]
    expect.that(
        moves[0] >= LEAST_MOVE,
        say(
            "Training moved no weight of the plain network by more than {plain:.2g}; in the normed one some "
            "moved by {normed:.2g}.",
            plain=moves[0],
            normed=moves[1],
        ),
        "train must treat both networks alike: the same optimiser, rate and number of steps.",
    )


def test_plain_reads_what_it_sees(
    networks: Any,
    trained: Any,
    put_weights: Any,
    digits: Any,
    data: Any,
    accuracy_of: Any,
    rng: Any,
    expect: Any,
) -> None:
    """The plain network was taught the same digits: its last layer reads, or begins to read, what reaches it"""
    # train can tell the two networks apart and is the submission's own, so "it did not learn" proves nothing by itself: the
    # labels may have been shuffled, the steps tiny. Yet the last layer alone is a linear classifier: where digits get
    # through to it, any recipe moves its kernel towards reading them, if only a little. A network that does not let
    # them through, or whose weights became NaN, is what the kata is about.
    plain, _ = networks
    weights = trained[0].weights
    if not all(np.isfinite(w).all() for w in weights if w.dtype.kind == "f"):
        return
    put_weights(plain, weights)
    images = data.share(digits.train[:PROBED_ROWS], scale=1 / 255, dtype="float32")
    labels = digits.train_labels[:PROBED_ROWS]
    own = accuracy_of(plain.model.apply(images), labels)
    moves = [last_move(result, network) for result, network in zip(trained, networks, strict=True)]

    def with_end(kernel: np.ndarray) -> np.ndarray:
        """Logits, less their mean, of the trained network with this direction of its last kernel, at the usual size."""
        size = np.linalg.norm(kernel) / np.sqrt(kernel.shape[-1])
        plain.model.set_weights(with_last(weights, plain.kernels[-1], kernel / max(float(size), 1e-30)))
        p = np.clip(plain.model.apply(images).astype(np.float64), 1e-30, None)
        return np.log(p) - np.log(p).mean(axis=1, keepdims=True)

    seen = np.concatenate([with_end(rng.normal(size=moves[0].shape)) for _ in range(PROBES)], axis=1)
    begun = accuracy_of(standardised(with_end(moves[0])), labels)
    plain.model.set_weights(plain.fresh)
    strength, constant = float(np.median(seen.std(axis=0))), float(np.median(np.abs(seen.mean(axis=0))))
    if not np.isfinite(seen).all() or strength < max(LEAST_SEEN, LEAST_OF_CONSTANT * constant):
        return
    read = linear_accuracy(seen, labels)
    if read < WORTH_READING:
        return
    hint = "train must treat both networks alike: the same images and labels, the same optimiser, rate and number of steps."
    expect.at_least(
        (max(own, begun) - CHANCE) / (read - CHANCE),
        "share of what reaches the last layer of the plain network that it reads or has begun to read",
        LEAST_READ,
        yardsticks={
            "a linear classifier there": read,
            "the network itself": own,
            "the steps of its last layer": begun,
        },
        hint=hint,
        spread=0.05,
    )
    if own - CHANCE < LEAST_READ * (read - CHANCE):
        share = float(np.linalg.norm(moves[0]) / max(float(np.linalg.norm(moves[1])), 1e-30))
        expect.that(
            share >= LEAST_SHARE_OF_MOVE * min(1.0, strength),
            say(
                "Digits reach the last layer of the plain network, but its kernel moved only {share:.2g} times "
                "as far as in the normed one.",
                share=share,
            ),
            hint,
        )


def standardised(features: np.ndarray) -> np.ndarray:
    """Every column with mean 0 and deviation 1: what all rows have in common is the bias's to answer."""
    return (features - features.mean(axis=0)) / np.maximum(features.std(axis=0), 1e-30)


def last_move(result: Any, network: Any) -> np.ndarray:
    """How training changed the last kernel; 0 where the arrays are others than before."""
    last = network.kernels[-1]
    if [w.shape for w in result.weights] != [w.shape for w in result.before]:
        return np.zeros_like(result.before[last], dtype=np.float64)
    return result.weights[last].astype(np.float64) - result.before[last]


def with_last(weights: list[np.ndarray], last: int, kernel: np.ndarray) -> list[np.ndarray]:
    """The weights with this kernel in the last place, and no bias after it."""
    changed = [np.zeros_like(w) if i > last and w.ndim == 1 else w for i, w in enumerate(weights)]
    changed[last] = kernel.astype(weights[last].dtype)
    return changed


def linear_accuracy(features: np.ndarray, labels: np.ndarray) -> float:
    """Accuracy of a linear classifier, fitted by least squares to one half of the rows, on the other half."""
    half = len(features) // 2
    scaled = standardised(features)
    x, y = np.column_stack([scaled, np.ones(len(scaled))]), np.eye(10)[labels]
    ridge = 1e-5 * half * np.eye(x.shape[1])
    answers = x[half:] @ np.linalg.solve(x[:half].T @ x[:half] + ridge, x[:half].T @ y[:half])
    return float(np.mean(answers.argmax(axis=1) == labels[half:]))


def largest_move(result: Any) -> float:
    """How far the weight that moved furthest did move; NaN, and an array of another shape, count as far."""
    if [w.shape for w in result.weights] != [w.shape for w in result.before]:
        return float("inf")
    moves = [
        np.abs(new.astype(np.float64) - old).max(initial=0)
        for new, old in zip(result.weights, result.before, strict=True)
    ]
    return float(np.max(np.nan_to_num(moves, nan=np.inf), initial=0))


def test_hidden_row_alone(
    first_look: Any,
    build: Any,
    put_weights: Any,
    trained: Any,
    answers: Any,
    digits: Any,
    rng: Any,
    expect: Any,
) -> None:
    """A hidden image alone, in a new process, gets the same answer as in the batch"""
    normed = build(first_look, True)
    put_weights(normed, trained[1].weights)
    rows = rng.choice(len(digits.hidden) - 1_000, size=ALONE_ROWS, replace=False)
    alone = normed.model.apply(digits.hidden[rows].astype(np.float32) / 255, batch_size=1)
    expect.close(
        alone,
        answers[1][rows],
        "the answer to one image alone",
        atol=ALONE_TOLERANCE,
        hint=ALONE_HINT,
    )
    # Probabilities that are all near .1 differ by less than that, so the answers themselves are compared too.
    changed = int(np.sum(np.argmax(alone, axis=1) != np.argmax(answers[1][rows], axis=1)))
    expect.that(
        changed <= CHANGED_ANSWERS,
        say(
            "{changed} of {count} hidden images are read as another digit when they come alone.",
            changed=changed,
            count=ALONE_ROWS,
        ),
        ALONE_HINT,
    )
