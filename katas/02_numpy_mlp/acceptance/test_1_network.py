"""The network itself: its random start, its outputs, its loss and its gradients. Any hidden activation is right."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

# Neither 1, 2 nor a divisor of 17 rows may be the first number of outputs: factors tell what is wrong. Widths that
# are all equal let through whatever only fits by its shape.
SIZES = [[4, 5, 3], [5, 5, 5, 5], [1, 64, 1], [4, 3], [6, 7, 5, 4]]


def test_init_shapes(submission: Any, read_params: Any) -> None:
    """init(sizes, seed) gives [W1, b1, W2, b2, ...] of the right shapes"""
    for sizes in SIZES:
        read_params(submission.init(sizes, 7), f"init({sizes}, 7)", sizes)


def test_init_repeats(submission: Any, expect: Any, read_params: Any) -> None:
    """init gives the same parameters for the same seed, in any process"""
    with submission.worker("second") as worker:
        worker.call("init", [2, 2], 99)
        for value in (0, 123):
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


def test_forward_last_layer(submission: Any, expect: Any, rng: Any, draw: Any) -> None:
    """forward gives raw outputs: the last layer is h W + b and nothing more"""
    for sizes in SIZES:
        _check_last_layer(submission, expect, rng, draw, sizes)


def _check_last_layer(submission: Any, expect: Any, rng: Any, draw: Any, sizes: list[int]) -> None:
    params, x = draw(sizes), rng.normal(size=(9, sizes[0]))
    what = f"forward(params, x) with sizes {sizes}"

    def outputs(w: np.ndarray, b: np.ndarray) -> np.ndarray:
        given = submission.forward([*params[:-2], w, b], x)
        return expect.array(given, what, shape=(9, sizes[-1])).astype(np.float64)

    w, b = params[-2], params[-1]
    plain, larger = outputs(w, b), outputs(-50 * w, -50 * b)
    if squeezed := _squeezed(larger, plain):
        expect.that(False, f"{what} {squeezed[0]}", squeezed[1])
    raw = "After the last h @ W + b there is no activation: no softmax, no ReLU, no scaling."
    nothing = outputs(np.zeros_like(w), np.zeros_like(b))
    expect.that(np.abs(nothing).max() < 1e-5, f"With the last W and b all 0, {what} does not give 0.", raw)
    bias_only = outputs(np.zeros_like(w), b * 10)
    hint = "Is the last bias added, and is there no activation after it?"
    expect.close(
        bias_only, np.tile(b * 10, (9, 1)), f"{what} and W all 0, which leaves b,", rtol=1e-4, hint=hint
    )
    moved = outputs(w, b + 3)
    expect.close(moved, plain + 3, f"{what} after adding 3 to the last bias", rtol=1e-4, hint=hint)
    name = f"{what} after multiplying the last W and b by -50"
    expect.close(larger, -50 * plain, name, rtol=1e-4, hint=raw)


def _squeezed(*given: np.ndarray) -> tuple[str, str] | None:
    """The message and hint for outputs, some of them large, that went through an activation; None where they did not."""
    out = np.concatenate(given)
    if out.min() >= 0 and out.shape[1] > 1 and np.allclose(out.sum(axis=1), 1, atol=1e-3):
        return (
            "puts out probabilities: every row adds up to 1. Raw outputs are due, before any softmax.",
            "The softmax belongs to the loss: compute it in loss_and_gradients, and let forward end with h @ W + b.",
        )
    hint = "After the last h @ W + b comes nothing: the activation follows every layer but the last."
    if out.min() >= 0 and out.max() <= 1:
        return "stays between 0 and 1, whatever the weights. Is there a sigmoid after the last layer?", hint
    if np.abs(out).max() <= 1:
        return "stays between -1 and 1, whatever the weights. Is there a tanh after the last layer?", hint
    if out.min() >= 0:
        return "is never negative, whatever the weights. Is there a ReLU after the last layer?", hint
    return None


def test_forward_rows(submission: Any, expect: Any, rng: Any, draw: Any) -> None:
    """forward treats every row by itself"""
    for sizes in SIZES:
        params, x = draw(sizes), rng.normal(size=(12, sizes[0]))
        what = f"forward(params, x) with sizes {sizes}"
        whole = expect.array(submission.forward(params, x), what, shape=(12, sizes[-1]))
        hint = "Nothing in forward may look at other rows: no mean, maximum or sum over axis 0."
        parts = [
            expect.array(submission.forward(params, x[i : i + 3]), what, shape=(3, sizes[-1]))
            for i in range(0, 12, 3)
        ]
        expect.close(np.concatenate(parts), whole, f"{what}, three rows at a time,", rtol=1e-4, hint=hint)


def test_hidden_layers(submission: Any, expect: Any, rng: Any, draw: Any) -> None:
    """forward uses every bias, and bends between the layers"""
    for sizes in ([2, 6, 1], [3, 7, 5, 2]):
        _check_hidden_layers(submission, expect, rng, draw, sizes)


def _check_hidden_layers(submission: Any, expect: Any, rng: Any, draw: Any, sizes: list[int]) -> None:
    params = draw(sizes)
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


@pytest.mark.parametrize("kind", ["mse", "cross_entropy"])
def test_gradients(
    submission: Any, rng: Any, draw: Any, sample: Any, check_gradients: Any, kind: str
) -> None:
    """loss_and_gradients gives the loss, and agrees with small steps"""

    def call(name: str, *arguments: Any) -> Any:
        return getattr(submission, name)(*arguments)

    for sizes in SIZES:
        x, y = sample(sizes, kind)
        check_gradients(call, draw(sizes), x, y, kind, rng)
