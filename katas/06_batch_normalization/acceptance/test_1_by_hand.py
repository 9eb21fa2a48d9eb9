"""Kata 06, quick checks: batch normalization as functions of arrays."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

SHAPES = {"rows": (7, 4), "images": (3, 5, 6, 2)}
# Of the size of the result, in float32, where the mean is 10,000 deviations: subtracting the mean first is off by up
# to 0.002, the mean of squares minus the squared mean by more than 1 (measured.md).
LARGE_OFFSET_TOLERANCE = 0.02


def channels(rng: Any, count: int) -> tuple[np.ndarray, np.ndarray]:
    """A scale of either sign and a shift for every channel."""
    return rng.normal(size=count) * 2 + 0.5, rng.normal(size=count) * 3


@pytest.mark.parametrize("kind", SHAPES)
def test_forward(submission: Any, expect: Any, rng: Any, truth: Any, kind: str) -> None:
    """batchnorm_forward normalises every channel over the batch"""
    x = rng.normal(size=SHAPES[kind]) * 3 + rng.normal(size=SHAPES[kind][-1]) * 10
    gamma, beta = channels(rng, x.shape[-1])
    y = submission.batchnorm_forward(x, gamma, beta, 1e-3)
    hint = (
        "Mean and variance go over all axes but the last; the variance is divided by n, not by n - 1; "
        "eps is added to the variance, under the root."
    )
    expect.close(y, truth.forward(x, gamma, beta, 1e-3), f"batchnorm_forward of {x.shape}", hint=hint)


def test_forward_tiny_variance(submission: Any, expect: Any, rng: Any, truth: Any) -> None:
    """batchnorm_forward copes with channels of no or tiny variance"""
    x = rng.normal(size=(9, 4)) * np.array([0, 1e-6, 1e-4, 1]) + np.array([2.0, 0, 1, -1])
    gamma, beta = channels(rng, 4)
    for eps in (1e-3, 1e-8):
        y = submission.batchnorm_forward(x, gamma, beta, eps)
        wanted = truth.forward(x, gamma, beta, eps)
        hint = "sqrt(var + eps) and sqrt(var) + eps differ where the variance is small."
        expect.close(y, wanted, f"batchnorm_forward with eps = {eps:g}", rtol=1e-5, hint=hint)


def test_forward_batch_of_one(submission: Any, expect: Any, rng: Any, truth: Any) -> None:
    """batchnorm_forward copes with a batch of one"""
    for shape in ((1, 5), (1, 4, 3, 2)):
        x = rng.normal(size=shape) + 3
        gamma, beta = channels(rng, shape[-1])
        y = submission.batchnorm_forward(x, gamma, beta, 1e-3)
        hint = "One row is its own mean; its variance is 0, not undefined."
        expect.close(y, truth.forward(x, gamma, beta, 1e-3), f"batchnorm_forward of {shape}", hint=hint)


def test_forward_large_mean(submission: Any, expect: Any, rng: Any, truth: Any) -> None:
    """batchnorm_forward keeps its precision in float32 where the mean is 10,000"""
    for shape in ((40, 3), (2, 4, 5, 3)):
        x = (rng.normal(size=shape) + 10_000 * np.array([1, -1, 1])).astype(np.float32)
        gamma, beta = (a.astype(np.float32) for a in channels(rng, 3))
        y = submission.batchnorm_forward(x, gamma, beta, 1e-3)
        y = expect.array(y, "batchnorm_forward of float32", shape=shape, finite=False)
        wanted = truth.forward(x, gamma, beta, 1e-3)
        scale = float(np.abs(wanted).max())
        off = float(np.abs(y - wanted).max()) / scale if np.isfinite(y).all() else float("inf")
        expect.that(
            off <= LARGE_OFFSET_TOLERANCE,
            f"With channel means of 10,000 and float32, batchnorm_forward is off by {off:.2g} of the size of the result; "
            f"{LARGE_OFFSET_TOLERANCE:g} is allowed.",
            "The mean of squares minus the squared mean is a small difference of large numbers. Subtract the mean first.",
        )


@pytest.mark.parametrize("kind", SHAPES)
def test_backward(submission: Any, expect: Any, rng: Any, truth: Any, read_parts: Any, kind: str) -> None:
    """batchnorm_backward agrees with finite differences"""
    x = rng.normal(size=SHAPES[kind]) * 2 + 1
    dy = rng.normal(size=x.shape)
    gamma, beta = channels(rng, x.shape[-1])
    value = submission.batchnorm_backward(dy, x, gamma, 1e-3)
    dx, dgamma, dbeta = read_parts(value, "batchnorm_backward", ("dx", "dgamma", "dbeta"))

    def slope(x_step: Any, gamma_step: Any, beta_step: Any) -> float:
        """How sum(dy * y) changes along a direction: a central difference."""
        h = 1e-5
        there, back = (
            np.sum(dy * truth.forward(x + s * x_step, gamma + s * gamma_step, beta + s * beta_step, 1e-3))
            for s in (h, -h)
        )
        return float((there - back) / (2 * h))

    directions = np.eye(x.size).reshape(x.size, *x.shape)
    units = np.eye(len(gamma))
    numeric_x = np.array([slope(d, 0, 0) for d in directions]).reshape(x.shape)
    hints = {
        "dx": "x also acts through the mean and the variance of its channel: is a path missing? In images a channel has "
        "n h w entries, not n.",
        "dgamma": "dgamma is a sum over all axes but the last, of dy times the normalised x.",
        "dbeta": "dbeta is the sum of dy over all axes but the last.",
    }
    # The difference itself is good to about 1e-9; float32 answers get the room of their dtype.
    for name, came, numeric in (
        ("dbeta", dbeta, np.array([slope(0, 0, unit) for unit in units])),
        ("dgamma", dgamma, np.array([slope(0, unit, 0) for unit in units])),
        ("dx", dx, numeric_x),
    ):
        came = expect.array(came, name, shape=numeric.shape)
        rtol = 1e-3 if came.dtype == np.float32 else 1e-6
        expect.close(came, numeric, f"{name} of batchnorm_backward", rtol=rtol, hint=hints[name])


def test_backward_special_batches(
    submission: Any, expect: Any, rng: Any, truth: Any, read_parts: Any
) -> None:
    """batchnorm_backward copes with a batch of one, tiny variance, and float32"""
    spread = np.array([0, 1e-5, 1e-2, 1])
    cases = {
        "a batch of one row": (rng.normal(size=(1, 4)), np.float64),
        "one image": (rng.normal(size=(1, 3, 3, 4)), np.float64),
        "channels of tiny variance": (rng.normal(size=(8, 4)) * spread + 1, np.float64),
        "float32": (rng.normal(size=(16, 4)) * 2 + 1, np.float32),
    }
    for name, (x, dtype) in cases.items():
        gamma = channels(rng, 4)[0].astype(dtype)
        x, dy = x.astype(dtype), rng.normal(size=x.shape).astype(dtype)
        value = submission.batchnorm_backward(dy, x, gamma, 1e-3)
        parts = read_parts(value, "batchnorm_backward", ("dx", "dgamma", "dbeta"))
        for part, came, wanted in zip(
            ("dx", "dgamma", "dbeta"), parts, truth.backward(dy, x, gamma, 1e-3), strict=True
        ):
            came = expect.array(came, f"{part} for {name}", shape=wanted.shape)
            rtol = 1e-3 if dtype == np.float32 or came.dtype == np.float32 else 1e-6
            # Where everything is 0 but for rounding, the size of dy is the scale.
            expect.close(came, wanted, f"{part} for {name}", rtol=rtol, atol=rtol * float(np.abs(dy).max()))


@pytest.mark.parametrize("kind", SHAPES)
def test_running(submission: Any, expect: Any, rng: Any, truth: Any, read_parts: Any, kind: str) -> None:
    """update_running moves mean and variance a little towards the batch's"""
    x = rng.normal(size=SHAPES[kind]) * 2 + 5
    count = x.shape[-1]
    mean, var = rng.normal(size=count), rng.uniform(0.5, 2, size=count)
    batch_mean, batch_var = truth.statistics(x)
    for momentum in (0.9, 0.99, 0.0, 1.0):
        value = submission.update_running(mean, var, x, momentum)
        new_mean, new_var = read_parts(value, "update_running", ("mean", "var"))
        hint = "Momentum is the weight of the old value: 0.99 of it, and 0.01 of the batch's."
        what = f"of update_running with momentum {momentum:g}"
        expect.close(new_mean, momentum * mean + (1 - momentum) * batch_mean, f"the mean {what}", hint=hint)
        hint += " The variance is divided by n, not by n - 1."
        expect.close(new_var, momentum * var + (1 - momentum) * batch_var, f"the variance {what}", hint=hint)


@pytest.mark.parametrize("kind", SHAPES)
def test_inference(submission: Any, expect: Any, rng: Any, truth: Any, kind: str) -> None:
    """batchnorm_inference uses the running statistics, not the batch's"""
    x = rng.normal(size=SHAPES[kind]) * 2 + 5
    count = x.shape[-1]
    gamma, beta = channels(rng, count)
    mean, var = rng.normal(size=count), rng.uniform(0.01, 2, size=count)
    for batch in (x, x[:1]):
        y = submission.batchnorm_inference(batch, gamma, beta, mean, var, 1e-3)
        wanted = truth.inference(batch, gamma, beta, mean, var, 1e-3)
        hint = (
            "Subtract the mean that is given and divide by sqrt(var + eps) with the variance that is given."
        )
        expect.close(y, wanted, f"batchnorm_inference of {batch.shape}", hint=hint)


@pytest.mark.parametrize("kind", ["dense", "convolution"])
def test_fold(submission: Any, expect: Any, rng: Any, truth: Any, read_parts: Any, kind: str) -> None:
    """fold puts the norm into the kernel and the bias before it"""
    # As many inputs as outputs: a scale along the wrong axis would broadcast without an error.
    w = rng.normal(size={"dense": (5, 5), "convolution": (3, 2, 4, 4)}[kind])
    count = w.shape[-1]
    b, mean = rng.normal(size=count), rng.normal(size=count)
    gamma, beta = channels(rng, count)
    var = rng.uniform(0.01, 2, size=count)
    folded_w, folded_b = read_parts(submission.fold(w, b, gamma, beta, mean, var, 1e-3), "fold", ("w", "b"))
    folded_w = expect.array(folded_w, "the kernel of fold", shape=w.shape)
    folded_b = expect.array(folded_b, "the bias of fold", shape=b.shape)
    # What the kernel sees at one place is a row of inputs; a convolution is this product at every place.
    x = rng.normal(size=(20, w[..., 0].size))
    flat, flat_folded = (a.reshape(-1, count) for a in (w, folded_w))
    what = "layer and norm in one"
    hint = "At inference the norm is a scale and a shift of each output channel. The bias is scaled as well."
    for name, rows in (("without input", np.zeros((1, x.shape[1]))), ("for random inputs", x)):
        wanted = truth.inference(rows @ flat + b, gamma, beta, mean, var, 1e-3)
        came = rows.astype(folded_w.dtype) @ flat_folded + folded_b
        expect.close(came, wanted, f"{what}, {name},", hint=hint)
