"""The digit-feature network reads digits, sees what is wrong with a picture, and is fast; its measures are exact."""

from __future__ import annotations

import time
import tracemalloc

import numpy as np
import pytest

from checker.datasets import mnist
from checker.datasets.digit_features import WEIGHTS, DigitFeatures, frechet_distance, recall


@pytest.fixture(scope="module")
def network() -> DigitFeatures:
    return DigitFeatures()


@pytest.fixture(scope="module")
def digits() -> tuple[np.ndarray, np.ndarray]:
    """The official test digits, which the network has not learned from, and their labels."""
    data = mnist.load()
    return np.asarray(data.images[60_000:], np.float32) / 255, np.asarray(data.labels[60_000:])


def test_it_reads_digits_that_it_has_not_seen(
    network: DigitFeatures, digits: tuple[np.ndarray, np.ndarray]
) -> None:
    images, labels = digits
    assert np.mean(network.classes(images) == labels) > 0.98


def test_features_have_their_shape_and_scale(
    network: DigitFeatures, digits: tuple[np.ndarray, np.ndarray]
) -> None:
    features = network.features(digits[0][:3_000])
    assert features.shape == (3_000, 64)
    assert features.dtype == np.float32
    assert 90 < features.var(axis=0).sum() < 110
    assert network.features(digits[0][:0]).shape == (0, 64)


def test_a_picture_alone_has_the_features_it_has_among_others(
    network: DigitFeatures, digits: tuple[np.ndarray, np.ndarray]
) -> None:
    images = digits[0][:600]
    assert np.allclose(network.features(images)[511], network.features(images[511:512])[0], atol=1e-3)


def test_five_thousand_pictures_are_quick_and_small(
    network: DigitFeatures, digits: tuple[np.ndarray, np.ndarray]
) -> None:
    started = time.process_time()
    network.features(digits[0][:5_000])
    # About 0.5 s where it was measured; the rest is room for slow machines.
    assert time.process_time() - started < 10
    tracemalloc.start()
    network.features(digits[0][:2_000])
    assert tracemalloc.get_traced_memory()[1] < 100e6
    tracemalloc.stop()
    assert WEIGHTS.stat().st_size < 300_000


def test_other_shapes_are_refused(network: DigitFeatures) -> None:
    with pytest.raises(ValueError, match=r"\(n, 28, 28\), got \(3, 784\)"):
        network.features(np.zeros((3, 784), np.float32))


def test_blur_mixtures_and_class_means_are_farther_than_other_digits(
    network: DigitFeatures, digits: tuple[np.ndarray, np.ndarray]
) -> None:
    # Every other one: the first half of the official test digits was written by neater people.
    images, labels = digits
    real, others = images[::2], images[1::2]
    blurred = (others + np.roll(others, 1, 1) + np.roll(others, 1, 2) + np.roll(others, -1, 1)) / 4
    means = np.stack([images[labels == digit].mean(axis=0) for digit in range(10)])[labels[1::2]]
    features = network.features(real)
    distance = {
        name: network.frechet_distance(features, network.features(pictures))
        for name, pictures in {
            "others": others,
            "blurred": blurred,
            "mixed": (others + others[::-1]) / 2,
            "means": means,
        }.items()
    }
    assert distance.pop("others") < 1
    # The kata's target is 20.
    assert min(distance.values()) > 80


def test_frechet_distance_of_gaussians_is_the_formula() -> None:
    rng = np.random.default_rng(0)
    a = rng.normal(size=(200_000, 2)) * [1.0, 2.0]
    b = rng.normal(size=(200_000, 2)) * [3.0, 0.5] + [1.0, -2.0]
    # Independent axes: (difference of means)^2 + (difference of deviations)^2 for each.
    assert frechet_distance(a, b) == pytest.approx(1 + 4 + 4 + 2.25, rel=0.02)
    assert frechet_distance(a, a) == pytest.approx(0, abs=1e-9)


def test_recall_is_the_share_of_real_rows_that_are_covered() -> None:
    rng = np.random.default_rng(0)
    left, right = rng.normal(size=(300, 4)), rng.normal(size=(300, 4)) + 100
    real = np.concatenate([left, right])
    assert recall(real, real) == 1
    assert recall(real, rng.normal(size=(600, 4))) == pytest.approx(0.5, abs=0.05)
