"""What is won beyond the core: answers that hold under other conditions, a higher accuracy, and speed."""

import numpy as np
import pytest

from checker.suite import say

# Small shifts and light: some of the hidden pictures are enough.
LOOKED_AT = 900
SHIFTS = ((2, 0), (-2, 0), (0, 2), (0, -2))
LIGHTS = (0.75, 1.25)

robust = pytest.mark.star("robust")
training = pytest.mark.training


@robust
@pytest.mark.parametrize("pixels", [40, 48])
def test_other_sizes(untrained, probabilities, rng, pixels):
    """build(image_shape) works for other sizes, too: pixels"""
    images = rng.random((5, pixels, pixels, 3), np.float32)
    probabilities(untrained((pixels, pixels, 3)).apply(images), 5, "before training")


@robust
@training
def test_both_kinds(answers, pictures, expect, target, spread):
    """Neither kind is neglected: the share of right answers on the one that comes off worse"""
    right = (answers > 0.5) == pictures.y_hidden
    expect.at_least(
        min(float(right[pictures.y_hidden == kind].mean()) for kind in (0, 1)),
        "accuracy on the weaker kind",
        target("weaker_kind"),
        yardsticks={"always the same answer": 0.0},
        hint="The network leans to one answer. Was it stopped while it swung? A learning rate that falls settles it.",
        spread=spread("weaker_kind"),
    )


@robust
@training
def test_ranking(answers, pictures, expect, target, spread, measure):
    """The probabilities rank: of a cat and a dog, the dog gets the higher one (area under the ROC curve)"""
    expect.at_least(
        measure.area_under_curve(pictures.y_hidden, answers),
        "area under curve",
        target("area_under_curve"),
        yardsticks={say("chance"): 0.5},
        hint="Answers of exactly 0 or 1 cannot rank. The last layer's sigmoid must not be saturated.",
        spread=spread("area_under_curve"),
    )


@robust
@training
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
        "accuracy lost by shifts",
        targets.accuracy_lost_by_shifts,
        hint="A network that pools over all places at its end hardly minds. Flatten ties it to places: shift the "
        "training pictures at random.",
    )


@robust
@training
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
        "accuracy lost by light",
        targets.accuracy_lost_by_light,
        hint="Vary the brightness of the training pictures, or let the network normalise each picture.",
    )


@training
@pytest.mark.star("quality")
def test_higher_accuracy(answers, pictures, expect, target, spread, measure):
    """Cats and dogs are told apart well: balanced accuracy on hidden pictures"""
    expect.at_least(
        measure.balanced_accuracy(pictures.y_hidden, answers),
        say("accuracy"),
        target("star_accuracy"),
        yardsticks={say("chance"): 0.5},
        hint="What the pictures can teach is not used up: vary each of them every time it is shown, train longer, and "
        "let the learning rate fall to nearly 0.",
        spread=spread("accuracy"),
    )


@training
@pytest.mark.star("speed")
def test_little_time(trained, expect):
    """Training takes little time"""
    expect.near_reference(
        trained.time,
        "Most of the work is done where the maps are large: halve them early, with a stride or by pooling. Then ask "
        "whether the last epochs still improve anything.",
    )
