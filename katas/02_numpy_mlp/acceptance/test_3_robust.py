"""Beyond the core: large logits, float32, a batch of one, the largest seed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from checker.suite import say

pytestmark = pytest.mark.star("robust")

SIZES = [6, 7, 5, 4]
KINDS = ["cross_entropy", "mse"]


def test_large_logits(
    submission: Any, expect: Any, rng: Any, draw: Any, read_loss_and_gradients: Any, loss_of: Any
) -> None:
    """cross-entropy stays right for outputs from -1000 to 1000"""
    sizes = [3, 6, 5]
    params, x, y = draw(sizes), rng.normal(size=(10, 3)), np.arange(10) % 5
    params[-2] *= 0.01
    params[-1] = np.array([1000.0, -1000.0, 0.0, 999.0, -20.0])
    what = "loss_and_gradients for outputs from -1000 to 1000"
    hint = (
        "exp(1000) overflows and log(0) is infinite. Which number may be taken from all logits of a row without "
        "changing its softmax, and how is log p written without taking the logarithm of p?"
    )
    given = submission.loss_and_gradients(params, x, y, "cross_entropy")
    value, gradients = read_loss_and_gradients(given, what, sizes, hint)
    out = expect.array(submission.forward(params, x), "forward(params, x)", shape=(10, 5)).astype(np.float64)
    message = say("With outputs from -1000 to 1000 the loss is {value}; about 1000 is right.", value=value)
    expect.that(bool(np.isfinite(value)), message, hint)
    wanted = loss_of(out, y, "cross_entropy")
    message = say(
        "With outputs from -1000 to 1000 the loss is {value:.4g}; {wanted:.4g} is right.",
        value=value,
        wanted=wanted,
    )
    expect.that(abs(value - wanted) <= 1e-4 * wanted, message, hint)
    p = np.exp(out - out.max(axis=1, keepdims=True))
    slope = (p / p.sum(axis=1, keepdims=True) - np.eye(5)[y]).mean(axis=0)
    expect.close(
        gradients[-1], slope, say("the gradient of the last bias of {what}", what=what), rtol=1e-4, hint=hint
    )


@pytest.mark.parametrize("kind", KINDS)
def test_single_precision(
    submission: Any, expect: Any, draw: Any, sample: Any, read_loss_and_gradients: Any, kind: str
) -> None:
    """loss_and_gradients gives nearly the same in float32"""
    params, (x, y) = draw(SIZES), sample(SIZES, kind)
    what = say('loss_and_gradients(..., "{kind}") in float32', kind=kind)
    loss, gradients = read_loss_and_gradients(submission.loss_and_gradients(params, x, y, kind), what, SIZES)
    single = [p.astype(np.float32) for p in params]
    y32 = y.astype(np.float32) if kind == "mse" else y
    given = submission.loss_and_gradients(single, x.astype(np.float32), y32, kind)
    loss32, gradients32 = read_loss_and_gradients(given, what, SIZES)
    expect.close(loss32, loss, say("the loss of {what}", what=what), rtol=1e-3)
    for a, b in zip(gradients32, gradients, strict=True):
        expect.close(a, b, say("a gradient of {what}", what=what), rtol=1e-2, atol=1e-5)


@pytest.mark.parametrize("kind", KINDS)
def test_one_row(
    submission: Any, expect: Any, draw: Any, sample: Any, read_loss_and_gradients: Any, kind: str
) -> None:
    """a batch may be a single row"""
    params, (x, y) = draw(SIZES), sample(SIZES, kind, 3)
    whole = expect.array(submission.forward(params, x), "forward(params, x)", shape=(3, SIZES[-1]))
    losses, sums = [], [np.zeros_like(p) for p in params]
    hint = "Write shapes beside each line for n = 1. Does something lose an axis there, or divide by n - 1?"
    for i in range(3):
        row = slice(i, i + 1)
        alone = expect.array(submission.forward(params, x[row]), "forward of one row", shape=(1, SIZES[-1]))
        expect.close(alone, whole[row], "forward of one row", rtol=1e-4, hint=hint)
        given = submission.loss_and_gradients(params, x[row], y[row], kind)
        loss, gradients = read_loss_and_gradients(given, "loss_and_gradients of one row", SIZES)
        losses.append(loss)
        sums = [a + b / 3 for a, b in zip(sums, gradients, strict=True)]
    given = submission.loss_and_gradients(params, x, y, kind)
    loss, gradients = read_loss_and_gradients(given, "loss_and_gradients of three rows", SIZES)
    expect.close(
        np.mean(losses), loss, "the mean over three batches of one row of the loss", rtol=1e-4, hint=hint
    )
    for a, b in zip(sums, gradients, strict=True):
        expect.close(
            a, b, "the mean over three batches of one row of a gradient", rtol=1e-4, atol=1e-6, hint=hint
        )


def test_largest_seed(submission: Any, expect: Any, read_params: Any) -> None:
    """init takes the largest seed, 2^32 - 1"""
    what = f"init([3, 5, 2], {2**32 - 1})"
    first, second = (read_params(submission.init([3, 5, 2], 2**32 - 1), what, [3, 5, 2]) for _ in range(2))
    same = all(np.array_equal(a, b) for a, b in zip(first, second, strict=True))
    expect.that(same, say("{what} was called twice and gave two different starts.", what=what))
