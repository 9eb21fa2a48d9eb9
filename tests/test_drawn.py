"""The drawn cats and dogs: the same for the same seed, fair, quick to make, and no matter of brightness."""

from __future__ import annotations

import time

import numpy as np
import pytest

from checker.datasets import drawn


@pytest.fixture(scope="module")
def rendered():
    return drawn.render(400, 32, seed=5)


def test_same_seed_same_pictures(rendered):
    images, labels = drawn.render(400, 32, seed=5)
    np.testing.assert_array_equal(images, rendered[0])
    np.testing.assert_array_equal(labels, rendered[1])
    assert not np.array_equal(drawn.render(20, 32, seed=6)[0], images[:20])


def test_shapes_kinds_and_range(rendered):
    images, labels = rendered
    assert images.shape == (400, 32, 32, 3) and images.dtype == np.uint8
    assert labels.dtype == np.int64 and np.bincount(labels).tolist() == [200, 200]
    assert images.std(axis=(1, 2, 3)).min() > 5


def test_no_two_pictures_are_alike(rendered):
    images = rendered[0].reshape(400, -1)
    assert len(np.unique(images, axis=0)) == 400


def test_brightness_and_colour_say_nothing(rendered):
    """The best threshold on the mean of any channel is right in about half of the cases."""
    images, labels = rendered
    for values in images.mean(axis=(1, 2)).T:
        right = [
            np.mean((values > limit) == labels) for limit in np.quantile(values, np.linspace(0.1, 0.9, 9))
        ]
        assert max(max(right), 1 - min(right)) < 0.6


def test_larger_pictures_show_the_same(rendered):
    large, labels = drawn.render(400, 64, seed=5)
    np.testing.assert_array_equal(labels, rendered[1])
    halved = large.reshape(400, 32, 2, 32, 2, 3).mean(axis=(2, 4))
    assert np.abs(halved - rendered[0]).mean() < 12


def test_thousands_in_under_a_minute():
    """In CPU seconds; measured 2 ms for a picture, the limit leaves room for slow machines."""
    start = time.process_time()
    drawn.render(200, 32, seed=1)
    assert (time.process_time() - start) / 200 < 0.015


def test_progress_is_counted_in_pictures():
    seen: list[tuple[int, int]] = []
    drawn.render(250, 32, progress=lambda done, total: seen.append((done, total)))
    assert seen == [(100, 250), (200, 250), (250, 250)]
