"""The networks of which pieces are counted, drawn until the count is clear."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

Layers = list[tuple[np.ndarray, np.ndarray]]
Line = tuple[Layers, np.ndarray, np.ndarray]


class Question(NamedTuple):
    """A network along a segment, how many pieces there are, and what it is about."""

    layers: Layers
    start: np.ndarray
    end: np.ndarray
    pieces: int
    about: str


# What rounding could decide is not asked: places where units switch are this far apart, every other unit is this far
# from its own switch there (as a share of its largest value), and bends are this share of the largest slope.
WIDE, NARROW = 1e-3, 9e-6
LEAST_BEND = 1e-3


def is_clear(exact: Any, found: Any, distance: float) -> bool:
    """Whether exact and floating-point numbers count the same, by every method that tells pieces apart."""
    return (
        found.separation > distance
        and found.clearance > distance
        and found.plainness > LEAST_BEND
        and exact.least_bend(found.final) > LEAST_BEND
    )


def random_network(rng: np.random.Generator, sizes: list[int]) -> Layers:
    """Weights in quarters, so that the exact count stays cheap."""
    shapes = pairwise(sizes)
    return [(rng.integers(-12, 13, size=(i, o)) / 4, rng.integers(-12, 13, size=o) / 4) for i, o in shapes]


def random_question(
    exact: Any, rng: np.random.Generator, about: str, sizes: list[int], least: int
) -> Question:
    """A network and a segment, drawn until there are enough pieces and the count is clear."""
    while True:
        layers = random_network(rng, sizes)
        start, end = rng.integers(-40, 41, size=(2, sizes[0])) / 8
        if np.array_equal(start, end):
            continue
        found = exact.along(layers, start, end)
        count = exact.count_slopes(found.final)
        if count >= least and is_clear(exact, found, WIDE):
            return Question(layers, start, end, count, about)


SIZES = {
    "one hidden layer": ([1, 8, 1], 4),
    "one hidden layer, three inputs": ([3, 10, 1], 4),
    "three hidden layers": ([1, 5, 5, 5, 1], 5),
    "three hidden layers, four inputs, three outputs": ([4, 6, 5, 4, 3], 5),
}


def random_questions(exact: Any, rng: np.random.Generator) -> Iterator[Question]:
    """Four of each size, the last of them from its end to its start as well."""
    for about, (sizes, least) in SIZES.items():
        for _ in range(4):
            question = random_question(exact, rng, about, sizes, least)
            yield question
        yield question._replace(start=question.end, end=question.start)


def unit_segment() -> tuple[np.ndarray, np.ndarray]:
    return np.zeros(1), np.ones(1)


def two_places(rng: np.random.Generator) -> tuple[float, float]:
    """Two places between 0 and 1, not near each other nor the ends."""
    c, d = rng.permutation([rng.uniform(0.1, 0.4), rng.uniform(0.6, 0.9)])
    return float(c), float(d)


def bend_taken_back(rng: np.random.Generator) -> Line:
    """relu(x - c) enters two units of the second layer alike, of which the output takes the difference; d does bend."""
    c, d = two_places(rng)
    a, w = rng.integers(2, 9, size=2) / 4
    first = (np.array([[1.0, 1.0, 1.0]]), np.array([-c, -d, 1.0]))
    second = (np.array([[a, a, 0.0], [0.0, 0.0, 1.0], [0.0, 0.0, 1.0]]), np.array([1.0, 2.0, 0.0]))
    return [first, second, (np.array([[w], [-w], [1.0]]), np.ones(1))], *unit_segment()


def unit_without_weight(rng: np.random.Generator) -> Line:
    """A unit that switches at c, and that no output looks at."""
    c, d = two_places(rng)
    hidden = (np.ones((1, 3)), np.array([-c, -d, 0.5]))
    return [hidden, (np.array([[0.0], [-1.5], [1.0]]), np.zeros(1))], *unit_segment()


def swallowed_by_the_next_layer(rng: np.random.Generator) -> Line:
    """The first layer bends at c and d; what c does enters only a unit that is off everywhere."""
    c, d = two_places(rng)
    first = (np.ones((1, 3)), np.array([-c, -d, 0.5]))
    second = (np.array([[-1.0, 0.0], [0.0, 2.0], [0.0, 1.0]]), np.array([-0.5, 0.25]))
    return [first, second, (np.array([[4.0], [1.0]]), np.ones(1))], *unit_segment()


def bend_of_the_second_output(rng: np.random.Generator) -> Line:
    """Two outputs, of which the first is straight."""
    c, _ = two_places(rng)
    hidden = (np.ones((1, 2)), np.array([-c, 0.5]))
    return [hidden, (np.array([[0.0, 2.0], [1.0, 1.0]]), np.zeros(2))], *unit_segment()


SPECIAL: dict[str, Callable[[np.random.Generator], Line]] = {
    "a bend that the next layer takes back": bend_taken_back,
    "a unit that no output looks at": unit_without_weight,
    "a bend that the next layer swallows": swallowed_by_the_next_layer,
    "two outputs, of which one is straight": bend_of_the_second_output,
}


def special_questions(exact: Any, rng: np.random.Generator) -> Iterator[Question]:
    """Places at which a unit switches and no output bends, or only one of them does."""
    for about, draw in SPECIAL.items():
        yield clear(exact, rng, draw, about, WIDE)


def clear(
    exact: Any,
    rng: np.random.Generator,
    draw: Callable[[np.random.Generator], Line],
    about: str,
    distance: float,
) -> Question:
    """Draw until the count is clear."""
    while True:
        layers, start, end = draw(rng)
        found = exact.along(layers, start, end)
        if is_clear(exact, found, distance):
            return Question(layers, start, end, exact.count_slopes(found.final), about)


def staircase(rng: np.random.Generator, width: float, low: float = 0.2, high: float = 0.8) -> np.ndarray:
    """Six places, each a little more than `width` after the one before."""
    return rng.uniform(low, high) + np.concatenate([[0], np.cumsum(rng.uniform(1.0, 1.35, size=5))]) * width


def narrow_pieces(rng: np.random.Generator, width: float = 1e-5) -> Line:
    """A line that bends six times upward within a hair's breadth: points on a grid see one bend, or three."""
    hidden = (np.ones((1, 7)), np.append(-staircase(rng, width), 1.0))
    bends = np.append(rng.uniform(0.5, 1.5, size=6), -1.0)
    return [hidden, (bends[:, None], np.zeros(1))], *unit_segment()


def narrow_and_far(rng: np.random.Generator) -> Line:
    """Two such places, far from each other on a long segment through two inputs, and folded by a second layer."""
    along = np.array([3.0, -1.0])
    places = np.concatenate([staircase(rng, 1e-5, 0.1, 0.4), staircase(rng, 1e-5, 0.6, 0.9)]) * 900 - 400
    first = (np.tile(along[:, None] / 10, (1, 13)), np.append(-places, 500.0))
    bends = np.append(rng.uniform(0.5, 1.5, size=12) * np.repeat([1.0, -1.0], 6), 0.25)
    second = (np.stack([bends, -bends], axis=1), np.array([5000.0, 9000.0]))
    last = (np.array([[1.0, 0.5], [-0.5, 1.0]]), np.zeros(2))
    return [first, second, last], -400 * along, 500 * along


def narrow_questions(exact: Any, rng: np.random.Generator) -> Iterator[Question]:
    """Pieces of 1e-5 of the segment, which is the spacing of a grid of 100,001 points."""
    for about, draw in {"narrow pieces": narrow_pieces, "narrow pieces far apart": narrow_and_far}.items():
        for _ in range(2):
            yield clear(exact, rng, draw, about, NARROW)


def core_questions(exact: Any, rng: np.random.Generator) -> Iterator[Question]:
    """All that the core asks, but for the time."""
    yield from random_questions(exact, rng)
    yield from special_questions(exact, rng)
    yield from narrow_questions(exact, rng)


# What the star "robust" asks: places that coincide, and pieces that a million points do not see. All numbers are
# exact in floats.


def switches_that_cancel(rng: np.random.Generator) -> Line:
    """relu(x - c) - relu(c - x) is x - c: two units switch, and nothing bends."""
    c = int(rng.integers(1, 8)) / 8
    hidden = (np.array([[1.0, -1.0]]), np.array([-c, c]))
    return [hidden, (np.array([[1.0], [-1.0]]), np.zeros(1))], *unit_segment()


def units_that_cancel(rng: np.random.Generator) -> Line:
    """Two equal units whose weights in the sum are opposite, beside one that does bend."""
    c, d = rng.choice(np.arange(1, 8), size=2, replace=False) / 8
    hidden = (np.array([[2.0, 2.0, 1.0]]), np.array([-2 * c, -2 * c, -d]))
    return [hidden, (np.array([[3.0], [-3.0], [1.0]]), np.ones(1))], *unit_segment()


def switches_at_the_ends(rng: np.random.Generator) -> Line:
    """Units that switch exactly where the segment starts and ends."""
    return [(np.array([[1.0, 1.0]]), np.array([0.0, -1.0])), (np.ones((2, 1)), np.zeros(1))], *unit_segment()


def dead_network(rng: np.random.Generator) -> Line:
    """The first layer bends; one unit of the second is off everywhere, the other one 0 up to the bend."""
    c = int(rng.integers(1, 8)) / 8
    hidden = (np.ones((1, 1)), np.array([-c]))
    return [hidden, (-np.ones((1, 2)), np.array([-0.5, 0.0])), (np.ones((2, 1)), np.ones(1))], *unit_segment()


def touching_teeth(rng: np.random.Generator) -> Line:
    """A sawtooth that touches 0 between its teeth, where two units of the next layer are 0, between odd places."""
    start, end = int(rng.integers(1, 300)), int(rng.integers(700, 1023))
    return tooth_of_tooth(rng, 5, lift=0.0), np.array([start / 1024]), np.array([end / 1024])


def no_hidden_layer(rng: np.random.Generator) -> Line:
    """An affine map is one piece."""
    layers = random_network(rng, [3, 2])
    return layers, rng.normal(size=3), rng.normal(size=3)


def single_point(rng: np.random.Generator) -> Line:
    """A segment without length."""
    layers, start = random_network(rng, [2, 6, 5, 2]), rng.normal(size=2)
    return layers, start, start.copy()


def very_narrow_pieces(rng: np.random.Generator) -> Line:
    """Pieces of 2e-7 of the segment."""
    return narrow_pieces(rng, 2e-7)


COINCIDING: dict[str, Callable[[np.random.Generator], Line]] = {
    "two units that switch at one place, and their bends cancel": switches_that_cancel,
    "units that cancel each other": units_that_cancel,
    "units that switch at the ends": switches_at_the_ends,
    "a layer that is 0 everywhere": dead_network,
    "teeth that touch 0": touching_teeth,
    "no hidden layer": no_hidden_layer,
}


def tooth_of_tooth(rng: np.random.Generator, depth: int, lift: float = 1.0) -> Layers:
    """A sawtooth of 2^depth pieces, its units in random order and scaled by powers of two: exact in floats.

    A tooth is 2 relu(x + lift) - 2 lift - 4 relu(x - 1/2). With `lift` 1 its first unit is always on, so that no unit
    but one switches anywhere near; with 0 both are 0 where a tooth of the layer before begins.
    """
    layers: Layers = []
    fold, base, before = np.ones((1, 1)), np.zeros(1), np.ones(1)
    for _ in range(depth):
        order, scale = rng.permutation(2), 2.0 ** rng.integers(-2, 3, size=2)
        w = (fold / before[:, None]) @ np.ones((1, 2))
        shift = base + np.array([lift, -0.5])
        layers.append((w[:, order] * scale, shift[order] * scale))
        fold, base, before = np.array([[2.0], [-4.0]])[order], np.array([-2.0 * lift]), scale
    return [*layers, (fold / before[:, None], base)]


def many_pieces(rng: np.random.Generator, depth: int) -> tuple[Line, int]:
    """A deep sawtooth between two places that lie in the middle of a piece, and its pieces between them."""
    start, end = int(rng.integers(0, 100)), int(rng.integers(900, 1024))
    per = 2**depth // 1024
    places = [(cell * per + 0.5) / 2**depth for cell in (start, end)]
    line = tooth_of_tooth(rng, depth), np.array(places[:1]), np.array(places[1:])
    return line, (end - start) * per + 1
