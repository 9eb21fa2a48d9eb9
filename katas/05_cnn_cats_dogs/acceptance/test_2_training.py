"""What the trained network can do. One full training serves all checks; the last one trains on few rows."""

import numpy as np
import pytest

from checker.suite import depends_on_company, say

pytestmark = pytest.mark.training

SAME_ANSWER = 2e-3
SINGLES = 48
# Half precision may move an answer over the border.
CHANGED_SIDES = 2
FEW_ROWS = 200
SINGLES_HINT = "Does a layer use the statistics of the batch at inference, or something that is not a weight?"


def test_training_stays_within_its_budget(trained, expect):
    """Training is fast enough for this machine"""
    expect.curves(trained.history)
    expect.within_budget(
        trained.time,
        "Halve the pictures early (a stride, or pooling): most of the work is done at full size. Then look at the "
        "number of epochs.",
    )


def test_accuracy(answers, pictures, linear_accuracy, why, expect, target, targets, spread, measure):
    """Cats and dogs are told apart: balanced accuracy on hidden pictures"""
    accuracy = measure.balanced_accuracy(pictures.y_hidden, answers)
    wanted = max(target("accuracy"), linear_accuracy + targets.lead_over_linear)
    expect.at_least(
        accuracy,
        say("accuracy"),
        wanted,
        yardsticks={say("chance"): 0.5, "linear model": linear_accuracy},
        spread=spread("accuracy"),
        why=why,
    )


@pytest.fixture(scope="session")
def fresh_worker(submission):
    """A worker that has seen no batch of hidden pictures yet."""
    with submission.worker("fresh") as worker:
        yield worker


def test_single_pictures(
    fresh_worker, rebuilt, trained, answers, pictures, probabilities, rng, expect, diagnose
):
    """One picture alone gets the same answer as in the batch"""
    model = rebuilt(fresh_worker, trained.weights)
    rows = rng.choice(len(answers), SINGLES, replace=False)
    images = pictures.hidden[rows] / np.float32(255)
    alone = model.apply(images, batch_size=1)
    alone = probabilities(alone, SINGLES, "after training")
    of_company = depends_on_company(model.apply, images, answers[rows, None], SAME_ANSWER, "The model")
    expect.at_most(
        float(np.max(np.abs(alone - answers[rows]))),
        "change of an answer",
        SAME_ANSWER,
        hint=SINGLES_HINT,
        why=lambda: diagnose(certain=[of_company]),
    )
    # Probabilities that are all near one half differ by less than that, so the sides are compared too.
    changed = int(np.sum((alone > 0.5) != (answers[rows] > 0.5)))
    expect.that(
        changed <= CHANGED_SIDES,
        say(
            "{changed} of {count} pictures are taken for the other animal when they come alone.",
            changed=changed,
            count=SINGLES,
        ),
        SINGLES_HINT,
        why=lambda: diagnose(certain=[of_company]),
    )


def test_few_pictures_teach_little(
    run_training, fresh_worker, rebuilt, pictures, send, probabilities, expect, target, measure
):
    """Trained on 200 pictures, the network knows no more than those can teach"""
    # The number of pictures is the submission's to see: who hides knowledge here and uses it on all is not caught by this.
    model = rebuilt(fresh_worker, run_training("few", FEW_ROWS).weights)
    answers = probabilities(model.apply(send(pictures.hidden)), len(pictures.hidden), "after training on few")
    expect.at_most(
        measure.balanced_accuracy(pictures.y_hidden, answers),
        "accuracy from few",
        target("accuracy_from_few"),
        yardsticks={say("chance"): 0.5},
        hint="All that the network knows must come from the pictures that train() was given.",
    )
