"""Kata 06, quick checks: batch normalization as functions of arrays."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from checker.suite import beside, say, together

look_alikes = beside(__file__, "look_alikes")
look_alikes_backward = beside(__file__, "look_alikes_backward")
SHAPES = {say("rows"): (7, 4), say("images"): (3, 5, 6, 2)}
# Large enough beside a variance of about 0.5 to be seen in float32 too.
EPS = 0.01
PARTS = ("dx", "dgamma", "dbeta")


def channels(rng: Any, count: int) -> tuple[np.ndarray, np.ndarray]:
    """A scale of either sign and a shift for every channel."""
    return rng.normal(size=count) * 2 + 0.5, rng.normal(size=count) * 3


@pytest.mark.parametrize("kind", SHAPES)
def test_forward(submission: Any, expect: Any, rng: Any, truth: Any, kind: str) -> None:
    """batchnorm_forward normalises every channel over the batch"""
    x = rng.normal(size=SHAPES[kind]) * 0.7 + rng.normal(size=SHAPES[kind][-1]) * 3
    gamma, beta = channels(rng, x.shape[-1])
    y = submission.batchnorm_forward(x, gamma, beta, EPS)
    with expect.cases(look_alikes.FORWARD) as case:
        case(
            y,
            truth.forward(x, gamma, beta, EPS),
            say("batchnorm_forward of {shape}", shape=x.shape),
            hint="Mean and variance go over all axes but the last; the variance is divided by n, not by n - 1; eps is added to "
            "the variance, under the root.",
            **look_alikes.of_forward(x, gamma, beta, EPS),
        )


@pytest.mark.parametrize("kind", SHAPES)
def test_backward(
    submission: Any, expect: Any, rng: Any, truth: Any, read_parts: Any, read_channels: Any, kind: str
) -> None:
    """batchnorm_backward agrees with finite differences"""
    x = rng.normal(size=SHAPES[kind]) * 2 + 1
    dy = rng.normal(size=x.shape)
    gamma, beta = channels(rng, x.shape[-1])
    value = submission.batchnorm_backward(dy, x, gamma, 1e-3)
    dx, dgamma, dbeta = read_parts(value, "batchnorm_backward", PARTS)
    dgamma, dbeta = (
        read_channels(part, say("{name} of batchnorm_backward", name=name), len(gamma))
        for name, part in (("dgamma", dgamma), ("dbeta", dbeta))
    )

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
    alike = look_alikes_backward.of_backward(dy, x, gamma, 1e-3)
    otherwise = {
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
        came = expect.array(came, say("{name} of batchnorm_backward", name=name), shape=numeric.shape)
        rtol = 1e-3 if came.dtype == np.float32 else 1e-6
        with expect.cases(look_alikes_backward.BACKWARD) as case:
            case(
                came,
                numeric,
                say("{name} of batchnorm_backward", name=name),
                rtol=rtol,
                hint=otherwise[name],
                **alike[name],
            )


@pytest.mark.parametrize("kind", SHAPES)
def test_running(
    submission: Any, expect: Any, rng: Any, truth: Any, read_parts: Any, read_channels: Any, kind: str
) -> None:
    """update_running moves mean and variance a little towards the batch's"""
    x = rng.normal(size=SHAPES[kind]) * 2 + 5
    count = x.shape[-1]
    mean, var = rng.normal(size=count), rng.uniform(0.5, 2, size=count)
    hint = "Momentum is the weight of the old value: 0.99 of it, and 0.01 of the batch's."
    cases = []
    for momentum in (0.9, 0.99):
        value = submission.update_running(mean, var, x, momentum)
        new_mean, new_var = read_parts(value, "update_running", ("mean", "var"))
        new_mean = read_channels(new_mean, "the mean of update_running", count)
        new_var = read_channels(new_var, "the variance of update_running", count)
        cases.append((momentum, new_mean, new_var))
    batch_mean, batch_var = truth.statistics(x)
    # Two momentums together, so that what explains one by chance does not explain both.
    with expect.cases(look_alikes.RUNNING) as case:
        for momentum, new_mean, _ in cases:
            case(
                new_mean,
                momentum * mean + (1 - momentum) * batch_mean,
                say("the mean of update_running with momentum {momentum:g}", momentum=momentum),
                hint=hint,
                **look_alikes.of_running_mean(mean, var, x, momentum),
            )
    with expect.cases(look_alikes.RUNNING) as case:
        for momentum, _, new_var in cases:
            case(
                new_var,
                momentum * var + (1 - momentum) * batch_var,
                say("the variance of update_running with momentum {momentum:g}", momentum=momentum),
                hint=together(hint, "The variance is divided by n, not by n - 1."),
                **look_alikes.of_running_variance(mean, var, x, momentum),
            )


@pytest.mark.parametrize("kind", SHAPES)
def test_inference(submission: Any, expect: Any, rng: Any, truth: Any, kind: str) -> None:
    """batchnorm_inference uses the running statistics, not the batch's"""
    x = rng.normal(size=SHAPES[kind]) * 2 + 5
    count = x.shape[-1]
    gamma, beta = channels(rng, count)
    mean, var = rng.normal(size=count), rng.uniform(0.1, 1, size=count)
    with expect.cases(look_alikes.INFERENCE) as case:
        for batch in (x, x[:1]):
            case(
                submission.batchnorm_inference(batch, gamma, beta, mean, var, EPS),
                truth.inference(batch, gamma, beta, mean, var, EPS),
                say("batchnorm_inference of {shape}", shape=batch.shape),
                hint="Subtract the mean that is given and divide by sqrt(var + eps) with the variance that is given.",
                **look_alikes.of_inference(batch, gamma, beta, mean, var, EPS),
            )


@pytest.mark.parametrize("kind", [say("dense"), say("convolution")])
def test_fold(
    submission: Any, expect: Any, rng: Any, truth: Any, read_parts: Any, read_channels: Any, kind: str
) -> None:
    """fold puts the norm into the kernel and the bias before it"""
    # As many inputs as outputs: a scale along the wrong axis would broadcast without an error.
    w = rng.normal(size={"dense": (5, 5), "convolution": (3, 2, 4, 4)}[kind])
    count = w.shape[-1]
    b, mean = rng.normal(size=count), rng.normal(size=count)
    gamma, beta = channels(rng, count)
    var = rng.uniform(0.1, 2, size=count)
    folded_w, folded_b = read_parts(submission.fold(w, b, gamma, beta, mean, var, EPS), "fold", ("w", "b"))
    folded_b = read_channels(folded_b, "the bias of fold", count)
    # Kernel and bias are the only ones that do the same for every input.
    with expect.cases(look_alikes.FOLD) as case:
        case(
            folded_w,
            w * gamma / np.sqrt(var + EPS),
            "the kernel of fold",
            hint="At inference the norm is a scale and a shift of each output channel, the kernel's last axis.",
            **look_alikes.of_folded_kernel(w, gamma, var, EPS),
        )
    with expect.cases(look_alikes.FOLD) as case:
        case(
            folded_b,
            truth.inference(b[None], gamma, beta, mean, var, EPS)[0],
            "the bias of fold",
            hint="Where the kernel gives 0, the norm gets the bias alone: what does it make of it?",
            **look_alikes.of_folded_bias(b, gamma, beta, mean, var, EPS),
        )
