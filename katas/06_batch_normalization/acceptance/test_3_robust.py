"""Kata 06, the star "robust": what is hard to count with."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from checker.suite import say

pytestmark = pytest.mark.star("robust")

PARTS = ("dx", "dgamma", "dbeta")
# Of the size of the result, in float32, where the mean is 10,000 deviations: subtracting the mean first is off by up
# to 0.002, the mean of squares minus the squared mean by more than 1 (measured.md).
LARGE_OFFSET_TOLERANCE = 0.02


def channels(rng: Any, count: int) -> tuple[np.ndarray, np.ndarray]:
    """A scale of either sign and a shift for every channel."""
    return rng.normal(size=count) * 2 + 0.5, rng.normal(size=count) * 3


def test_forward_tiny_variance(submission: Any, expect: Any, rng: Any, truth: Any) -> None:
    """batchnorm_forward copes with channels of no or tiny variance"""
    x = rng.normal(size=(9, 4)) * np.array([0, 1e-6, 1e-4, 1]) + np.array([2.0, 0, 1, -1])
    gamma, beta = channels(rng, 4)
    for eps in (1e-3, 1e-8):
        y = submission.batchnorm_forward(x, gamma, beta, eps)
        y = expect.array(y, say("batchnorm_forward with eps = {eps:g}", eps=eps), shape=x.shape)
        wanted = truth.forward(x, gamma, beta, eps)
        # In float32 a deviation of 1e-6 beside a mean of 1 is nearly nothing.
        rtol = 0.02 if y.dtype == np.float32 else 1e-5
        hint = "sqrt(var + eps) and sqrt(var) + eps differ where the variance is small."
        expect.close(y, wanted, say("batchnorm_forward with eps = {eps:g}", eps=eps), rtol=rtol, hint=hint)


def test_forward_batch_of_one(submission: Any, expect: Any, rng: Any, truth: Any) -> None:
    """batchnorm_forward copes with a batch of one"""
    for shape in ((1, 5), (1, 4, 3, 2)):
        x = rng.normal(size=shape) + 3
        gamma, beta = channels(rng, shape[-1])
        y = submission.batchnorm_forward(x, gamma, beta, 1e-3)
        hint = "One row is its own mean; its variance is 0, not undefined."
        expect.close(
            y,
            truth.forward(x, gamma, beta, 1e-3),
            say("batchnorm_forward of {shape}", shape=shape),
            hint=hint,
        )


def test_forward_large_mean(submission: Any, expect: Any, rng: Any, truth: Any) -> None:
    """batchnorm_forward keeps its precision in float32 where the mean is 10,000"""
    for shape in ((40, 3), (2, 4, 5, 3)):
        x = (rng.normal(size=shape) + 10_000 * np.array([1, -1, 1])).astype(np.float32)
        gamma, beta = (a.astype(np.float32) for a in channels(rng, 3))
        y = submission.batchnorm_forward(x, gamma, beta, 1e-3)
        y = expect.array(y, "batchnorm_forward of float32", shape=shape, finite=False)
        wanted = truth.forward(x, gamma, beta, 1e-3)
        scale = float(np.abs(wanted).max())
        lost = int(y.size - np.isfinite(y).sum())
        off = float(np.abs(y - wanted)[np.isfinite(y)].max(initial=0)) / scale
        expect.that(
            not lost and off <= LARGE_OFFSET_TOLERANCE,
            say(
                "With channel means of 10,000 and float32, batchnorm_forward is off by {off:.2g} of the size of "
                "the result; {allowed:g} is allowed. {lost} of {size} entries are NaN or infinite.",
                off=off,
                allowed=LARGE_OFFSET_TOLERANCE,
                lost=lost,
                size=y.size,
            ),
            "The mean of squares minus the squared mean is a small difference of large numbers. Subtract the mean first.",
        )


def test_backward_special_batches(
    submission: Any, expect: Any, rng: Any, truth: Any, read_parts: Any, read_channels: Any
) -> None:
    """batchnorm_backward copes with a batch of one, tiny variance, and float32"""
    spread = np.array([0, 1e-5, 1e-2, 1])
    cases = {
        "a batch of one row": (rng.normal(size=(1, 4)), np.float64),
        "one image": (rng.normal(size=(1, 3, 3, 4)), np.float64),
        "channels of tiny variance": (rng.normal(size=(8, 4)) * spread + 1, np.float64),
        "float32": (rng.normal(size=(16, 4)) * 2 + 1, np.float32),
    }
    hint = "eps alone stands under the root there, and nothing may be divided by the variance, or by n - 1."
    for name, (x, dtype) in cases.items():
        gamma = channels(rng, 4)[0].astype(dtype)
        x, dy = x.astype(dtype), rng.normal(size=x.shape).astype(dtype)
        value = submission.batchnorm_backward(dy, x, gamma, 1e-3)
        dx, dgamma, dbeta = read_parts(value, "batchnorm_backward", PARTS)
        dgamma, dbeta = (
            read_channels(part, say("a gradient for {name}", name=name), 4) for part in (dgamma, dbeta)
        )
        for part, came, wanted in zip(
            PARTS, (dx, dgamma, dbeta), truth.backward(dy, x, gamma, 1e-3), strict=True
        ):
            came = expect.array(came, say("{part} for {name}", part=part, name=name), shape=wanted.shape)
            rtol = 1e-3 if dtype == np.float32 or came.dtype == np.float32 else 1e-6
            # Where everything is 0 but for rounding, the size of dy is the scale.
            atol = rtol * float(np.abs(dy).max())
            expect.close(
                came, wanted, say("{part} for {name}", part=part, name=name), rtol=rtol, atol=atol, hint=hint
            )


def test_running_ends_of_momentum(
    submission: Any, expect: Any, rng: Any, truth: Any, read_parts: Any, read_channels: Any
) -> None:
    """update_running copes with a momentum of 0 and of 1, and with a batch of one"""
    for shape in ((7, 4), (1, 4)):
        x = rng.normal(size=shape) * 2 + 5
        mean, var = rng.normal(size=4), rng.uniform(0.5, 2, size=4)
        batch_mean, batch_var = truth.statistics(x)
        for momentum, wanted in ((0.0, (batch_mean, batch_var)), (1.0, (mean, var))):
            value = submission.update_running(mean, var, x, momentum)
            parts = read_parts(value, "update_running", ("mean", "var"))
            for name, came, right in zip((say("mean"), say("variance")), parts, wanted, strict=True):
                what = say(
                    "the {name} of update_running with momentum {momentum:g} and {rows} rows",
                    name=name,
                    momentum=momentum,
                    rows=shape[0],
                )
                came = read_channels(came, what, 4)
                hint = (
                    "With 0 only the batch counts, with 1 only the old value. The variance of one row is 0."
                )
                expect.close(came, right, what, atol=1e-3 if came.dtype == np.float32 else 1e-7, hint=hint)
