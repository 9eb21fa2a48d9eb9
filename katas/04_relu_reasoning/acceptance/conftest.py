"""What the checks of this kata share: reading layers, and piecewise linear functions in exact arithmetic."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import pairwise
from types import SimpleNamespace
from typing import Any, NamedTuple

import numpy as np
import pytest

from checker.suite import or_none, refuse, say
from checker.suite.beside import beside

causes_init = beside(__file__, "causes_init")

Layers = list[tuple[np.ndarray, np.ndarray]]
Row = tuple[Fraction, ...]


class Piece(NamedTuple):
    """On low <= t <= high every value is constant + slope t."""

    low: Fraction
    high: Fraction
    constant: Row
    slope: Row


class Pieces(NamedTuple):
    """A network along a segment, in rational numbers.

    `final` are the pieces of the outputs, not merged; `switches` are the places at which units of each hidden layer
    switch within the segment. Three figures say how far the count is from being decided by rounding:

    - `separation`: the least distance between two places where some unit of some layer switches, the ends of the
      segment included; 0 if two switch at the same place.
    - `clearance`: how far every unit's pre-activation is from 0 at the places where others switch, and at the ends, as
      a share of its largest one; 0 if one touches 0 there, or is 0 on a whole piece.
    - `plainness`: where neighbours are of equal slope, that slope over the largest one. A slope of 0 may come out as
      1e-17, and a tolerance relative to that finds bends in it.
    """

    final: list[Piece]
    switches: list[list[Fraction]]
    separation: float
    clearance: float

    @property
    def plainness(self) -> float:
        slopes = [max(abs(s) for s in piece.slope) for piece in self.final]
        same = [
            size for size, (a, b) in zip(slopes, pairwise(self.final), strict=False) if a.slope == b.slope
        ]
        return float(min(same) / max(slopes)) if same and max(slopes) else 1.0


class TooManyPieces(Exception):
    """The network has more pieces than anybody asked for."""


def along(layers: Layers, start: np.ndarray, end: np.ndarray, most: int = 100_000) -> Pieces:
    """Follow the affine pieces of a ReLU network along start + t (end - start), 0 <= t <= 1.

    Exact: a float is a rational number, and sums, products and crossings of rational numbers are rational.

    Raises:
        TooManyPieces: there are more than `most` on the way.
    """
    first, last = exact_row(np.atleast_1d(start)), exact_row(np.atleast_1d(end))
    difference = tuple(b - a for a, b in zip(first, last, strict=True))
    pieces = [Piece(Fraction(0), Fraction(1), first, difference)]
    switches: list[list[Fraction]] = []
    clearance = Fraction(1)
    for w, b in layers[:-1]:
        columns, shift = [exact_row(column) for column in w.T], exact_row(b)
        seen = [affine(piece, columns, shift) for piece in pieces]
        clearance = min([clearance, *clear_of_zero(seen)])
        pieces, found = [], []
        for piece in seen:
            cut = split(piece)
            found += [part.high for part in cut[:-1]]
            pieces += [switched(part) for part in cut]
            if len(pieces) > most:
                raise TooManyPieces
        switches.append(found)
    w, b = layers[-1]
    columns, shift = [exact_row(column) for column in w.T], exact_row(b)
    places = sorted([Fraction(0), Fraction(1), *(place for found in switches for place in found)])
    separation = min(b - a for a, b in pairwise(places))
    final = [affine(piece, columns, shift) for piece in pieces]
    return Pieces(final, switches, float(separation), float(clearance))


def clear_of_zero(pieces: list[Piece]) -> list[Fraction]:
    """Of each value, the least size at the ends of the pieces over the largest one."""
    sizes = [
        [abs(c + s * t) for c, s in zip(piece.constant, piece.slope, strict=True)]
        for piece in pieces
        for t in (piece.low, piece.high)
    ]
    return [min(unit) / max(unit) if max(unit) else Fraction(0) for unit in zip(*sizes, strict=True)]


def exact_row(values: np.ndarray) -> Row:
    """The entries of a vector as fractions."""
    return tuple(Fraction(float(value)) for value in values)


def affine(piece: Piece, columns: list[Row], shift: Row) -> Piece:
    """The piece after x W + b."""

    def times(row: Row, column: Row) -> Fraction:
        return sum((a * b for a, b in zip(row, column, strict=True)), Fraction(0))

    constant = tuple(times(piece.constant, c) + s for c, s in zip(columns, shift, strict=True))
    return Piece(piece.low, piece.high, constant, tuple(times(piece.slope, c) for c in columns))


def split(piece: Piece) -> list[Piece]:
    """Cut the piece where one of its values changes sign. Values that switch at one place cut twice there."""
    zeros = [-c / s for c, s in zip(piece.constant, piece.slope, strict=True) if s != 0]
    inside = sorted(zero for zero in zeros if piece.low < zero < piece.high)
    ends = [piece.low, *inside, piece.high]
    return [piece._replace(low=low, high=high) for low, high in pairwise(ends)]


def switched(piece: Piece) -> Piece:
    """The piece after ReLU; no value changes its sign within it."""
    middle = (piece.low + piece.high) / 2
    on = [c + s * middle > 0 for c, s in zip(piece.constant, piece.slope, strict=True)]
    zero = Fraction(0)
    return piece._replace(
        constant=tuple(c if keep else zero for c, keep in zip(piece.constant, on, strict=True)),
        slope=tuple(s if keep else zero for s, keep in zip(piece.slope, on, strict=True)),
    )


def count_slopes(pieces: list[Piece], least_width: float = 0.0, equal: float = 0.0) -> int:
    """The number of maximal affine pieces: those not wider than `least_width` are passed over.

    Slopes that differ by at most `equal` of their size count as the same, for weights that were rounded.
    """
    count, before = 0, None
    for piece in pieces:
        if piece.high - piece.low <= least_width:
            continue
        if before is None or any(
            abs(s - p) > equal * max(abs(s), abs(p)) for s, p in zip(piece.slope, before, strict=True)
        ):
            count += 1
        before = piece.slope
    return count


def least_bend(pieces: list[Piece]) -> float:
    """The smallest change of slope that is not zero, over the largest slope."""
    slopes = np.array([[float(s) for s in piece.slope] for piece in pieces])
    bends = np.abs(np.diff(slopes, axis=0)).max(axis=1, initial=0.0)
    bends = bends[bends > 0]
    return float(bends.min() / np.abs(slopes).max()) if bends.size else 1.0


def forward(
    layers: Layers, x: np.ndarray, activation: Callable[[np.ndarray], np.ndarray]
) -> list[np.ndarray]:
    """The pre-activations of every layer, for rows x."""
    seen = []
    for w, b in layers:
        seen.append(x @ w + b)
        x = activation(seen[-1])
    return seen


@pytest.fixture(scope="session")
def rounding() -> Any:
    """What a right result may be off by: single precision also where it comes as a list, and then looks double."""
    return lambda array: 1e-3 if array.dtype == np.float32 else 1e-5


@pytest.fixture(scope="session")
def exact() -> Any:
    """Piecewise linear functions in rational numbers: exact.along, exact.count_slopes, exact.least_bend."""
    return SimpleNamespace(
        along=along, count_slopes=count_slopes, least_bend=least_bend, TooManyPieces=TooManyPieces
    )


@pytest.fixture(scope="session")
def preactivations() -> Any:
    """The judge's own forward pass."""
    return forward


@pytest.fixture(scope="session")
def as_layers(expect: Any) -> Any:
    """Read what should be [(W, b), ...]; a bias may come as (out,), (1, out) or, for 1, ().

    With `sizes`, W of layer i must have the shape (sizes[i], sizes[i + 1]).
    """

    def read(value: Any, what: str, count: int, sizes: Sequence[int] = ()) -> Layers:
        if value is None:
            expect.invalid(
                say("{what} returned None.", what=what), "Is there a return at the end of the function?"
            )
        if sizes and (found := or_none(causes_init.form_of, value, sizes)):
            refuse(
                expect,
                say(
                    "{what} should be a list of {count} layers (W, b) of the sizes {sizes}.",
                    what=what,
                    count=count,
                    sizes=list(sizes)[:8],
                ),
                found,
            )
        if not isinstance(value, (list, tuple)) or len(value) != count:
            expect.invalid(
                say(
                    "{what} should be a list of {count} layers (W, b); its length is {length}.",
                    what=what,
                    count=count,
                    length=len(value),
                )
                if isinstance(value, (list, tuple))
                else say(
                    "{what} should be a list of {count} layers (W, b); it is a {kind}.",
                    what=what,
                    count=count,
                    kind=type(value).__name__,
                )
            )
        layers: Layers = []
        for i, layer in enumerate(value):
            if not isinstance(layer, (list, tuple)) or len(layer) != 2:
                expect.invalid(say("{what}: layer {i} should be a pair (W, b).", what=what, i=i))
            w = expect.array(layer[0], say("{what}: W of layer {i}", what=what, i=i))
            b = expect.array(layer[1], say("{what}: b of layer {i}", what=what, i=i))
            if sizes and w.shape != (sizes[i], sizes[i + 1]):
                expect.invalid(
                    say(
                        "{what}: W of layer {i} has the shape {shape}; {expected}, (in, out), is expected.",
                        what=what,
                        i=i,
                        shape=w.shape,
                        expected=(sizes[i], sizes[i + 1]),
                    )
                )
            if w.ndim != 2 or b.size != w.shape[1]:
                expect.invalid(
                    say(
                        "{what}: layer {i} has W of shape {w_shape} and b of shape {b_shape}; (in, out) and (out,) belong "
                        "together.",
                        what=what,
                        i=i,
                        w_shape=w.shape,
                        b_shape=b.shape,
                    )
                )
            if layers and layers[-1][0].shape[1] != w.shape[0]:
                expect.invalid(
                    say(
                        "{what}: layer {before} puts out {outputs} values, layer {i} takes {inputs}.",
                        what=what,
                        before=i - 1,
                        outputs=layers[-1][0].shape[1],
                        i=i,
                        inputs=w.shape[0],
                    )
                )
            layers.append((w, b.reshape(-1)))
        return layers

    return read
