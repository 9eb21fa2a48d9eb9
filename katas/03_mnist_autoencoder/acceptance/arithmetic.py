"""The arithmetic of kata 03's checks: disguises, errors, noise on codes, and what an answer may differ by."""

from __future__ import annotations

import numpy as np

# Noise on the codes, as a share of each unit's standard deviation over the hidden images.
CODE_NOISE, STRONG_CODE_NOISE = 0.01, 0.2
# The encoder chooses how large its codes are, so the noise is never less than this share of the code itself, and never
# less than this in units of the code: else what float32 rounds away would carry bits, or a spread near 0 no noise.
# Codes that were learned vary by .1 to 30 around a mean of about that size.
LEAST_NOISE_OF_A_CODE, LEAST_NOISE = 2e-4, 1e-7

# One image alone against a batch, relative to the largest number. Honest float32 differs by 2e-6, mixed_float16 by up to
# 1e-3 (its last bit), mixed_bfloat16 by up to 2e-3. A place in the batch that shows through differs by far more.
ALONE_TOLERANCE, ALONE_TOLERANCE_OF_HALVES = 1e-3, 2e-2


# Every symmetry of the square but the one that changes nothing.
def as_floats(images: np.ndarray) -> np.ndarray:
    """uint8 pixels as float32 in [0, 1]."""
    return images.astype(np.float32) / 255


def mean_square(difference: np.ndarray) -> float:
    """The mean of the squares, which even numbers near the end of float32's range do not overflow."""
    return float(np.mean(np.square(difference, dtype=np.float64)))


def is_half(answer: np.ndarray) -> bool:
    """Whether half precision holds every value, float16 or bfloat16: that is how a model shows that it computes in "
    "it."""
    values = np.ascontiguousarray(answer, dtype=np.float32)
    with np.errstate(over="ignore"):
        halves = values.astype(np.float16).astype(np.float32)
    return np.array_equal(values, halves) or not np.any(values.view(np.uint32) & 0xFFFF)


def varies_by(answers: np.ndarray, axis: int) -> np.ndarray:
    """How far apart the values of each column (axis 0) or row (axis 1) are, where they are not all but one number."""
    apart, largest = np.ptp(answers, axis=axis), np.abs(answers).max(axis=axis)
    size = np.maximum(np.maximum(apart, 0.1 * largest), max(1e-3 * float(largest.max()), 1e-30))
    return np.expand_dims(size, axis)


def with_noise(codes: np.ndarray, share: float, rng: np.random.Generator) -> np.ndarray:
    """Codes with noise of that share of each unit's spread, and never less than rounding and tiny numbers would "
    "hide."""
    exact = codes.astype(np.float64)
    least = np.maximum(LEAST_NOISE_OF_A_CODE * np.abs(exact), LEAST_NOISE)
    noise = np.maximum(share * exact.std(axis=0), least)
    return (exact + noise * rng.normal(size=codes.shape)).astype(codes.dtype)
