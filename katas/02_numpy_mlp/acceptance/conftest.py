"""What the files of this suite share: reading params, judging loss and gradients, and saying what is wrong."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from checker.suite import Diagnosis, or_none, refuse, say, together
from checker.suite.beside import beside

causes, small_steps = beside(__file__, "causes"), beside(__file__, "small_steps")

Params = list[np.ndarray]


@pytest.fixture
def draw(rng: np.random.Generator) -> Callable[[Sequence[int]], Params]:
    """`draw(sizes)` gives parameters at which every usual activation is neither flat nor straight."""

    def params(sizes: Sequence[int]) -> Params:
        parts = []
        for a, b in pairwise(sizes):
            parts += [rng.normal(scale=1.2 / np.sqrt(a), size=(a, b)), rng.normal(scale=0.5, size=b)]
        return parts

    return params


@pytest.fixture
def sample(rng: np.random.Generator) -> Callable[..., tuple[np.ndarray, np.ndarray]]:
    """`sample(sizes, kind, rows)` gives inputs, and answers of the form that `kind` wants."""

    def rows_and_answers(sizes: Sequence[int], kind: str, rows: int = 17) -> tuple[np.ndarray, np.ndarray]:
        x = rng.normal(size=(rows, sizes[0]))
        return x, rng.normal(size=(rows, sizes[-1])) if kind == "mse" else rng.integers(0, sizes[-1], rows)

    return rows_and_answers


def part_name(i: int) -> str:
    """ "W1" for the first of params, "b1" for the second."""
    return f"{'Wb'[i % 2]}{i // 2 + 1}"


def _wrong_form(parts: Sequence[Any], what: str, sizes: Sequence[int]) -> str:
    shapes = [
        str(np.shape(p)) if isinstance(p, np.ndarray) else say("a {type}", type=type(p).__name__)
        for p in parts[:8]
    ]
    return say(
        "{what} returned {count} parts: {shapes}. The sizes are {sizes}.",
        what=what,
        count=len(parts),
        shapes=together(*shapes, "..." if len(parts) > 8 else "", between=", "),
        sizes=list(sizes),
    )


@pytest.fixture(scope="session")
def read_params(expect: Any) -> Callable[..., Params]:
    """`read_params(value, what, sizes)` gives the arrays [W1, b1, W2, b2, ...], with the shapes checked."""

    def read(value: Any, what: str, sizes: Sequence[int], finite_hint: str = "") -> Params:
        shapes = [s for a, b in pairwise(sizes) for s in ((a, b), (b,))]
        parts = _parts(expect, value, what)
        if found := or_none(causes.form_of, parts, sizes):
            refuse(expect, _wrong_form(parts, what, sizes), found)
        if len(parts) != len(shapes):
            expect.invalid(
                say(
                    "{what} returned {count} things; the sizes {sizes} need {needed}: a matrix and a bias for each layer.",
                    what=what,
                    count=len(parts),
                    sizes=list(sizes),
                    needed=len(shapes),
                ),
                "The list is flat: [W1, b1, W2, b2, ...].",
            )
        arrays = []
        for i, (part, shape) in enumerate(zip(parts, shapes, strict=True)):
            name = say("{part} of {what}", part=part_name(i), what=what)
            array = expect.array(part, name, shape=shape, finite=not finite_hint)
            if finite_hint and not np.isfinite(array).all():
                expect.invalid(
                    say("{name} holds numbers that are not finite (NaN or infinity).", name=name), finite_hint
                )
            arrays.append(array)
        return arrays

    return read


def _parts(expect: Any, value: Any, what: str) -> list[Any]:
    if value is None:
        expect.invalid(
            say("{what} returned None.", what=what), "Is there a return at the end of the function?"
        )
    if not isinstance(value, (list, tuple)):
        expect.invalid(
            say(
                "{what} must return a list of arrays; it returned one {type}.",
                what=what,
                type=type(value).__name__,
            )
        )
    return list(value)


@pytest.fixture(scope="session")
def loss_of() -> Callable[[np.ndarray, np.ndarray, str], float]:
    """`loss_of(outputs, y, kind)`: the loss as the lesson defines it, in float64."""

    def loss(outputs: np.ndarray, y: np.ndarray, kind: str) -> float:
        out = outputs.astype(np.float64)
        if kind == "mse":
            return float(np.mean((out - y) ** 2))
        top = out.max(axis=1, keepdims=True)
        log_sum = top[:, 0] + np.log(np.exp(out - top).sum(axis=1))
        return float(np.mean(log_sum - out[np.arange(len(y)), y]))

    return loss


def is_single(array: np.ndarray) -> bool:
    """Whether numbers are no more exact than float32, whatever the dtype that carries them."""
    return bool(np.array_equal(array, array.astype(np.float32)))


@pytest.fixture(scope="session")
def read_loss_and_gradients(expect: Any, read_params: Any) -> Callable[..., tuple[float, Params]]:
    """`read_loss_and_gradients(value, what, sizes)` gives (loss, gradients), with the form checked."""

    def read(value: Any, what: str, sizes: Sequence[int], finite_hint: str = "") -> tuple[float, Params]:
        if value is None:
            expect.invalid(
                say("{what} returned None.", what=what), "Is there a return at the end of the function?"
            )
        if not isinstance(value, (tuple, list)) or len(value) != 2:
            expect.invalid(say("{what} must return two things, (loss, gradients).", what=what))
        if isinstance(value[0], (tuple, list)):
            expect.invalid(
                say("{what} must return (loss, gradients): the loss first, a single number.", what=what)
            )
        loss = expect.number(value[0], say("the loss of {what}", what=what), finite=not finite_hint)
        return loss, read_params(value[1], say("the gradients of {what}", what=what), sizes, finite_hint)

    return read


@pytest.fixture(scope="session")
def check_gradients(
    expect: Any, diagnose: Any, read_loss_and_gradients: Any, loss_of: Any
) -> Callable[..., None]:
    """`check_gradients(call, params, x, y, kind, rng)`: loss and gradients agree with the network's own outputs.

    `call(name, *arguments)` calls a function of the submission. The change of the loss along four directions is
    compared with what the gradient promises, for every array of `params` and from the last layer to the first:
    what is wrong at the end is wrong everywhere below. Units of a ReLU network bend, and where one bends within a
    step the difference says nothing; so each direction is tried with several steps, of which the best
    counts, and one direction alone decides nothing.
    """

    def check(
        call: Callable[..., Any], params: Params, x: np.ndarray, y: np.ndarray, kind: str, rng: Any
    ) -> None:
        sizes = [params[0].shape[0], *(p.shape[1] for p in params[::2])]
        case = small_steps.Case(kind, sizes, len(x))
        what = say("loss_and_gradients ({case})", case=case.text)
        given = call("loss_and_gradients", params, x, y, kind)
        loss, gradients = read_loss_and_gradients(given, what, sizes)

        def loss_at(changed: Params) -> tuple[float, bool]:
            out = expect.array(call("forward", changed, x), "forward(params, x)", shape=(len(x), sizes[-1]))
            return loss_of(out, y, kind), is_single(out)

        wanted, single = loss_at(params)
        single = single or is_single(np.asarray(loss))

        def asked_again() -> Diagnosis | None:
            def again() -> tuple[float, Params]:
                return read_loss_and_gradients(call("loss_and_gradients", params, x, y, kind), what, sizes)

            found = causes.asked_again(again, loss, gradients)
            return found if isinstance(found, Diagnosis) else None

        def wrong_loss() -> Diagnosis | None:
            return causes.loss_cause(
                list(_asked(call, params, x, y, kind, loss)), kind, causes.activation_of(call)
            )

        def of_formula() -> Diagnosis | None:
            found = causes.gradients_cause(call, params, x, y, kind, gradients)
            return found if isinstance(found, Diagnosis) else None

        ratio = loss / wanted if wanted else 1.0
        factor = small_steps.known_factor(case, ratio)
        expect.that(
            factor is None,
            say("The loss of {what} is {ratio:.4g} times what it should be.", what=what, ratio=ratio),
            why=lambda: diagnose(certain=[asked_again, wrong_loss, lambda: factor]),
        )
        name, value = say("the loss of {what}", what=what), np.float32(loss) if single else loss
        # Many add a small number to p before they take its logarithm; logits of 1,000 are a check of their own.
        rough = {} if kind == "mse" else {"rtol": 1e-3, "atol": 1e-4}
        allowed = rough.get("rtol", 1e-3 if single else 1e-7) * abs(wanted) + rough.get("atol", 0.0)
        expect.that(
            abs(loss - wanted) <= 3 * allowed or not (found := diagnose(certain=[asked_again, wrong_loss])),
            say("{name} is {loss:.4g}; {wanted:.4g} is right.", name=name, loss=loss, wanted=wanted),
            small_steps.LOSS_HINTS[kind],
            why=lambda: found,
        )
        expect.close(value, wanted, name, hint=small_steps.LOSS_HINTS[kind], **rough)

        steps, share, floor = ((1e-2, 3e-3, 1e-3), 0.03, 2e-4) if single else ((1e-5, 1e-6, 1e-7), 1e-3, 1e-7)

        def slopes(i: int) -> list[Any]:
            """What the gradient of `params[i]` says, and what small steps measure."""
            exact = gradients[i].astype(np.float64)
            directions = [exact, *(rng.normal(size=exact.shape) for _ in range(3))]
            found = []
            for direction in (d / np.linalg.norm(d) for d in directions if np.any(d)):
                said, measured = float(np.sum(exact * direction)), []
                for h in steps:
                    h *= max(1.0, float(np.linalg.norm(params[i])))
                    there, back = (
                        loss_at([p + s * h * direction if j == i else p for j, p in enumerate(params)])[0]
                        for s in (1, -1)
                    )
                    measured.append((there - back) / (2 * h))
                # Where the submission says too much, its own figure widens this by a thousandth (float32: .03) of it.
                allowed = floor * max(1.0, wanted) + share * max(abs(said), *map(abs, measured))
                right = min(abs(said - m) for m in measured) <= allowed
                found.append(small_steps.Slope(said, float(np.median(measured)), right))
            return found

        for layer in reversed(range(len(sizes) - 1)):
            of_w, of_b = slopes(2 * layer), slopes(2 * layer + 1)
            if small_steps.is_wrong(of_w) or small_steps.is_wrong(of_b):
                message, factor, hint = small_steps.wrong_layer(case, layer, of_w, of_b, loss)
                known = [partial(_the, factor)] if factor else []
                experiments = [asked_again, *known, of_formula]
                expect.that(False, message, hint, why=partial(diagnose, certain=experiments))

    return check


def _the(found: Diagnosis) -> Diagnosis:
    return found


def _asked(
    call: Callable[..., Any], params: Params, x: np.ndarray, y: np.ndarray, kind: str, loss: float
) -> list[Any]:
    """The call that was missed, and two others: fewer rows, and other parameters."""
    found = [causes.Asked(params, x, y, loss, np.asarray(call("forward", params, x), dtype=np.float64))]
    for scale, rows in ((1.0, max(2, len(x) // 2)), (0.6, max(2, len(x) - 3))):
        other, some, answers = [scale * p for p in params], x[:rows], y[:rows]
        value = float(np.asarray(call("loss_and_gradients", other, some, answers, kind)[0]).reshape(()))
        out = np.asarray(call("forward", other, some), dtype=np.float64)
        found.append(causes.Asked(other, some, answers, value, out))
    return found
