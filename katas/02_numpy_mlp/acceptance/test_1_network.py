"""The network itself: its random start, its outputs, its loss and its gradients. Any hidden activation is right."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pytest

from checker.suite import Diagnosis, say, together
from checker.suite.beside import beside

causes = beside(__file__, "causes")

Why = Callable[[], Diagnosis | None]

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
            ignored = Diagnosis("seed_not_used", together("The seed does not decide what is drawn.", hint))
            expect.that(
                same,
                say("{what} was called twice and gave two different starts.", what=what),
                why=partial(list, [ignored]),
            )


def test_init_differs(submission: Any, expect: Any, read_params: Any) -> None:
    """init gives other parameters for another seed"""
    starts = [
        read_params(submission.init([3, 5, 2], s), f"init([3, 5, 2], {s})", [3, 5, 2]) for s in (1, 2, 3)
    ]
    for i, j in ((0, 1), (0, 2), (1, 2)):
        differs = any(not np.array_equal(a, b) for a, b in zip(starts[i], starts[j], strict=True))
        message = say(
            "init([3, 5, 2], seed) is the same for the seeds {first} and {second}.", first=i + 1, second=j + 1
        )
        expect.that(differs, message, why=partial(list, [_same_start(starts[i])]))


def test_init_units_differ(submission: Any, expect: Any, read_params: Any) -> None:
    """init starts the units of a hidden layer differently"""
    params = read_params(submission.init([3, 8, 8, 2], 5), "init([3, 8, 8, 2], 5)", [3, 8, 8, 2])
    for layer in (0, 1):
        units = np.vstack([params[2 * layer], params[2 * layer + 1]]).T
        message = say(
            "Some units of hidden layer {layer} start with exactly the same weights and bias.",
            layer=layer + 1,
        )
        hint = (
            "Units that start alike get the same gradient for ever, and stay one unit. What breaks the tie?"
        )
        alike = Diagnosis("units_alike", together(_what_starts(params[2 * layer]), hint))
        expect.that(len(np.unique(units, axis=0)) == len(units), message, why=partial(list, [alike]))


def _what_starts(w: np.ndarray) -> str:
    if np.ptp(w) == 0:
        return say("Every weight is {weight:.3g}.", weight=w.flat[0])
    return say(
        "Of {columns} columns of W only {different} are different.",
        columns=w.shape[1],
        different=len(np.unique(w.T, axis=0)),
    )


def _same_start(params: list[np.ndarray]) -> Diagnosis:
    if all(np.ptp(w) == 0 for w in params[::2]):
        return Diagnosis(
            "weights_not_random",
            say(
                "Every weight of the first matrix is {weight:.3g}, whatever the seed is. Units that start alike get the "
                "same gradient for ever, and stay one unit: draw at random, from the seed.",
                weight=params[0].flat[0],
            ),
        )
    return Diagnosis(
        "seed_fixed", "What is drawn is the same for every seed. Does the seed reach the random generator?"
    )


def test_forward_last_layer(submission: Any, expect: Any, diagnose: Any, rng: Any, draw: Any) -> None:
    """forward gives raw outputs: the last layer is h W + b and nothing more"""
    for sizes in SIZES:
        _check_last_layer(submission, expect, diagnose, rng, draw, sizes)


def _check_last_layer(
    submission: Any, expect: Any, diagnose: Any, rng: Any, draw: Any, sizes: list[int]
) -> None:
    params, x = draw(sizes), rng.normal(size=(9, sizes[0]))
    what = say("forward(params, x) with sizes {sizes}", sizes=sizes)

    def outputs(w: np.ndarray, b: np.ndarray) -> np.ndarray:
        given = submission.forward([*params[:-2], w, b], x)
        return expect.array(given, what, shape=(9, sizes[-1])).astype(np.float64)

    w, b = params[-2], params[-1]
    plain, larger = outputs(w, b), outputs(-50 * w, -50 * b)

    def again() -> Diagnosis | None:
        return causes.not_repeated(lambda: outputs(w, b))

    def near(given: np.ndarray, wanted: np.ndarray, name: str, hint: str, *certain: Why) -> None:
        """As expect.close, but with the cause where one is found."""
        distance = float(np.abs(given - wanted).max())
        causes_found = diagnose(certain=[again, *certain]) if distance > 1e-4 * np.abs(wanted).max() else ()
        message = say(
            "{name} is off by up to {distance:.3g}, where the right values have a size of {size:.3g}.",
            name=name,
            distance=distance,
            size=np.abs(wanted).max(),
        )
        expect.that(not causes_found, message, hint, why=lambda: causes_found)
        expect.close(given, wanted, name, rtol=1e-4, hint=hint)

    if squeezed := _squeezed(what, larger, plain):
        message, cause = squeezed
        expect.that(False, message, why=lambda: [cause])
    raw = "After the last h @ W + b there is no activation: no softmax, no ReLU, no scaling."
    nothing = outputs(np.zeros_like(w), np.zeros_like(b))
    expect.that(
        np.abs(nothing).max() < 1e-5,
        say("With the last W and b all 0, {what} does not give 0.", what=what),
        raw,
        why=lambda: diagnose(
            certain=[
                again,
                lambda: causes.around_last_layer(nothing),
                lambda: causes.last_layer(np.zeros_like(nothing), nothing),
            ]
        ),
    )
    bias_only = outputs(np.zeros_like(w), b * 10)
    hint = "Is the last bias added, and is there no activation after it?"
    tiled = np.tile(b * 10, (9, 1))
    near(
        bias_only,
        tiled,
        say("{what} and W all 0, which leaves b,", what=what),
        hint,
        lambda: causes.last_layer(tiled, bias_only),
    )
    moved = outputs(w, b + 3)
    near(moved, plain + 3, say("{what} after adding 3 to the last bias", what=what), hint)
    near(larger, -50 * plain, say("{what} after multiplying the last W and b by -50", what=what), raw)


def _squeezed(what: str, *given: np.ndarray) -> tuple[str, Diagnosis] | None:
    """The message and cause for outputs, some of them large, that went through an activation; None where they did not."""
    out = np.concatenate(given)
    in_loss = "The softmax belongs to the loss: compute it in loss_and_gradients, and let forward end with h @ W + b."
    if out.shape[1] > 1 and out.min() >= 0 and np.allclose(out.sum(axis=1), 1, atol=1e-3):
        return (
            say(
                "{what} puts out probabilities: every row adds up to 1. Raw outputs are due, before any softmax.",
                what=what,
            ),
            Diagnosis("softmax_in_forward", in_loss),
        )
    if out.shape[1] > 1 and out.max() <= 1e-6 and np.allclose(np.exp(out).sum(axis=1), 1, atol=1e-3):
        return (
            say(
                "{what} puts out logarithms of probabilities: their exponentials add up to 1 in every row. Raw outputs "
                "are due.",
                what=what,
            ),
            Diagnosis("log_softmax_in_forward", in_loss),
        )
    if len(out) > 1 and out.min() >= 0 and all(np.allclose(g.sum(axis=0), 1, atol=1e-3) for g in given):
        return (
            say(
                "{what} puts out numbers that add up to 1 in every column. Raw outputs are due, before any softmax.",
                what=what,
            ),
            Diagnosis("softmax_in_forward", together("It is a softmax over the rows.", in_loss)),
        )
    for holds, function, message in (
        (
            out.min() >= 0 and out.max() <= 1,
            "sigmoid",
            say(
                "{what} stays between 0 and 1, whatever the weights. Is there a sigmoid after the last layer?",
                what=what,
            ),
        ),
        (
            np.abs(out).max() <= 1,
            "tanh or a sine",
            say(
                "{what} stays between -1 and 1, whatever the weights. Is there a tanh after the last layer?",
                what=what,
            ),
        ),
        (
            out.min() >= 0,
            "ReLU",
            say(
                "{what} is never negative, whatever the weights. Is there a ReLU after the last layer?",
                what=what,
            ),
        ),
    ):
        if holds:
            text = say(
                "There is a {function} after the last layer. The activation follows every layer but the last.",
                function=function,
            )
            return message, Diagnosis("activation_on_output", text)
    return None


def test_forward_rows(submission: Any, expect: Any, diagnose: Any, rng: Any, draw: Any) -> None:
    """forward treats every row by itself"""
    for sizes in SIZES:
        params, x = draw(sizes), rng.normal(size=(12, sizes[0]))
        what = say("forward(params, x) with sizes {sizes}", sizes=sizes)
        whole = expect.array(submission.forward(params, x), what, shape=(12, sizes[-1]))
        hint = "Nothing in forward may look at other rows: no mean, maximum or sum over axis 0."
        parts = np.concatenate(
            [
                expect.array(submission.forward(params, x[i : i + 3]), what, shape=(3, sizes[-1]))
                for i in range(0, 12, 3)
            ]
        )
        apart = float(np.abs(parts - whole).max())
        size = float(np.abs(whole).max())
        found = diagnose(certain=_rows(submission, params, x, apart)) if apart > 3e-4 * size else ()
        expect.that(
            not found,
            say(
                "{what} gives other outputs for the same rows when they come three at a time, by up to {apart:.3g}.",
                what=what,
                apart=apart,
            ),
            hint,
            why=partial(list, found),
        )
        expect.close(parts, whole, say("{what}, three rows at a time,", what=what), rtol=1e-4, hint=hint)


def _rows(submission: Any, params: list[np.ndarray], x: np.ndarray, apart: float) -> list[Why]:
    """Why rows depend on each other: chance, or what is in the batch."""

    def outputs(rows: np.ndarray) -> np.ndarray:
        return np.asarray(submission.forward(params, rows), dtype=np.float64)

    def of_batch() -> Diagnosis | None:
        # The same rows in another order: what looks at all rows alike does not mind, what looks at places does.
        order = np.arange(len(x))[::-1]
        mixed = float(np.abs(outputs(x[order])[order] - outputs(x)).max())
        what = (
            "a mean, spread, maximum or sum over axis 0"
            if mixed < 0.01 * apart
            else "the place of a row, or its neighbours"
        )
        return Diagnosis(
            "looks_at_other_rows",
            say(
                "The same row gives outputs up to {apart:.2g} apart when other rows stand beside it: forward uses {used}. "
                "Nothing in forward may look at other rows; figures of the training rows would have to be in params.",
                apart=apart,
                used=what,
            ),
        )

    return [lambda: causes.not_repeated(lambda: outputs(x)), of_batch]


def test_hidden_layers(submission: Any, expect: Any, rng: Any, draw: Any) -> None:
    """forward uses every bias, and bends between the layers"""
    for sizes in ([2, 6, 1], [3, 7, 5, 2]):
        _check_hidden_layers(submission, expect, rng, draw, sizes)


def _check_hidden_layers(submission: Any, expect: Any, rng: Any, draw: Any, sizes: list[int]) -> None:
    params = draw(sizes)
    what, shape = say("forward(params, x) with sizes {sizes}", sizes=sizes), (40, sizes[-1])

    def outputs(p: list[np.ndarray], x: np.ndarray) -> np.ndarray:
        return expect.array(submission.forward(p, x), what, shape=shape).astype(np.float64)

    left, right = rng.normal(scale=2, size=(2, 40, sizes[0]))
    ends = outputs(params, left) + outputs(params, right)
    bend = np.abs(ends - 2 * outputs(params, (left + right) / 2)).max() / np.abs(ends).max()
    message = say("{what} is a straight line from input to output: the hidden layers do not bend.", what=what)
    hint = "Without an activation two layers are one straight map. Put tanh or ReLU after each hidden layer."
    straight = Diagnosis("no_activation", hint)
    expect.that(bend > 1e-4, message, why=lambda: [straight])
    plain = outputs(params, left)
    for layer in range(len(sizes) - 1):
        moved = [p + 1.0 if i == 2 * layer + 1 else p for i, p in enumerate(params)]
        change = np.abs(outputs(moved, left) - plain).max()
        message = say("Changing b{layer} does not change {what}.", layer=layer + 1, what=what)
        unused = Diagnosis(
            "bias_not_added",
            say(
                "b{layer} is never used, or its effect is taken away again. Is the bias added in every layer?",
                layer=layer + 1,
            ),
        )
        expect.that(change > 1e-4, message, why=partial(list, [unused]))


@pytest.mark.parametrize("kind", ["mse", "cross_entropy"])
def test_gradients(
    submission: Any, rng: Any, draw: Any, sample: Any, check_gradients: Any, kind: str
) -> None:
    """loss_and_gradients gives the loss, and agrees with small steps"""

    def call(name: str, *arguments: Any) -> Any:
        return getattr(submission, name)(*arguments)

    # Equal widths first: there what is transposed, or of the wrong layer, gives a wrong number and not a crash.
    for sizes in sorted(SIZES, key=lambda widths: len(set(widths)) > 1):
        x, y = sample(sizes, kind)
        check_gradients(call, draw(sizes), x, y, kind, rng)
