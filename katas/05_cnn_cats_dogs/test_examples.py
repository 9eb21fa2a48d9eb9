"""Examples for kata 05. Run them with `pytest` in this folder; the judge's own checks go further."""

import numpy as np
import pytest
import solution

SHAPE = (32, 32, 3)


@pytest.fixture(scope="module")
def model():
    return solution.build(SHAPE)


def striped(count, seed):
    """Grey noise with bright stripes, upright (class 1) or lying (class 0), each at a place of its own."""
    rng = np.random.default_rng(seed)
    images = rng.random((count, *SHAPE), np.float32) * np.float32(0.5)
    classes = np.arange(count) % 2
    for image, kind, start in zip(images, classes, rng.integers(0, 4, count), strict=True):
        stripes = image.swapaxes(0, 1) if kind else image
        stripes[start::4] += 0.5
    return images, classes.astype(np.int64)


def test_one_probability_for_each_picture(model):
    images, _ = striped(6, 0)
    answers = np.asarray(model(images, training=False))
    assert answers.shape == (6, 1)
    assert np.all((answers >= 0) & (answers <= 1))


def test_a_picture_is_answered_for_itself(model):
    images, _ = striped(6, 1)
    together = np.asarray(model(images, training=False))
    alone = np.asarray(model(images[:1], training=False))
    np.testing.assert_allclose(together[:1], alone, atol=1e-4)


def test_training_finds_the_direction_of_stripes():
    """Where a stripe lies says nothing here; which way it runs does. That is what convolutions are made for."""
    model = solution.build(SHAPE)
    images, classes = striped(1_200, 2)
    solution.train(model, images[:800], classes[:800], images[800:900], classes[800:900])
    answers = np.asarray(model(images[900:], training=False))[:, 0]
    assert np.mean((answers > 0.5) == classes[900:]) > 0.9
