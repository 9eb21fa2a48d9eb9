"""Mistakes of backpropagation are named by what comes out; a suite's own modules, and causes for refused results."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from string import Formatter
from typing import Any

import numpy as np
import pytest

from checker.judging.suite.expect import Expect, Missed
from checker.languages import extract
from checker.languages.texts import Text
from checker.suite import Diagnosis, also, refuse
from checker.suite.backward import explain_gradients
from checker.suite.backward_errors import outer_slopes
from checker.suite.beside import beside
from checker.suite.network import KNOWN, Network, find_activation, gradients_of
from checker.verdict import Outcome

Array = np.ndarray
TANH = next(known for known in KNOWN if known.name == "tanh")
RELU = next(known for known in KNOWN if known.name == "relu")


def drawn(sizes: list[int], seed: int = 0, rows: int = 11) -> tuple[list[Array], Array, Array]:
    """Parameters, inputs and classes."""
    rng = np.random.default_rng(seed)
    params: list[Array] = []
    for a, b in pairwise(sizes):
        params += [rng.normal(size=(a, b)) / np.sqrt(a), 0.5 * rng.normal(size=b)]
    return params, rng.normal(size=(rows, sizes[0])), rng.integers(0, sizes[-1], rows)


def backward(
    params: list[Array],
    x: Array,
    y: Array,
    outer: Callable[[Array, Array], Array] = lambda p, t: p - t,
    slope: Callable[[Array, Array], Array] = lambda z, h: 1 - h**2,
    of_w: Callable[[Array, Array], Array] = lambda h, d: h.T @ d,
    of_b: Callable[[Array], Array] = lambda d: d.sum(axis=0),
    through: Callable[[Array, Array], Array] = lambda d, w: d @ w.T,
) -> list[Array]:
    """Gradients of a cross-entropy of tanh units, with parts that may be wrong."""
    h, z = [x], []
    for w, b in zip(params[::2], params[1::2], strict=True):
        z.append(h[-1] @ w + b)
        h.append(np.tanh(z[-1]))
    e = np.exp(z[-1] - z[-1].max(axis=1, keepdims=True))
    delta = outer(e / e.sum(axis=1, keepdims=True), np.eye(z[-1].shape[1])[y]) / len(x)
    found: list[Array] = []
    for layer in reversed(range(len(z))):
        found = [of_w(h[layer], delta), of_b(delta), *found]
        if layer:
            delta = through(delta, params[2 * layer]) * slope(z[layer - 1], h[layer])
    return found


def cause(given: list[Array], params: list[Array], x: Array, y: Array) -> Diagnosis | None:
    """What is said of gradients."""
    net = Network(params, TANH, x)
    return explain_gradients(net, outer_slopes(net.out, y, "cross_entropy", TANH), given)


@pytest.fixture(scope="module")
def collected() -> set[str]:
    """Every sentence of the checker that can be translated."""
    return set(extract.of_checker())


def test_right_gradients_have_no_cause() -> None:
    """The judge's own gradients are those of small steps, and nothing is said of right ones"""
    params, x, y = drawn([4, 5, 3])
    net = Network(params, TANH, x)
    right = gradients_of(net, outer_slopes(net.out, y, "cross_entropy", TANH).right)
    for a, b in zip(right, backward(params, x, y), strict=True):
        assert np.allclose(a, b)
    assert cause(right, params, x, y) is None
    assert cause([g.astype(np.float32) for g in right], params, x, y) is None


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("one_not_taken_away", {"outer": lambda p, t: p}),
        ("softmax_slope_twice", {"outer": lambda p, t: (p - t) * p * (1 - p)}),
        ("slope_forgotten", {"slope": lambda z, h: np.ones_like(h)}),
        ("slope_of_activated", {"slope": lambda z, h: 1 - np.tanh(h) ** 2}),
        ("slope_of_another_function", {"slope": lambda z, h: h * (1 - h)}),
        ("slope_twice", {"slope": lambda z, h: (1 - h**2) ** 2}),
        ("matrix_not_transposed", {"through": lambda d, w: d @ (w if w.shape[0] == w.shape[1] else w.T)}),
        ("divided_in_every_layer", {"through": lambda d, w: d @ w.T / len(d)}),
        ("bias_gradient_mean", {"of_b": lambda d: d.mean(axis=0)}),
        ("bias_gradient_zero", {"of_b": lambda d: np.zeros(d.shape[1])}),
        ("bias_gradient_first_row", {"of_b": lambda d: d[0]}),
        ("gradient_divided_twice", {"of_w": lambda h, d: h.T @ d / len(d)}),
        ("mean_of_products_apart", {"of_w": lambda h, d: np.outer(h.mean(axis=0), d.sum(axis=0))}),
        ("first_row_only", {"of_w": lambda h, d: h[:1].T @ d[:1], "of_b": lambda d: d[0]}),
    ],
)
@pytest.mark.parametrize("sizes", [[5, 5, 5, 5], [4, 6, 6, 3]])
def test_a_mistake_is_named(name: str, wrong: dict[str, Any], sizes: list[int], collected: set[str]) -> None:
    """What is wrong in one place is named, whatever the widths"""
    params, x, y = drawn(sizes, seed=sum(sizes))
    found = cause(backward(params, x, y, **wrong), params, x, y)
    assert found is not None and found.id == name
    assert {key for key in keys_in(found.text) if extract.is_told(key)} <= set(extract.of_checker()), (
        found.text
    )


def keys_in(text: str) -> Iterator[str]:
    """The sentences that a sentence is made of, as a catalogue has them; bare placeholders need no translation."""
    if not isinstance(text, Text):
        yield text
        return
    if any(letter.isalpha() for literal, *_ in Formatter().parse(text.key) for letter in literal):
        yield text.key
    for value in text.values.values():
        yield from keys_in(value)


def test_weight_decay_is_named_with_its_strength() -> None:
    """What is added in proportion to the weights"""
    params, x, y = drawn([4, 5, 3])
    given = [g + 0.02 * p if p.ndim == 2 else g for g, p in zip(backward(params, x, y), params, strict=True)]
    found = cause(given, params, x, y)
    assert found is not None and found.id == "weight_decay" and "0.02" in found.text


def test_noise_and_small_errors_have_no_cause() -> None:
    """Random gradients, or right ones with noise on them, are not explained"""
    params, x, y = drawn([5, 5, 5, 5])
    rng = np.random.default_rng(1)
    right = backward(params, x, y)
    for share in (0.01, 0.3, 3.0):
        for _ in range(20):
            given = [g + share * np.abs(g).max() * rng.normal(size=g.shape) for g in right]
            assert cause(given, params, x, y) is None


def test_activations_are_found() -> None:
    """By what a unit makes of given numbers, known or not"""
    for known in KNOWN:
        assert find_activation(known.value).name == known.name
    assert find_activation(lambda z: np.where(z > 0, z, 0.05 * z)).name == "leaky relu"
    other = find_activation(lambda z: z / (1 + np.abs(z)))
    z = np.array([-1.5, 0.4])
    assert other.name == "other"
    assert np.allclose(other.slope(z), 1 / (1 + np.abs(z)) ** 2, atol=1e-6)
    assert find_activation(RELU.value).slope(z).tolist() == [0.0, 1.0]


def test_refused_results_have_causes() -> None:
    """A form that cannot be judged stays one, with its cause"""
    with pytest.raises(Missed) as caught:
        refuse(Expect({}), "It has the wrong form.", Diagnosis("pairs", "They are pairs."))
    assert caught.value.outcome is Outcome.INVALID
    assert [d.id for d in caught.value.diagnoses] == ["pairs"]


def test_also_asks_where_no_look_alike_explains() -> None:
    """Only a miss without a cause is looked at"""
    more = Diagnosis("more", "More.")
    for known, name in (({}, "more"), ({"tripled": 9.0}, "tripled")):
        with (
            pytest.raises(Missed) as caught,
            also(lambda: None, lambda: more),
            Expect({}).cases({"tripled": "Tripled."}) as case,
        ):
            case(9.0, 3.0, "f(1)", **known)
        assert [d.id for d in caught.value.diagnoses] == [name]
    with also(lambda: more), Expect({}).cases({}) as case:
        case(3.0, 3.0, "f(1)")


def test_modules_beside_a_suite(tmp_path: Path) -> None:
    """Loaded once for each kata; one that is not there is an error"""
    suite = tmp_path / "99_tiny" / "acceptance"
    suite.mkdir(parents=True)
    (suite / "causes.py").write_text(
        "from dataclasses import dataclass\n@dataclass\nclass A:\n    x: int = 3\n"
    )
    module = beside(str(suite / "conftest.py"), "causes")
    assert module.A().x == 3 and beside(str(suite / "test_1.py"), "causes") is module
    with pytest.raises(ImportError):
        beside(str(suite / "conftest.py"), "nothing")
