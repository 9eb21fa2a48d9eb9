"""What can be won beyond the core."""

import numpy as np
import pytest

from checker.suite import say

SMALL_LATENT = 10


@pytest.fixture(scope="module")
def other_sizes(submission):
    """A generator for fewer random numbers, and a discriminator."""
    with submission.worker("other sizes") as worker:
        generator = worker.call("build_generator", SMALL_LATENT, keep=True)
        discriminator = worker.call("build_discriminator", keep=True)
        generator.build_on(np.zeros((2, SMALL_LATENT), np.float32))
        discriminator.build_on(np.zeros((2, 28, 28), np.float32))
        yield generator, discriminator


@pytest.mark.star("robust")
def test_latent_size_is_free(other_sizes, as_pictures, rng):
    """build_generator(10) draws from ten random numbers"""
    generator, _ = other_sizes
    as_pictures(generator, rng.normal(size=(7, SMALL_LATENT)).astype(np.float32), " for ten numbers")


@pytest.mark.star("robust")
def test_far_inputs_stay_in_range(other_sizes, as_pictures, as_probabilities, rng):
    """z of 0 and of 1,000, black and white pictures: still pictures, still probabilities"""
    generator, discriminator = other_sizes
    for scale in (0, 1_000):
        z = scale * rng.choice([-1.0, 1.0], size=(4, SMALL_LATENT)).astype(np.float32)
        as_pictures(generator, z, say(" for z of {scale:,}", scale=scale))
    shown = np.stack([np.full((28, 28), value, np.float32) for value in (0, 1)])
    as_probabilities(discriminator, shown, " for a black and a white picture")


@pytest.mark.training
@pytest.mark.star("robust")
def test_few_rows_take_little_time(trained, trained_on_few, expect, targets):
    """Training on 300 pictures takes a fraction of the time that 60,000 take"""
    expect.at_most(
        trained_on_few.time.used / max(trained.time.used, 1e-3),
        "time for 300 pictures, as a share of that for all",
        targets.star_time_share_of_few_rows,
        yardsticks={"as many pictures, as share": 0.005, "a fixed number of steps": 1},
        hint="Let the number of steps follow from len(x), as epochs do.",
        spread=0,
    )


@pytest.mark.training
@pytest.mark.star("quality")
def test_distance_is_small(drawings, real, network, expect, targets, kata):
    """Most drawings can be read: a small Fréchet distance"""
    expect.at_most(
        network.frechet_distance(real, drawings.features),
        "Fréchet distance",
        targets.star_frechet_distance,
        spread=kata.spread["star_frechet_distance"],
        hint="Convolutions, more steps of a small network, averaged weights: which of them is still missing?",
    )


@pytest.mark.training
@pytest.mark.star("quality")
def test_recall(drawings, real, network, expect, targets):
    """The drawings are as varied as the real digits: recall"""
    expect.at_least(
        network.recall(real[:2_000], drawings.features[:2_000]),
        "recall",
        targets.star_recall,
        yardsticks={"Gaussians per class": 0.1, "real digits": 0.9},
        hint="Recall is the share of real digits that have something like them among the drawings. It grows with "
        "longer training, and falls when the generator plays safe.",
    )


@pytest.mark.training
@pytest.mark.star("quality")
def test_all_ten_digits(drawings, expect, targets):
    """All ten digits are drawn"""
    shares = np.bincount(drawings.classes, minlength=10) / len(drawings.classes)
    rare = ", ".join(f"{share:.1%}" for share in np.sort(shares)[:3])
    expect.that(
        bool(shares.min() >= targets.star_rarest_digit),
        say(
            "The three digits that come least often make up {rare} of {count:,} drawings; in the real ones "
            "each has about 10 %, and at least {least:.0%} is needed.",
            rare=rare,
            count=len(drawings.classes),
            least=targets.star_rarest_digit,
        ),
        "A slower discriminator, smaller steps or averaged weights spread the drawings over all digits.",
    )


@pytest.mark.training
@pytest.mark.star("speed")
def test_training_is_quick(trained, expect):
    """Training takes little more time than needed"""
    expect.near_reference(
        trained.time,
        "Fewer channels, fewer steps with a larger rate, one pass of the discriminator for both kinds.",
    )
