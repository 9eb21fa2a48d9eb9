"""Kata 03, checks with training: what the autoencoder makes of digits that it has never seen."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from checker.suite import say

pytestmark = pytest.mark.training

PROBE_QUERIES = 2_000
ALONE_ROWS = 32


def test_train_changes_both_models(
    few_rows: Any, finite_weights: Any, expect: Any, diagnose: Any, changes: Any
) -> None:
    """train changes the weights of the encoder and of the decoder that it is given"""
    parts = (("encoder", few_rows.model.encoder), ("decoder", few_rows.model.decoder))
    unchanged = []
    for (name, kept), old in zip(parts, few_rows.before, strict=True):
        new = kept.weights()
        finite_weights(new, name, few_rows.history)
        unchanged.append(
            len(new) == len(old) and all(np.array_equal(a, b) for a, b in zip(new, old, strict=True))
        )
    for (name, _), is_same in zip(parts, unchanged, strict=True):
        expect.that(
            not is_same,
            say(
                "After train(encoder, decoder, x) the weights of the {name} are what they were before.",
                name=name,
            ),
            say(
                "Train the {name} that train is given, not a new one, and let the gradient reach it.",
                name=name,
            ),
            why=lambda: diagnose(certain=[lambda: changes(few_rows, unchanged)]),
        )


def test_few_rows(
    few_rows: Any, digits: Any, error_of: Any, yardsticks: dict[str, float], targets: Any, expect: Any
) -> None:
    """Trained on 300 images, it knows no more than 300 images can teach"""
    hidden = digits.hidden[-1_000:]
    answer = few_rows.model.reconstruct(hidden.astype(np.float32) / 255)
    images = expect.array(answer, "The decoder's answer after training on 300 images", shape=hidden.shape)
    expect.at_least(
        error_of(images, hidden),
        # The number of images is the submission's to see: who hides knowledge there is not caught by this.
        "few rows error",
        targets.few_rows_error,
        yardsticks=yardsticks,
        hint="Everything that the models know must come from the images that train is given.",
    )


def test_training_time(trained: Any, expect: Any) -> None:
    """Training stays within its time"""
    expect.curves(trained.history)
    expect.within_budget(
        trained.time,
        hint="Fewer epochs? Batches of 128? Is the training step compiled (fit, or a tf.function) and not eager?",
    )


def test_reconstruction(
    decoded: Any,
    digits: Any,
    error_of: Any,
    why: Any,
    yardsticks: dict[str, float],
    targets: Any,
    expect: Any,
) -> None:
    """Hidden digits come back clearly better than from 32 principal components"""
    expect.at_most(
        error_of(decoded.plain, digits.hidden),
        "reconstruction_error",
        targets.reconstruction_error,
        yardsticks=yardsticks,
        why=why,
    )


def test_codes_bear_noise(
    decoded: Any, digits: Any, error_of: Any, targets: Any, kata: Any, expect: Any
) -> None:
    """Codes with 1 % of noise give the same drawing"""
    # A factor of the error without noise speaks of noise alone. But that error is the submission's to choose: it may make
    # it larger to have more room below, so the error with noise must reach the target by itself.
    plain, noisy = error_of(decoded.plain, digits.hidden), error_of(decoded.noisy, digits.hidden)
    expect.at_most(
        noisy / max(plain, 1e-6),
        "error with noise on the codes by the error without",
        targets.noise_factor,
        hint=say(
            "With noise of 1 % of each unit's spread on the codes the error rises from {plain:.4f} to "
            "{noisy:.4f}. A code is a place, not a password: near codes should mean similar digits.",
            plain=plain,
            noisy=noisy,
        ),
    )
    expect.at_most(
        noisy,
        "reconstruction error with noise on the codes",
        targets.reconstruction_error,
        yardsticks={"without noise": plain},
        hint="A code is a place, not a password: near codes should mean similar digits.",
        spread=kata.spread["reconstruction_error"],
    )


def test_hidden_image_alone(
    first_look: Any,
    build: Any,
    put_weights: Any,
    same_alone: Any,
    trained: Any,
    codes: np.ndarray,
    decoded: Any,
    digits: Any,
    rng: Any,
) -> None:
    """A hidden image alone, in a new process, gives the same code and the same drawing"""
    model = build(first_look)
    put_weights(model.encoder, trained.encoder, "encoder")
    put_weights(model.decoder, trained.decoder, "decoder")
    rows = rng.choice(len(codes) - 1_000, size=ALONE_ROWS, replace=False)
    images = digits.hidden[rows].astype(np.float32) / 255
    hint = "Does it depend on the rest of the batch, or on something that get_weights() does not return, such as a global?"
    same_alone(model, images, codes[rows], decoded.plain[rows], hint)


def test_codes_carry_the_digit(codes: np.ndarray, digits: Any, targets: Any, expect: Any) -> None:
    """Digits whose codes are close are mostly the same digit"""
    labels = digits.hidden_labels
    queries, known = labels[:PROBE_QUERIES], labels[PROBE_QUERIES:]
    spread = codes.std(axis=0, dtype=np.float64)
    # Units may be of any size: the codes count as they are, or with every unit's spread made equal. More than the digit
    # cannot be gained by choosing them.
    scaled = codes / np.where(spread > 0, spread, 1)
    shares = [float(np.mean(known[nearest(points)] == queries)) for points in (codes, scaled)]
    expect.at_least(
        max(shares),
        "digit_probe",
        targets.digit_probe,
        yardsticks={say("chance"): float(np.mean(known[np.arange(PROBE_QUERIES)] == queries))},
        hint="The labels were never shown; a smooth code groups the digits by itself. Is the code too small?",
    )


def nearest(points: np.ndarray) -> np.ndarray:
    """For each of the first points the index of the nearest among the others."""
    queries, known = points[:PROBE_QUERIES].astype(np.float64), points[PROBE_QUERIES:].astype(np.float64)
    return np.argmin((known**2).sum(axis=1) - 2 * queries @ known.T, axis=1)
