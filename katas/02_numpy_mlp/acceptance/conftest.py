"""What the files of this suite share: reading params, judging loss and gradients, and saying what is wrong."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import pytest

from checker.suite import Diagnosis, or_none, refuse
from checker.suite.beside import beside

causes = beside(__file__, "causes")

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
    shapes = ", ".join(
        str(np.shape(p)) if isinstance(p, np.ndarray) else f"a {type(p).__name__}" for p in parts[:8]
    )
    return f"{what} returned {len(parts)} parts: {shapes}{', ...' if len(parts) > 8 else ''}. The sizes are {list(sizes)}."


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
                f"{what} returned {len(parts)} things; the sizes {list(sizes)} need {len(shapes)}: a matrix and "
                "a bias for each layer.",
                "The list is flat: [W1, b1, W2, b2, ...].",
            )
        arrays = []
        for i, (part, shape) in enumerate(zip(parts, shapes, strict=True)):
            name = f"{part_name(i)} of {what}"
            array = expect.array(part, name, shape=shape, finite=not finite_hint)
            if finite_hint and not np.isfinite(array).all():
                expect.invalid(f"{name} holds numbers that are not finite (NaN or infinity).", finite_hint)
            arrays.append(array)
        return arrays

    return read


def _parts(expect: Any, value: Any, what: str) -> list[Any]:
    if value is None:
        expect.invalid(f"{what} returned None.", "Is there a return at the end of the function?")
    if not isinstance(value, (list, tuple)):
        expect.invalid(f"{what} must return a list of arrays; it returned one {type(value).__name__}.")
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
            expect.invalid(f"{what} returned None.", "Is there a return at the end of the function?")
        if not isinstance(value, (tuple, list)) or len(value) != 2:
            expect.invalid(f"{what} must return two things, (loss, gradients).")
        if isinstance(value[0], (tuple, list)):
            expect.invalid(f"{what} must return (loss, gradients): the loss first, a single number.")
        loss = expect.number(value[0], f"the loss of {what}", finite=not finite_hint)
        return loss, read_params(value[1], f"the gradients of {what}", sizes, finite_hint)

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
        case = Case(kind, sizes, len(x))
        what = f"loss_and_gradients ({case.text})"
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
        factor = known_factor(case, ratio)
        expect.that(
            factor is None,
            f"The loss of loss_and_gradients ({case.text}) is {ratio:.4g} times what it should be.",
            why=lambda: diagnose(certain=[asked_again, wrong_loss, lambda: factor]),
        )
        name, value = f"the loss of {what}", np.float32(loss) if single else loss
        # Many add a small number to p before they take its logarithm; logits of 1,000 are a check of their own.
        rough = {} if kind == "mse" else {"rtol": 1e-3, "atol": 1e-4}
        allowed = rough.get("rtol", 1e-3 if single else 1e-7) * abs(wanted) + rough.get("atol", 0.0)
        expect.that(
            abs(loss - wanted) <= 3 * allowed or not (found := diagnose(certain=[asked_again, wrong_loss])),
            f"{name} is {loss:.4g}; {wanted:.4g} is right.",
            LOSS_HINTS[kind],
            why=lambda: found,
        )
        expect.close(value, wanted, name, hint=LOSS_HINTS[kind], **rough)

        steps, share, floor = ((1e-2, 3e-3, 1e-3), 0.03, 2e-4) if single else ((1e-5, 1e-6, 1e-7), 1e-3, 1e-7)

        def slopes(i: int) -> list[Slope]:
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
                found.append(Slope(said, float(np.median(measured)), right))
            return found

        for layer in reversed(range(len(sizes) - 1)):
            of_w, of_b = slopes(2 * layer), slopes(2 * layer + 1)
            if is_wrong(of_w) or is_wrong(of_b):
                message, factor, hint = wrong_layer(case, layer, of_w, of_b, loss)
                known = [partial(_the, factor)] if factor else []
                experiments = [asked_again, *known, of_formula]
                expect.that(False, message, hint, why=partial(diagnose, certain=experiments))

    return check


class Case(NamedTuple):
    """What a loss was asked of: its kind, the network's sizes, the number of rows."""

    kind: str
    sizes: list[int]
    rows: int

    @property
    def text(self) -> str:
        """For messages: "mse, sizes [3, 5, 3]"."""
        return f"{self.kind}, sizes {self.sizes}"


class Slope(NamedTuple):
    """The change of the loss along one direction: what the gradient says, what small steps measure, whether they agree."""

    said: float
    measured: float
    right: bool


def is_wrong(slopes: list[Slope]) -> bool:
    """One direction alone may meet a bend."""
    return sum(not slope.right for slope in slopes) > 1


def common_factor(slopes: list[Slope]) -> float | None:
    """How many times too large the gradient is, the same along all directions; None where there is no such number."""
    largest = max(abs(slope.measured) for slope in slopes)
    ratios = [s.said / s.measured for s in slopes if abs(s.measured) > 0.05 * largest > 1e-6]
    if not ratios or max(ratios) - min(ratios) > 0.01 * abs(ratios[0]):
        return None
    return float(np.median(ratios))


LOSS_HINTS = {
    "mse": "The mean goes over all entries, n times k of them. Nothing else is added.",
    "cross_entropy": "For each row: minus the logarithm of the softmax of its right class; then the mean over the rows.",
}


def known_factor(case: Case, factor: float, loss: float = 0.0) -> Diagnosis | None:
    """What usually makes a loss or a slope of the loss this many times too large."""
    n, k = case.rows, case.sizes[-1]
    if abs(factor - 1) < 0.01:
        return None
    known = {
        -1.0: ("sign", "The sign is turned."),
        1 / n: ("divided_twice", "It is divided by the number of rows twice."),
    }
    if case.kind == "mse":
        rows_too = "the loss is a mean over n k entries, not a sum; and the slope of a square has a 2."
        known |= {
            k: ("over_rows_alone", f"{k} is the number of outputs: divide by all n k entries, not by the n rows alone."),
            n * k: ("not_averaged", "That is n k, the number of entries: the loss is their mean, not their sum."),
            n: ("over_outputs_alone", "That is n, the number of rows: the mean goes over the rows too."),
            0.5: ("two_missing", "The 2 is missing: the slope of (out - y)^2 is 2 (out - y), and no 1/2 stands "
             "before the mean."),
            2.0: ("two_too_many", "There is a 2 too many: the slope of (out - y)^2 is 2 (out - y)."),
            -0.5: ("sign", "The sign is turned, and the 2 of the square is missing."),
            k / 2: ("over_rows_alone", "Divide by all n k entries, not by the n rows alone; and the slope of a "
             "square has a 2."),
            n * k / 2: ("not_averaged", f"It is n k / 2: {rows_too}"),
            n / 2: ("over_outputs_alone", "Divide by the number of rows too; and the slope of a square has a 2."),
            1 / k: ("divided_twice", "It is divided by the number of outputs twice."),
        }  # fmt: skip
        if loss > 0:
            root = "That is 1 / (2 root of the loss): the slope of the root of the mean, where the mean itself is due."
            known[0.5 * loss**-0.5] = ("slope_of_root", root)
    else:
        known |= {
            n: (
                "not_averaged",
                "That is n, the number of rows: the loss is the mean over the rows, not their sum.",
            ),
            1 / k: ("over_all_entries", "The mean goes over the n rows alone, not over all n k entries."),
            n * k: ("not_averaged", "That is n k: the loss is a mean over the rows."),
            -n: ("sign", "The sign is turned, and the mean over the rows is missing."),
            float(np.log2(np.e)): ("logarithm_of_2", "That is log2 in place of the natural logarithm."),
            float(np.log10(np.e)): ("logarithm_of_10", "That is log10 in place of the natural logarithm."),
            2.0: ("two_too_many", "There is a 2 too many: the slope of a cross-entropy has none."),
            0.5: ("half", "There is a 1/2 too many."),
        }
    found = next((f for value, f in known.items() if abs(factor - value) < 0.005 * abs(value)), None)
    return Diagnosis(*found) if found else None


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


def wrong_layer(
    case: Case, layer: int, of_w: list[Slope], of_b: list[Slope], loss: float
) -> tuple[str, Diagnosis | None, str]:
    """The message for the last layer (0 is the first) whose gradient of W or of b is wrong, a known factor, and a hint."""
    depth = len(case.sizes) - 1
    name_w, name_b = f"W{layer + 1}", f"b{layer + 1}"
    both = is_wrong(of_w) and is_wrong(of_b)
    slopes, name = (of_w, name_w) if is_wrong(of_w) else (of_b, name_b)
    worst = max(slopes, key=lambda slope: abs(slope.said - slope.measured))
    factor = common_factor(of_w + of_b if both else slopes)
    if factor is None:
        message = (
            f"The gradient of {name} ({case.text}) does not agree with small steps: in one direction the loss "
            f"changes at a rate of {worst.measured:.3g}; your gradient says {worst.said:.3g}."
        )
    elif abs(factor) < 1e-6:
        message = f"The gradient of {name} ({case.text}) is 0, but changing {name} changes the loss."
    else:
        names = (
            f"gradients of {name_w} and {name_b} ({case.text}) are"
            if both
            else f"gradient of {name} ({case.text}) is"
        )
        message = f"The {names} {factor:.4g} times what small steps measure."
    above = (
        ""
        if layer == depth - 1
        else f" The gradients of the layer{'s' if layer < depth - 2 else ''} above are right."
    )
    known = known_factor(case, factor, loss) if both and factor and layer == depth - 1 else None
    return message + above, known, _where_to_look(case, layer, of_w, of_b)


def _where_to_look(case: Case, layer: int, of_w: list[Slope], of_b: list[Slope]) -> str:
    name_w, name_b = f"W{layer + 1}", f"b{layer + 1}"
    is_last = layer == len(case.sizes) - 2
    if not is_wrong(of_w):
        return "A bias acts on every row: its gradient is the sum of delta over the rows, nothing divided."
    if not is_wrong(of_b):
        return (
            f"The gradient of {name_b} is right, and so is delta: look at h' delta. h is what this layer read, "
            f"{'the input x' if layer == 0 else f'the output of layer {layer} after its activation'}."
        )
    if is_last:
        return "It is the last layer, and both its parts are wrong: look at delta, the slope of the loss by the outputs."
    return (
        f"So the error is spoiled on its way from layer {layer + 2} down to {name_w}: it goes through the transpose of "
        f"W{layer + 2}, then is multiplied by f', the slope of the activation of layer {layer + 1} itself."
    )
