"""Reading digits: learned from 60,000 in one process, judged on 10,000 hidden ones in another."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

pytestmark = pytest.mark.training

FEW_ROWS = 300
YARDSTICKS = {"chance": 0.1, "the best linear model": 0.925}


@pytest.fixture(scope="module")
def outputs(submission: Any, expect: Any, digits: Any, share_images: Any) -> Any:
    """`outputs(params, label)`: forward of all hidden digits in a fresh process, (10000, 10)."""

    def run(params: list[np.ndarray], label: str) -> np.ndarray:
        with submission.worker(label) as worker:
            value = worker.call("forward", params, share_images(digits.hidden))
        return expect.array(
            value, "forward(params, x) of the trained network", shape=(len(digits.hidden), 10)
        )

    return run


@pytest.fixture(scope="module")
def answers(outputs: Any, trained: Any) -> np.ndarray:
    """What the trained network puts out for the hidden digits."""
    return outputs(trained[0], "inference")


def accuracy(outputs: np.ndarray, labels: np.ndarray) -> float:
    """The share of rows whose largest output is the right one's; a tie between outputs is no answer."""
    first = outputs.argmax(axis=1)
    is_tied = (outputs == outputs.max(axis=1, keepdims=True)).sum(axis=1) > 1
    return float(np.mean((first == labels) & ~is_tied))


def test_untrained(
    submission: Any, expect: Any, targets: Any, seed: int, digits: Any, outputs: Any, read_params: Any
) -> None:
    """an untrained network cannot read digits"""
    sizes = [784, 64, 10]
    params = read_params(submission.init(sizes, seed % 2**32), f"init({sizes}, seed)", sizes)
    value = accuracy(outputs(params, "untrained"), digits.hidden_labels)
    hint = "The knowledge must come from training: init draws at random and forward only computes."
    expect.at_most(
        value, "accuracy before training", targets.untrained, yardsticks={"chance": 0.1}, hint=hint
    )


def test_few_rows(
    submission: Any,
    expect: Any,
    targets: Any,
    kata: Any,
    seed: int,
    digits: Any,
    outputs: Any,
    share_images: Any,
    read_classifier: Any,
) -> None:
    """a network trained on 300 digits knows no more than those can teach"""
    few = slice(0, FEW_ROWS)
    with submission.worker("few-rows") as worker:
        images = share_images(digits.train[few])
        value = worker.call(
            "train_classifier", images, digits.train_labels[few], seed % 2**32, budget="train_classifier"
        )
    params = read_classifier(value, "train_classifier")
    hint = "300 digits teach an honest network 70 to 88 %. Where does the rest come from?"
    known = accuracy(outputs(params, "few-rows-inference"), digits.hidden_labels)
    expect.at_most(
        known,
        "accuracy after 300 digits",
        targets.few_rows,
        yardsticks={"chance": 0.1, "the most alike of the 300": 0.81},
        hint=hint,
        spread=kata.spread["few_rows"],
    )


def test_accuracy(expect: Any, targets: Any, digits: Any, trained: Any, answers: Any) -> None:
    """train_classifier reads hidden digits, and learns to within its time"""
    hint = (
        "Is the loss still falling at the end of training? Then go on, or take larger steps. Is the accuracy fine "
        "while training? Then forward needs something that is not in params."
    )
    expect.at_least(
        accuracy(answers, digits.hidden_labels),
        "accuracy",
        targets.accuracy,
        yardsticks=YARDSTICKS,
        hint=hint,
    )
    expect.within_budget(
        trained[1], "Train on batches of 32 to 256 rows, with no loop over rows, and in float32."
    )


def test_single_rows(
    submission: Any, expect: Any, digits: Any, trained: Any, answers: Any, share_images: Any
) -> None:
    """the trained network answers single digits as it answers all at once"""
    rows = 40
    with submission.worker("single-rows") as worker:
        alone = [
            expect.array(
                worker.call("forward", trained[0], share_images(digits.hidden[i : i + 1])),
                "forward",
                shape=(1, 10),
            )
            for i in range(rows)
        ]
    difference = float(
        np.max(np.abs(np.concatenate(alone) - answers[:rows])) / np.max(np.abs(answers[:rows]))
    )
    hint = "forward must not look at other rows, nor remember anything between two calls."
    expect.at_most(
        difference,
        "difference, as a share of the largest output",
        1e-4,
        yardsticks={"rounding": 1e-6},
        hint=hint,
    )


def test_trained_gradients(
    submission: Any, digits: Any, trained: Any, rng: Any, check_gradients: Any
) -> None:
    """loss_and_gradients is right for the trained network too"""
    params = [p.astype(np.float64) for p in trained[0]]
    x = digits.hidden[:64].astype(np.float64) / 255
    y = rng.integers(0, 10, 64)
    with submission.worker("trained-gradients") as worker:
        check_gradients(worker.call, params, x, y, "cross_entropy", rng)
