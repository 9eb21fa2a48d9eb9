"""What the trained networks can do: the core. One full training serves all checks; the last one trains on few rows."""

import numpy as np
import pytest

from checker.suite import beside, say

ranked_above = beside(__file__, "causes").ranked_above
pytestmark = pytest.mark.training

# Half precision rounds at 5e-4, and one number may round otherwise in another batch.
SAME_PICTURE = 1e-2
LOOKED_AT = 200


def test_training_stays_within_budget(trained, expect):
    """Training is fast enough for this machine"""
    expect.curves(trained.history)
    expect.within_budget(
        trained.time,
        "Is the whole training step inside one tf.function, and the network small? 32 channels at 7 x 7 are enough, "
        "and so are two epochs of batches of 64.",
    )


@pytest.fixture
def why_drawn_badly(causes, diagnose):
    """The experiments for drawings that are no digits, or too few of them."""
    return lambda: diagnose(
        certain=causes.of_the_drawings(), likely=causes.likely(), otherwise=causes.otherwise
    )


def test_discriminator_has_learned(judged, expect, targets, causes, diagnose):
    """The discriminator finds hidden digits more real than what is none"""
    digits = judged["hidden digits"]
    rankings = {kind: ranked_above(digits, p) for kind, p in judged.items() if p is not digits}
    for kind, ranking in rankings.items():
        expect.note(say("ranking above {kind}", kind=kind), ranking, yardsticks={say("guessing"): 0.5})
    # What training never showed it may look real to a good discriminator. The median forgives two such kinds.
    median = float(np.median(list(rankings.values())))
    expect.at_least(
        median,
        "ranking of digits",
        targets.ranking,
        yardsticks={say("guessing"): 0.5},
        spread=0,
        why=lambda: diagnose(
            certain=causes.of_the_discriminator(), otherwise=lambda: causes.of_one_order(rankings)
        ),
    )


def test_each_picture_comes_alone_as_in_the_batch(drawn_alone, expect):
    """A z drawn alone, in another process, gives the same picture as in the batch"""
    together, alone = drawn_alone
    off = float(np.abs(alone - together).max())
    expect.that(
        off <= SAME_PICTURE,
        say(
            "Drawn alone, pictures differ by up to {off:.2g} from the same z in a batch; {allowed:g} is "
            "allowed for rounding.",
            off=off,
            allowed=SAME_PICTURE,
        ),
        "Does the picture depend on its place in the batch, on the other rows, or on something not in the weights?",
    )


def test_different_z_give_different_pictures(drawings, digits, expect, targets, why_drawn_badly):
    """Different z give different pictures"""
    # Noise makes pictures differ too, but no digits: the Fréchet distance asks for those.
    real = nearest_others(digits.hidden[:400] / np.float32(255))
    brightest = float(np.median(drawings.images.max(axis=(1, 2))))
    expect.at_least(
        nearest_others(drawings.images[:400]) / real,
        say("variety"),
        targets.variety,
        yardsticks={"one picture for every z": 0, "real digits": 1},
        hint="The drawings are grey all over: has the generator been trained, with its own variables and its own optimiser?"
        if brightest < 0.8
        else "If every z gives nearly the same picture, the generator has collapsed: is the discriminator far ahead?",
        why=why_drawn_badly,
    )


def test_frechet_distance(drawings, digits, real, network, expect, targets, kata, why_drawn_badly):
    """The drawings look like digits: Fréchet distance to hidden real ones"""
    expect.at_most(
        network.frechet_distance(real, drawings.features),
        "Fréchet distance",
        targets.frechet_distance,
        yardsticks={
            say("noise"): 1656,
            "mean image": 366,
            "blurred digits": 206,
            say("averages"): 111,
            "other real digits": 0.2,
        },
        spread=kata.spread["frechet_distance"],
        hint=what_is_seen(drawings, digits.hidden[:1_000] / np.float32(255)),
        why=why_drawn_badly,
    )


def test_many_digits(drawings, expect, targets, why_drawn_badly):
    """The generator has not settled on a few digits"""
    shares = np.bincount(drawings.classes, minlength=10) / len(drawings.classes)
    kinds = int((shares >= targets.rarest_digit).sum())
    expect.note("rarest digit", float(shares.min()), yardsticks={"all equally often": 0.1})
    expect.that(
        kinds >= targets.kinds_of_digits,
        say(
            "{kinds} of the ten digits are drawn, each in at least {least:.1%} of {count:,} pictures; "
            "at least {wanted:.0f} are needed.",
            kinds=kinds,
            least=targets.rarest_digit,
            count=len(drawings.classes),
            wanted=targets.kinds_of_digits,
        ),
        "The generator has settled on a few digits: mode collapse. A slower discriminator or averaged weights help.",
        why_drawn_badly,
    )


def test_no_training_picture_comes_back(drawings, digits, expect, targets):
    """No training picture comes back, not even shifted by up to two pixels"""
    # Copies with enough noise, or turned, are further away than copies; the Fréchet distance limits the noise, and a
    # generator that looks pictures up by z takes steps as large as they are apart (the next check).
    train = digits.training.reshape(-1, 784)
    search = ShiftedSearch(train)
    drawn = np.median(search.distances(drawings.images[:LOOKED_AT]))
    hidden = np.median(search.distances(digits.hidden[:LOOKED_AT] / np.float32(255)))
    expect.at_least(
        float(drawn / hidden),
        "distance to the nearest training picture",
        targets.distance_to_training,
        yardsticks={"replayed training pictures": 0, "hidden real digits": 1},
        hint="The pictures are copies of training pictures. Let the generator learn what they have in common instead.",
    )


def test_near_z_give_near_pictures(drawings, expect, targets):
    """Walking from one z to another changes the picture little by little"""
    # The submission may draw pictures further apart to make its steps look small; the Fréchet distance limits how far.
    largest = np.linalg.norm(np.diff(drawings.walks, axis=1), axis=2).max(axis=1)
    images = drawings.images.reshape(len(drawings.images), -1)
    apart = np.median(np.linalg.norm(images[:500] - images[500:1_000], axis=1))
    expect.at_most(
        float(np.median(largest) / max(apart, 1e-6)),
        "largest step",
        targets.largest_step,
        yardsticks={"stored pictures, looked up by z": 1.0, "even steps": 1 / drawings.walks.shape[1]},
        hint="A picture should be a smooth function of z, not one of a set of stored ones.",
    )


def test_few_rows_teach_only_what_they_show(few, real, network, expect, targets):
    """Trained on 300 pictures of one digit, the generator does not know all ten"""
    expect.at_least(
        network.frechet_distance(real, few),
        "Fréchet distance after few rows",
        targets.distance_after_few_rows,
        yardsticks={"pictures of one digit, at best": 89, "target after training": targets.frechet_distance},
        hint="Where does its knowledge of the other digits come from? Pretrained weights are not allowed.",
    )


def what_is_seen(drawings, real):
    """One sentence on what the drawings look like, and one idea; `real` are pictures to compare with."""
    images = drawings.images[:1_000]
    shares = np.bincount(drawings.classes, minlength=10) / len(drawings.classes)
    margin = float(np.concatenate([images[:, :3], images[:, -3:]], axis=1).mean())
    grey, usual = (float(((x > 0.2) & (x < 0.8)).mean()) for x in (images, real))
    if margin > 0.05:
        return say(
            "The margin, black in every digit, has a mean brightness of {margin:.2f}: this is grey or noise "
            "still. Is one of the two networks not learning? Look at some pictures after each epoch.",
            margin=margin,
        )
    if shares.max() > 0.4:
        return say(
            "{share:.0%} of the drawings are read as the same digit: mode collapse. Let the discriminator "
            "learn more slowly, or make its steps and the generator's smaller.",
            share=shares.max(),
        )
    if grey > 2 * usual:
        return say(
            "{grey:.0%} of all pixels are grey, {usual:.0%} in real digits: blurred or mixed shapes and no "
            "clear strokes. Train longer, and look at some pictures after each epoch.",
            grey=grey,
            usual=usual,
        )
    return "There are strokes, but not yet digits: train longer, with more steps per CPU second."


def nearest_others(images):
    """Median distance of a picture to the nearest other one of the same set, in pixels."""
    flat = images.reshape(len(images), -1).astype(np.float64)
    squares = (flat**2).sum(axis=1)
    distances = squares[:, None] + squares[None, :] - 2 * flat @ flat.T
    np.fill_diagonal(distances, np.inf)
    return float(np.median(np.sqrt(np.maximum(distances.min(axis=1), 0))))


class ShiftedSearch:
    """Finds the nearest training picture for pictures that may be shifted by up to two pixels.

    Candidates come from the 40 directions in which training pictures differ most: distances there never exceed
    those in pixels, and a copy has distance zero in both. The best candidate of each shift is compared in pixels.
    """

    SHIFTS = tuple((down, right) for down in range(-2, 3) for right in range(-2, 3))
    BLOCK = 200

    def __init__(self, train):
        self.train = train
        sample = train[:5_000] / np.float32(255)
        self.mean = sample.mean(axis=0)
        _, directions = np.linalg.eigh(np.cov(sample - self.mean, rowvar=False).astype(np.float64))
        self.directions = directions[:, -40:].astype(np.float32)
        # In parts: all training pictures as float32 would take 190 MB.
        parts = [self.project(part / np.float32(255)) for part in np.array_split(train, 12)]
        self.projected = np.concatenate(parts)
        self.squares = (self.projected**2).sum(axis=1)

    def project(self, flat):
        return (flat - self.mean) @ self.directions

    def distances(self, images):
        """Distance in pixels to the nearest training picture, over all shifts, (n,)."""
        best = np.full(len(images), np.inf)
        for down, right in self.SHIFTS:
            flat = np.roll(images, (down, right), axis=(1, 2)).reshape(len(images), -1).astype(np.float32)
            for start in range(0, len(flat), self.BLOCK):
                rows = flat[start : start + self.BLOCK]
                candidates = np.argmin(self.squares - 2 * self.project(rows) @ self.projected.T, axis=1)
                apart = np.linalg.norm(rows - self.train[candidates] / np.float32(255), axis=1)
                best[start : start + len(rows)] = np.minimum(best[start : start + len(rows)], apart)
        return best
