"""The network before any training: what goes in, what comes out, and that it knows nothing yet."""

import numpy as np

from checker.suite import depends_on_company, say

# Half precision rounds to 3 digits; what is learned from a batch at hand changes answers far more.
SAME_ANSWER = 2e-3


def test_build(untrained, pictures, probabilities, rng):
    """build(image_shape) gives a model from pictures to one probability each"""
    images = rng.random((5, *pictures.image_shape), np.float32)
    model = untrained()
    probabilities(model.apply(images), 5, "before training")
    probabilities(model.apply(images[:1]), 1, "before training")


def test_size(untrained, kata, expect):
    """The network is small enough"""
    expect.at_most(
        untrained().facts().parameters,
        "number of parameters",
        kata.max_parameters,
        hint="Most of them sit in a Dense layer right after Flatten: pool first, or take the mean over all places.",
    )


def test_batch_does_not_matter(untrained, pictures, probabilities, expect, diagnose):
    """The answer to a picture does not depend on the others in the batch"""
    model = untrained()
    images = pictures.train[:32] / np.float32(255)
    answers = model.apply(images)
    together = probabilities(answers, 32, "before training")
    apart = probabilities(model.apply(images, batch_size=3), 32, "before training")
    # Answers near one half may hide here what the batch tells; after training the sides are compared too.
    expect.at_most(
        float(np.max(np.abs(together - apart))),
        "change of an answer",
        SAME_ANSWER,
        hint="Does a layer use the statistics of the batch, or act at random, although training=False?",
        why=lambda: diagnose(
            certain=[depends_on_company(model.apply, images, answers, SAME_ANSWER, "The model")]
        ),
    )


def test_untrained_knows_nothing(untrained, pictures, probabilities, send, expect, targets, measure):
    """Without training, the network cannot tell the animals apart"""
    answers = untrained().apply(send(pictures.hidden))
    answers = probabilities(answers, len(pictures.hidden), "before training")
    # Ranks, either way round: what size the answers have is the submission's to choose, and does not matter here.
    ranking = measure.area_under_curve(pictures.y_hidden, answers)
    expect.at_most(
        max(ranking, 1 - ranking),
        "untrained ranking",
        targets.untrained_ranking,
        yardsticks={say("chance"): 0.5},
        hint="build() must return a network with random weights; pretrained ones are against the rules.",
    )
