"""Kata 06, quick checks: batch normalization as functions of arrays."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

SHAPES = {"rows": (7, 4), "images": (3, 5, 6, 2)}
# Large enough beside a variance of about 0.5 to be seen in float32 too.
EPS = 0.01
PARTS = ("dx", "dgamma", "dbeta")


def channels(rng: Any, count: int) -> tuple[np.ndarray, np.ndarray]:
    """A scale of either sign and a shift for every channel."""
    return rng.normal(size=count) * 2 + 0.5, rng.normal(size=count) * 3


def all_but_last(x: np.ndarray) -> tuple[int, ...]:
    """The axes over which a channel goes."""
    return tuple(range(x.ndim - 1))


@pytest.mark.parametrize("kind", SHAPES)
def test_forward(submission: Any, expect: Any, rng: Any, truth: Any, kind: str) -> None:
    """batchnorm_forward normalises every channel over the batch"""
    x = rng.normal(size=SHAPES[kind]) * 0.7 + rng.normal(size=SHAPES[kind][-1]) * 3
    gamma, beta = channels(rng, x.shape[-1])
    y = submission.batchnorm_forward(x, gamma, beta, EPS)
    mean, var = truth.statistics(x)
    count = x[..., 0].size
    mistakes = {
        "The variance is divided by n - 1; it must be divided by n.": scaled(
            x - mean, var * count / (count - 1) + EPS, gamma, beta
        ),
        "eps stands outside of the root: sqrt(var + eps) is not sqrt(var) + eps.": gamma
        * (x - mean)
        / (np.sqrt(var) + EPS)
        + beta,
        "eps is missing: it is added to the variance, under the root.": scaled(x - mean, var, gamma, beta),
        "It divides by the variance; by its root, the deviation, it must be.": gamma
        * (x - mean)
        / (var + EPS)
        + beta,
        "The mean is taken over the first axis alone. In images a channel goes over all rows and all places: over all "
        "axes but the last.": over(x, 0, gamma, beta),
        "The mean is taken over the last axis, the channels of one row. A channel goes over the batch: over all axes but "
        "the last.": over(x, -1, gamma, beta),
        "One mean is taken of all numbers; each channel has its own: all axes but the last.": over(
            x, None, gamma, beta
        ),
        "gamma and beta are not applied: y = gamma z + beta.": scaled(x - mean, var + EPS, 1, 0),
    }
    wanted = truth.forward(x, gamma, beta, EPS)
    hint = truth.cause(
        y,
        wanted,
        mistakes,
        "Mean and variance go over all axes but the last; the variance is divided by n, not by n - 1; eps is added to the "
        "variance, under the root.",
    )
    expect.close(y, wanted, f"batchnorm_forward of {x.shape}", hint=hint)


def scaled(centred: np.ndarray, power: Any, gamma: Any, beta: Any) -> np.ndarray:
    """gamma * centred / sqrt(power) + beta."""
    return gamma * centred / np.sqrt(power) + beta


def over(x: np.ndarray, axis: int | None, gamma: np.ndarray, beta: np.ndarray) -> np.ndarray:
    """The norm with mean and variance over the wrong axis."""
    mean, var = x.mean(axis=axis, keepdims=True), x.var(axis=axis, keepdims=True)
    return scaled(x - mean, var + EPS, gamma, beta)


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
        read_channels(part, f"{name} of batchnorm_backward", len(gamma))
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
    causes = backward_mistakes(dy, x, gamma, truth)
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
        came = expect.array(came, f"{name} of batchnorm_backward", shape=numeric.shape)
        rtol = 1e-3 if came.dtype == np.float32 else 1e-6
        hint = truth.cause(came, numeric, causes[name], otherwise[name])
        expect.close(came, numeric, f"{name} of batchnorm_backward", rtol=rtol, hint=hint)


def backward_mistakes(
    dy: np.ndarray, x: np.ndarray, gamma: np.ndarray, truth: Any
) -> dict[str, dict[str, np.ndarray]]:
    """What comes out of frequent mistakes: {part: {sentence: array}}."""
    axes, count = all_but_last(x), x[..., 0].size
    mean, var = truth.statistics(x)
    root = np.sqrt(var + 1e-3)
    normal = (x - mean) / root
    dz = gamma * dy
    shift, stretch = dz.sum(axis=axes), normal * (dz * normal).sum(axis=axes)
    right_dx, right_dgamma, right_dbeta = truth.backward(dy, x, gamma, 1e-3)
    sums = "Sums are asked for; these are means: they are divided by the number of entries."
    return {
        "dbeta": {sums: right_dbeta / count},
        "dgamma": {
            sums: right_dgamma / count,
            "It multiplies dy with x as it came in; gamma acts on the normalised x.": (dy * x).sum(axis=axes),
            "It multiplies dy with x less its mean, not yet divided by the deviation; gamma acts on the normalised x.": (
                dy * (x - mean)
            ).sum(axis=axes),
        },
        "dx": {
            "That takes mean and variance for constants. Both hold x too: two paths are missing.": dz / root,
            "The path through the variance is missing.": (dz - shift / count) / root,
            "The path through the mean is missing.": (dz - stretch / count) / root,
            "N is the number of images there; a channel has n h w entries.": (
                dz - shift / len(x) - stretch / len(x)
            )
            / root,
            "gamma is missing: dz = gamma dy.": truth.backward(dy, x, np.ones_like(gamma), 1e-3)[0],
            "The sign is turned round.": -right_dx,
        },
    }


@pytest.mark.parametrize("kind", SHAPES)
def test_running(
    submission: Any, expect: Any, rng: Any, truth: Any, read_parts: Any, read_channels: Any, kind: str
) -> None:
    """update_running moves mean and variance a little towards the batch's"""
    x = rng.normal(size=SHAPES[kind]) * 2 + 5
    count, n = x.shape[-1], x[..., 0].size
    mean, var = rng.normal(size=count), rng.uniform(0.5, 2, size=count)
    batch_mean, batch_var = truth.statistics(x)
    for momentum in (0.9, 0.99):

        def moved(old: np.ndarray, new: np.ndarray, weight: float = momentum) -> np.ndarray:
            return weight * old + (1 - weight) * new

        value = submission.update_running(mean, var, x, momentum)
        new_mean, new_var = read_parts(value, "update_running", ("mean", "var"))
        new_mean = read_channels(new_mean, "the mean of update_running", count)
        new_var = read_channels(new_var, "the variance of update_running", count)
        what = f"of update_running with momentum {momentum:g}"
        other_way = (
            "Momentum weighs the batch's value here; it is the weight of the old value, as in Keras (in PyTorch it is the "
            "other way round)."
        )
        hint = "Momentum is the weight of the old value: 0.99 of it, and 0.01 of the batch's."
        mistakes = {other_way: moved(mean, batch_mean, 1 - momentum)}
        wanted = moved(mean, batch_mean)
        expect.close(new_mean, wanted, f"the mean {what}", hint=truth.cause(new_mean, wanted, mistakes, hint))
        mistakes = {
            other_way: moved(var, batch_var, 1 - momentum),
            "The batch's variance is divided by n - 1; here it is divided by n.": moved(
                var, batch_var * n / (n - 1)
            ),
            "It averages the deviation; the variance is asked for.": moved(var, np.sqrt(batch_var)),
        }
        hint += " The variance is divided by n, not by n - 1."
        wanted = moved(var, batch_var)
        expect.close(
            new_var, wanted, f"the variance {what}", hint=truth.cause(new_var, wanted, mistakes, hint)
        )


@pytest.mark.parametrize("kind", SHAPES)
def test_inference(submission: Any, expect: Any, rng: Any, truth: Any, kind: str) -> None:
    """batchnorm_inference uses the running statistics, not the batch's"""
    x = rng.normal(size=SHAPES[kind]) * 2 + 5
    count = x.shape[-1]
    gamma, beta = channels(rng, count)
    mean, var = rng.normal(size=count), rng.uniform(0.1, 1, size=count)
    for batch in (x, x[:1]):
        y = submission.batchnorm_inference(batch, gamma, beta, mean, var, EPS)
        mistakes = {
            "That is normalised with the batch's own mean and variance. At inference those that are given count.": truth.forward(
                batch, gamma, beta, EPS
            ),
            "eps is missing: it is added to the variance, under the root.": scaled(
                batch - mean, var, gamma, beta
            ),
            "eps stands outside of the root: sqrt(var + eps) is not sqrt(var) + eps.": gamma
            * (batch - mean)
            / (np.sqrt(var) + EPS)
            + beta,
        }
        wanted = truth.inference(batch, gamma, beta, mean, var, EPS)
        hint = truth.cause(
            y,
            wanted,
            mistakes,
            "Subtract the mean that is given and divide by sqrt(var + eps) with the variance that is given.",
        )
        expect.close(y, wanted, f"batchnorm_inference of {batch.shape}", hint=hint)


@pytest.mark.parametrize("kind", ["dense", "convolution"])
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
    scale = gamma / np.sqrt(var + EPS)
    mistakes = {
        "The scale goes along the kernel's inputs; the outputs, the last axis, are the channels.": w
        * scale[:, None],
        "The kernel is not scaled.": w,
    }
    hint = "At inference the norm is a scale and a shift of each output channel, the kernel's last axis."
    hint = truth.cause(folded_w, w * scale, mistakes, hint)
    expect.close(folded_w, w * scale, "the kernel of fold", hint=hint)
    mistakes = {
        "The old bias goes through the norm as well: it is scaled too.": b - mean * scale + beta,
        "The running mean is missing.": b * scale + beta,
        "The running mean is scaled too.": b * scale - mean + beta,
        "The old bias is missing.": -mean * scale + beta,
        "beta is missing.": (b - mean) * scale,
    }
    hint = "Where the kernel gives 0, the norm gets the bias alone: what does it make of it?"
    wanted = truth.inference(b[None], gamma, beta, mean, var, EPS)[0]
    expect.close(folded_b, wanted, "the bias of fold", hint=truth.cause(folded_b, wanted, mistakes, hint))
