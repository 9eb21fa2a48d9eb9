"""What the trained network can do. One full training serves all checks; the last one trains on few rows."""

import numpy as np
import pytest

pytestmark = pytest.mark.training

SAME_ANSWER = 1e-4
SINGLES = 48
# Small shifts and light: some of the hidden pictures are enough.
LOOKED_AT = 900
SHIFTS = ((2, 0), (-2, 0), (0, 2), (0, -2))
LIGHTS = (0.75, 1.25)
FEW_ROWS = 200


def test_training_stays_within_its_budget(trained, expect):
    """Training is fast enough for this machine"""
    expect.curves(trained.history)
    expect.within_budget(
        trained.time,
        "Halve the pictures early (a stride, or pooling): most of the work is done at full size. Then look at the "
        "number of epochs.",
    )


def test_accuracy(answers, pictures, linear_accuracy, expect, target, targets, spread, measure):
    """Cats and dogs are told apart: balanced accuracy on hidden pictures"""
    expect.at_least(
        measure.balanced_accuracy(pictures.y_hidden, answers),
        "accuracy",
        max(target("accuracy"), linear_accuracy + targets.lead_over_linear),
        yardsticks={"chance": 0.5, "linear model": linear_accuracy},
        hint="Compare the accuracy on training and on validation pictures. Both low: a larger network, more epochs or "
        "another learning rate. Only the second low: it learns by heart; vary the pictures, or use dropout.",
        spread=spread("accuracy"),
    )


def test_both_kinds(answers, pictures, expect, target, spread):
    """Neither kind is neglected: the share of right answers on the one that comes off worse"""
    right = (answers > 0.5) == pictures.y_hidden
    expect.at_least(
        min(float(right[pictures.y_hidden == kind].mean()) for kind in (0, 1)),
        "accuracy_on_the_weaker_kind",
        target("weaker_kind"),
        yardsticks={"always the same answer": 0.0},
        hint="The network leans to one answer. Was it stopped while it swung? A learning rate that falls settles it.",
        spread=spread("weaker_kind"),
    )


def test_ranking(answers, pictures, expect, target, spread, measure):
    """The probabilities rank: of a cat and a dog, the dog gets the higher one (area under the ROC curve)"""
    expect.at_least(
        measure.area_under_curve(pictures.y_hidden, answers),
        "area_under_curve",
        target("area_under_curve"),
        yardsticks={"chance": 0.5},
        hint="Answers of exactly 0 or 1 cannot rank. The last layer's sigmoid must not be saturated.",
        spread=spread("area_under_curve"),
    )


def test_small_shifts(judged, answers, pictures, send, probabilities, expect, targets, measure):
    """Moving the pictures by two pixels changes little"""
    images, labels = pictures.hidden[:LOOKED_AT], pictures.y_hidden[:LOOKED_AT]
    size = images.shape[1]
    padded = np.pad(images, ((0, 0), (2, 2), (2, 2), (0, 0)), mode="edge")
    scores = []
    for down, right in SHIFTS:
        moved = np.ascontiguousarray(padded[:, 2 + down : 2 + down + size, 2 + right : 2 + right + size])
        moved_answers = probabilities(judged.apply(send(moved)), len(moved), "after training")
        scores.append(measure.balanced_accuracy(labels, moved_answers))
    expect.at_most(
        measure.balanced_accuracy(labels, answers[:LOOKED_AT]) - float(np.mean(scores)),
        "accuracy_lost_by_shifts",
        targets.accuracy_lost_by_shifts,
        hint="A network that pools over all places at its end hardly minds. Flatten ties it to places: shift the "
        "training pictures at random.",
    )


def test_brightness(judged, answers, pictures, send, probabilities, expect, targets, measure):
    """Darker and brighter pictures are still recognised"""
    images, labels = pictures.hidden[:LOOKED_AT], pictures.y_hidden[:LOOKED_AT]
    scores = []
    for light in LIGHTS:
        lit = np.clip(images * np.float32(light), 0, 255).astype(np.uint8)
        lit_answers = probabilities(judged.apply(send(lit)), len(lit), "after training")
        scores.append(measure.balanced_accuracy(labels, lit_answers))
    expect.at_most(
        measure.balanced_accuracy(labels, answers[:LOOKED_AT]) - float(np.mean(scores)),
        "accuracy_lost_by_light",
        targets.accuracy_lost_by_light,
        hint="Vary the brightness of the training pictures, or let the network normalise each picture.",
    )


@pytest.fixture(scope="session")
def fresh_worker(submission):
    """A worker that has seen no batch of hidden pictures yet."""
    with submission.worker("fresh") as worker:
        yield worker


def test_single_pictures(fresh_worker, rebuilt, trained, answers, pictures, probabilities, rng, expect):
    """One picture alone gets the same answer as in the batch"""
    model = rebuilt(fresh_worker, trained.weights)
    rows = rng.choice(len(answers), SINGLES, replace=False)
    alone = model.apply(pictures.hidden[rows] / np.float32(255), batch_size=1)
    alone = probabilities(alone, SINGLES, "after training")
    expect.at_most(
        float(np.max(np.abs(alone - answers[rows]))),
        "change of an answer",
        SAME_ANSWER,
        hint="Does a layer use the statistics of the batch at inference, or something that is not a weight?",
    )


def test_few_pictures_teach_little(
    run_training, fresh_worker, rebuilt, pictures, send, probabilities, expect, target, measure
):
    """Trained on 200 pictures, the network knows no more than those can teach"""
    model = rebuilt(fresh_worker, run_training("few", FEW_ROWS).weights)
    answers = probabilities(model.apply(send(pictures.hidden)), len(pictures.hidden), "after training on few")
    expect.at_most(
        measure.balanced_accuracy(pictures.y_hidden, answers),
        "accuracy_from_few",
        target("accuracy_from_few"),
        yardsticks={"chance": 0.5},
        hint="All that the network knows must come from the pictures that train() was given.",
    )
