"""The network itself: its random start, its outputs, its loss and its gradients. Any hidden activation is right."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest

SIZES = [[3, 5, 2], [1, 64, 1], [4, 3], [6, 7, 5, 4]]


def draw(rng: np.random.Generator, sizes: list[int]) -> list[np.ndarray]:
    """Parameters at which every usual activation is neither flat nor straight."""
    params = []
    for a, b in pairwise(sizes):
        params += [rng.normal(scale=1.2 / np.sqrt(a), size=(a, b)), rng.normal(scale=0.5, size=b)]
    return params


def test_init_shapes(submission: Any, read_params: Any) -> None:
    """init(sizes, seed) gives [W1, b1, W2, b2, ...] of the right shapes"""
    for sizes in SIZES:
        read_params(submission.init(sizes, 7), f"init({sizes}, 7)", sizes)


def test_init_repeats(submission: Any, expect: Any, read_params: Any) -> None:
    """init gives the same parameters for the same seed, in any process"""
    with submission.worker("second") as worker:
        worker.call("init", [2, 2], 99)
        for value in (0, 123, 2**32 - 1):
            what = f"init([3, 5, 2], {value})"
            first = read_params(submission.init([3, 5, 2], value), what, [3, 5, 2])
            second = read_params(worker.call("init", [3, 5, 2], value), what, [3, 5, 2])
            same = all(np.array_equal(a, b) for a, b in zip(first, second, strict=True))
            hint = "Draw everything from one generator that starts from seed: np.random.default_rng(seed)."
            expect.that(same, f"{what} was called twice and gave two different starts.", hint)


def test_init_differs(submission: Any, expect: Any, read_params: Any) -> None:
    """init gives other parameters for another seed"""
    starts = [
        read_params(submission.init([3, 5, 2], s), f"init([3, 5, 2], {s})", [3, 5, 2]) for s in (1, 2, 3)
    ]
    for i, j in ((0, 1), (0, 2), (1, 2)):
        differs = any(not np.array_equal(a, b) for a, b in zip(starts[i], starts[j], strict=True))
        message = f"init([3, 5, 2], seed) is the same for the seeds {i + 1} and {j + 1}."
        expect.that(differs, message, "Does the seed reach the random generator?")


def test_init_units_differ(submission: Any, expect: Any, read_params: Any) -> None:
    """init starts the units of a hidden layer differently"""
    params = read_params(submission.init([3, 8, 8, 2], 5), "init([3, 8, 8, 2], 5)", [3, 8, 8, 2])
    for layer in (0, 1):
        units = np.vstack([params[2 * layer], params[2 * layer + 1]]).T
        message = f"Some units of hidden layer {layer + 1} start with exactly the same weights and bias."
        hint = (
            "Units that start alike get the same gradient for ever, and stay one unit. What breaks the tie?"
        )
        expect.that(len(np.unique(units, axis=0)) == len(units), message, hint)


def test_forward_last_layer(submission: Any, expect: Any, rng: Any) -> None:
    """forward gives raw outputs: the last layer is h W + b and nothing more"""
    for sizes in SIZES:
        _check_last_layer(submission, expect, rng, sizes)


def _check_last_layer(submission: Any, expect: Any, rng: Any, sizes: list[int]) -> None:
    params, x = draw(rng, sizes), rng.normal(size=(9, sizes[0]))
    what = f"forward(params, x) with sizes {sizes}"

    def outputs(w: np.ndarray, b: np.ndarray) -> np.ndarray:
        given = submission.forward([*params[:-2], w, b], x)
        return expect.array(given, what, shape=(9, sizes[-1])).astype(np.float64)

    w, b = params[-2], params[-1]
    plain, nothing = outputs(w, b), outputs(np.zeros_like(w), np.zeros_like(b))
    raw = "After the last h @ W + b there is no activation: no softmax, no ReLU, no scaling."
    expect.that(np.abs(nothing).max() < 1e-5, f"With the last W and b all 0, {what} does not give 0.", raw)
    bias_only = outputs(np.zeros_like(w), b * 10)
    expect.close(
        bias_only, np.tile(b * 10, (9, 1)), f"{what} and W all 0, which leaves b,", rtol=1e-4, hint=raw
    )
    hint = "Is the last bias added, and is there no activation after it?"
    expect.close(
        outputs(w, b + 3), plain + 3, f"{what} after adding 3 to the last bias", rtol=1e-4, hint=hint
    )
    larger = outputs(-50 * w, -50 * b)
    expect.close(
        larger, -50 * plain, f"{what} after multiplying the last W and b by -50", rtol=1e-4, hint=raw
    )


def test_forward_rows(submission: Any, expect: Any, rng: Any) -> None:
    """forward treats every row by itself"""
    for sizes in SIZES:
        params, x = draw(rng, sizes), rng.normal(size=(12, sizes[0]))
        what, one = f"forward(params, x) with sizes {sizes}", (1, sizes[-1])
        whole = expect.array(submission.forward(params, x), what, shape=(12, sizes[-1]))
        hint = "Nothing in forward may look at other rows: no mean, maximum or sum over axis 0."
        alone = [expect.array(submission.forward(params, x[i : i + 1]), what, shape=one) for i in range(5)]
        expect.close(np.concatenate(alone), whole[:5], f"{what}, one row at a time,", rtol=1e-4, hint=hint)


def test_hidden_layers(submission: Any, expect: Any, rng: Any) -> None:
    """forward uses every bias, and bends between the layers"""
    for sizes in ([2, 6, 1], [3, 7, 5, 2]):
        _check_hidden_layers(submission, expect, rng, sizes)


def _check_hidden_layers(submission: Any, expect: Any, rng: Any, sizes: list[int]) -> None:
    params = draw(rng, sizes)
    what, shape = f"forward(params, x) with sizes {sizes}", (40, sizes[-1])

    def outputs(p: list[np.ndarray], x: np.ndarray) -> np.ndarray:
        return expect.array(submission.forward(p, x), what, shape=shape).astype(np.float64)

    left, right = rng.normal(scale=2, size=(2, 40, sizes[0]))
    ends = outputs(params, left) + outputs(params, right)
    bend = np.abs(ends - 2 * outputs(params, (left + right) / 2)).max() / np.abs(ends).max()
    message = f"{what} is a straight line from input to output: the hidden layers do not bend."
    hint = "Without an activation two layers are one straight map. Put tanh or ReLU after each hidden layer."
    expect.that(bend > 1e-4, message, hint)
    plain = outputs(params, left)
    for layer in range(len(sizes) - 1):
        moved = [p + 1.0 if i == 2 * layer + 1 else p for i, p in enumerate(params)]
        change = np.abs(outputs(moved, left) - plain).max()
        message = f"Changing b{layer + 1} does not change {what}."
        expect.that(change > 1e-4, message, "Is the bias added in every layer?")


def sample(rng: np.random.Generator, sizes: list[int], kind: str) -> tuple[np.ndarray, np.ndarray]:
    """Inputs (17, d) and answers of the form that `kind` wants."""
    x = rng.normal(size=(17, sizes[0]))
    return x, rng.normal(size=(17, sizes[-1])) if kind == "mse" else rng.integers(0, sizes[-1], 17)


@pytest.mark.parametrize("kind", ["mse", "cross_entropy"])
def test_gradients(submission: Any, rng: Any, check_gradients: Any, kind: str) -> None:
    """loss_and_gradients gives the loss, and agrees with small steps"""

    def call(name: str, *arguments: Any) -> Any:
        return getattr(submission, name)(*arguments)

    for sizes in SIZES:
        x, y = sample(rng, sizes, kind)
        check_gradients(call, draw(rng, sizes), x, y, kind, rng)


@pytest.mark.parametrize("kind", ["mse", "cross_entropy"])
def test_single_precision(submission: Any, expect: Any, rng: Any, read_params: Any, kind: str) -> None:
    """loss_and_gradients gives nearly the same in float32"""
    sizes = [6, 7, 5, 4]
    params, (x, y) = draw(rng, sizes), sample(rng, sizes, kind)
    what = f'loss_and_gradients(..., "{kind}") in float32'
    wanted = submission.loss_and_gradients(params, x, y, kind)
    y32 = y.astype(np.float32) if kind == "mse" else y
    given = submission.loss_and_gradients(
        [p.astype(np.float32) for p in params], x.astype(np.float32), y32, kind
    )
    for pair in (wanted, given):
        if not isinstance(pair, (tuple, list)) or len(pair) != 2:
            expect.invalid("loss_and_gradients must return two things, (loss, gradients).")
    expect.close(
        expect.number(given[0], what), expect.number(wanted[0], what), f"the loss of {what}", rtol=1e-3
    )
    for a, b in zip(read_params(given[1], what, sizes), read_params(wanted[1], what, sizes), strict=True):
        expect.close(a, b, f"a gradient of {what}", rtol=1e-2, atol=1e-5)


def test_large_logits(submission: Any, expect: Any, rng: Any, read_params: Any, loss_of: Any) -> None:
    """cross-entropy stays right for outputs from -1000 to 1000"""
    sizes = [3, 6, 5]
    params, x, y = draw(rng, sizes), rng.normal(size=(10, 3)), np.arange(10) % 5
    params[-2] *= 0.01
    params[-1] = np.array([1000.0, -1000.0, 0.0, 999.0, -20.0])
    given = submission.loss_and_gradients(params, x, y, "cross_entropy")
    if not isinstance(given, (tuple, list)) or len(given) != 2:
        expect.invalid("loss_and_gradients must return two things, (loss, gradients).")
    out = expect.array(submission.forward(params, x), "forward(params, x)", shape=(10, 5)).astype(np.float64)
    value = expect.number(given[0], "the loss", finite=False)
    hint = (
        "exp(1000) overflows and log(0) is infinite. Which number may be taken from all logits of a row without "
        "changing its softmax?"
    )
    expect.that(
        bool(np.isfinite(value)),
        f"With outputs from -1000 to 1000 the loss is {value}; about 1000 is right.",
        hint,
    )
    expect.close(
        value,
        loss_of(out, y, "cross_entropy"),
        "the loss of outputs from -1000 to 1000",
        rtol=1e-4,
        hint=hint,
    )
    gradients = read_params(given[1], "the gradients for outputs from -1000 to 1000", sizes, hint)
    p = np.exp(out - out.max(axis=1, keepdims=True))
    wanted = (p / p.sum(axis=1, keepdims=True) - np.eye(5)[y]).mean(axis=0)
    expect.close(
        gradients[-1],
        wanted,
        "the gradient of the last bias for outputs from -1000 to 1000",
        rtol=1e-4,
        hint=hint,
    )
