"""The two networks before training: shapes, ranges, size, and that they know nothing yet."""

import numpy as np

from checker.suite import say

# Half precision rounds at 5e-4, and one number may round otherwise in another batch.
SAME_PICTURE = 1e-2


def z_of(rng, rows):
    return rng.normal(size=(rows, 64)).astype(np.float32)


def test_generator_draws_pictures(untrained, as_pictures, rng):
    """build_generator turns z (n, 64) into pictures (n, 28, 28) between 0 and 1"""
    generator, _ = untrained
    for rows in (1, 7):
        as_pictures(generator, z_of(rng, rows))


def test_discriminator_gives_probabilities(untrained, as_probabilities, digits, rng):
    """build_discriminator turns pictures (n, 28, 28) into probabilities (n, 1)"""
    _, discriminator = untrained
    shown = digits.disguise(digits.hidden[:200]) / np.float32(255)
    as_probabilities(discriminator, shown)
    as_probabilities(discriminator, shown[:1])
    noise = rng.random((200, 28, 28), np.float32)
    as_probabilities(discriminator, noise)


def test_networks_are_small(untrained, expect, kata):
    """Each network has no more parameters than allowed"""
    for name, model in zip((say("generator"), say("discriminator")), untrained, strict=True):
        count = model.facts().parameters
        expect.that(
            count <= kata.max_parameters,
            say(
                "The {name} has {count:,} parameters; at most {max_parameters:,} are allowed.",
                name=name,
                count=count,
                max_parameters=kata.max_parameters,
            ),
            "Most of them usually sit in one dense layer between a picture and many units.",
        )


def test_picture_follows_from_its_own_z(untrained, expect, rng):
    """In inference mode a picture does not depend on the rest of the batch"""
    generator, _ = untrained
    z = z_of(rng, 16)
    together, again = generator.apply(z), generator.apply(z)
    alone = np.concatenate([generator.apply(row[None]) for row in z[:4]])
    expect.that(
        bool(np.abs(together - again).max() <= SAME_PICTURE),
        say(
            "The same z drawn twice gave pictures that differ by up to {off:.2g}.",
            off=np.abs(together - again).max(),
        ),
        "All randomness of a picture has to come from z. Is a noise or dropout layer active with training=False?",
    )
    off = float(np.abs(together[:4] - alone).max())
    expect.that(
        off <= SAME_PICTURE,
        say(
            "A picture drawn alone differs from the same z drawn in a batch of 16 by up to {off:.2g}.",
            off=off,
        ),
        "Is batch norm told training=True inside the model? Leave the argument to the caller.",
    )


def test_untrained_generator_knows_nothing(
    untrained, as_pictures, network, real, digits, targets, expect, rng
):
    """Before training the generator draws no digits"""
    generator, _ = untrained
    # Pictures lie between 0 and 1 and the features are the judge's: the distance has no scale that could be chosen.
    pictures = digits.upright(as_pictures(generator, z_of(rng, 1_000)))
    expect.at_least(
        network.frechet_distance(real, network.features(pictures)),
        "Fréchet distance before training",
        targets.untrained_distance,
        yardsticks={say("noise"): 1656, "mean image": 366, "target after training": targets.frechet_distance},
        hint="Everything that the generator knows must come from train(); pretrained weights are not allowed.",
    )
