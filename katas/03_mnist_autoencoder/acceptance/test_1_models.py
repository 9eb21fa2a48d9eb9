"""Kata 03, quick checks: the two models, before any training."""

from __future__ import annotations

from typing import Any

import numpy as np

from checker.suite import Diagnosis, say

LARGEST_CODE, PIXELS = 32, 784


def test_encoder(first_look: Any, build_encoder: Any, expect: Any, diagnose: Any) -> None:
    """build_encoder gives a model from 784 pixels to a code of at most 32 numbers"""
    _, codes = build_encoder(first_look)
    expect.that(
        1 <= codes.shape[1] <= LARGEST_CODE,
        say(
            "The code has {units} numbers; at least one and at most {most} are allowed.",
            units=codes.shape[1],
            most=LARGEST_CODE,
        ),
        "The last layer of the encoder is the bottleneck: its units are the code.",
        why=lambda: diagnose(certain=[lambda: whole_autoencoder(codes)]),
    )


def whole_autoencoder(codes: np.ndarray) -> Diagnosis | None:
    """As many numbers as pixels: the encoder goes on to the drawing."""
    if codes.shape[1] != PIXELS:
        return None
    return Diagnosis(
        "whole_autoencoder",
        say(
            "The encoder answers with {pixels} numbers, as many as pixels: it is the whole autoencoder. "
            "build_encoder() ends at the code, and build_decoder() begins there.",
            pixels=PIXELS,
        ),
    )


def test_decoder(first_look: Any, build: Any) -> None:
    """build_decoder gives a model from the code back to 784 pixels"""
    build(first_look)


def test_parameters(first_look: Any, build: Any, kata: Any, expect: Any) -> None:
    """Encoder and decoder together stay within the number of parameters"""
    model = build(first_look)
    count = model.encoder.facts().parameters + model.decoder.facts().parameters
    expect.that(
        0 < count <= kata.max_parameters,
        say(
            "Encoder and decoder have {count:,} parameters together; at least one and at most "
            "{most:,} are allowed.",
            count=count,
            most=kata.max_parameters,
        ),
        "A hidden layer of a few hundred units on each side is enough.",
    )


def test_one_image_alone(first_look: Any, build: Any, same_alone: Any, sample: np.ndarray) -> None:
    """One image alone gives the same code and the same drawing as in a batch"""
    model = build(first_look)
    codes = model.encoder.apply(sample)
    hint = "Noise, dropout, sampling and statistics of the batch belong to training; the judge calls training=False."
    same_alone(model, sample, codes, model.decoder.apply(codes), hint)


def test_untrained(
    first_look: Any,
    build: Any,
    digits: Any,
    error_of: Any,
    yardsticks: dict[str, float],
    targets: Any,
    expect: Any,
) -> None:
    """Before training the autoencoder knows nothing about digits"""
    model = build(first_look)
    images = digits.train[:500].astype(np.float32) / 255
    answer = expect.array(model.reconstruct(images), "The decoder's answer", shape=images.shape)
    # An error in the pixels' own units: nothing here is relative to what the models choose.
    error = error_of(answer, digits.train[:500])
    expect.at_least(
        error,
        "untrained error",
        targets.untrained_error,
        yardsticks=yardsticks,
        hint="What the models know must come from train: no stored weights, nothing passed by beside the code.",
    )
