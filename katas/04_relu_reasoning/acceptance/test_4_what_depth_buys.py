"""Counting linear pieces, and making many of them with few units."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np

Layers = list[tuple[np.ndarray, np.ndarray]]
Question = tuple[Layers, np.ndarray, np.ndarray]

# Units that switch nearer to each other than this, or bends smaller than this share of the largest slope, are
# not asked: rounding must not decide the count.
LEAST_SEPARATION = 1e-3
LEAST_BEND = 1e-4


def random_network(rng: np.random.Generator, sizes: list[int]) -> Layers:
    """Weights in quarters, so that the exact count stays cheap."""
    shapes = pairwise(sizes)
    return [(rng.integers(-12, 13, size=(i, o)) / 4, rng.integers(-12, 13, size=o) / 4) for i, o in shapes]


def question(exact: Any, rng: np.random.Generator, sizes: list[int], least: int) -> tuple[Question, int]:
    """A network, a segment, and the exact number of pieces, drawn until floats cannot get it wrong."""
    while True:
        layers = random_network(rng, sizes)
        start, end = rng.integers(-40, 41, size=(2, sizes[0])) / 8
        if np.array_equal(start, end):
            continue
        found = exact.along(layers, start, end)
        count = exact.count_slopes(found.final)
        if (
            count >= least
            and found.separation > LEAST_SEPARATION
            and exact.least_bend(found.final) > LEAST_BEND
        ):
            return (layers, start, end), count


def ask(submission: Any, expect: Any, asked: Question, wanted: int, hint: str) -> None:
    """Ask for the pieces of one network along one segment."""
    result = submission.count_pieces(*asked)
    counted = expect.number(result, "count_pieces(layers, start, end)")
    expect.that(counted == wanted, f"count_pieces says {counted:g}; there are {wanted} pieces.", hint)


SIZES = {
    "no hidden layer": ([3, 2], 1),
    "one hidden layer": ([1, 8, 1], 4),
    "one hidden layer, three inputs": ([3, 10, 1], 4),
    "three hidden layers": ([1, 5, 5, 5, 1], 5),
    "three hidden layers, four inputs, three outputs": ([4, 6, 5, 4, 3], 5),
}


def test_count_pieces(submission: Any, expect: Any, exact: Any, rng: Any) -> None:
    """count_pieces counts the linear pieces of a network along a segment"""
    for name, (sizes, least) in SIZES.items():
        for _ in range(4):
            asked, wanted = question(exact, rng, sizes, least)
            ask(submission, expect, asked, wanted, f"Here: {name}. Where does which unit switch on the way?")


def test_count_pieces_both_ways(submission: Any, expect: Any, exact: Any, rng: Any) -> None:
    """count_pieces counts the same from the end to the start, and 1 where they are one point"""
    (layers, start, end), wanted = question(exact, rng, [2, 6, 5, 2], 4)
    ask(submission, expect, (layers, end, start), wanted, "The same segment the other way round.")
    ask(submission, expect, (layers, start, start.copy()), 1, "start = end: a single point is one piece.")


def bend_without_effect(rng: np.random.Generator) -> Question:
    """relu(x - c) - relu(c - x) is x - c: two units switch, and nothing bends."""
    c = int(rng.integers(1, 8)) / 8
    return [
        (np.array([[1.0, -1.0]]), np.array([-c, c])),
        (np.array([[1.0], [-1.0]]), np.zeros(1)),
    ], *unit_segment()


def units_that_cancel(rng: np.random.Generator) -> Question:
    """Two equal units whose weights in the sum are opposite, beside one that does bend."""
    c, d = rng.choice(np.arange(1, 8), size=2, replace=False) / 8
    hidden = (np.array([[2.0, 2.0, 1.0]]), np.array([-2 * c, -2 * c, -d]))
    return [hidden, (np.array([[3.0], [-3.0], [1.0]]), np.ones(1))], *unit_segment()


def unit_without_weight(rng: np.random.Generator) -> Question:
    """A unit that switches, and that no output looks at; the other one is looked at by the second output only."""
    c, d = rng.choice(np.arange(1, 8), size=2, replace=False) / 8
    hidden = (np.ones((1, 2)), np.array([-c, -d]))
    return [hidden, (np.array([[0.0, 0.0], [0.0, 1.0]]), np.zeros(2))], *unit_segment()


def switch_at_the_end(rng: np.random.Generator) -> Question:
    """Units that switch exactly where the segment starts and ends."""
    return [(np.array([[1.0, 1.0]]), np.array([0.0, -1.0])), (np.ones((2, 1)), np.zeros(1))], *unit_segment()


def killed_by_the_next_layer(rng: np.random.Generator) -> Question:
    """The first layer bends; the second is off everywhere."""
    c = int(rng.integers(1, 8)) / 8
    hidden = (np.ones((1, 1)), np.array([-c]))
    return [hidden, (-np.ones((1, 2)), np.array([-0.5, 0.0])), (np.ones((2, 1)), np.ones(1))], *unit_segment()


def narrow_piece(rng: np.random.Generator) -> Question:
    """A bump that is much narrower than any grid of a few thousand points would see."""
    c, width = float(rng.uniform(0.2, 0.8)), 3e-5
    hidden = (np.ones((1, 3)), -np.array([c, c + width, c + 2 * width]))
    return [hidden, (np.array([[1.0], [-2.0], [1.0]]) / width, np.zeros(1))], *unit_segment()


def unit_segment() -> tuple[np.ndarray, np.ndarray]:
    return np.zeros(1), np.ones(1)


SPECIAL: dict[str, tuple[Callable[[np.random.Generator], Question], int]] = {
    "a bend that cancels itself": (bend_without_effect, 1),
    "units that cancel each other": (units_that_cancel, 2),
    "a unit that no output looks at": (unit_without_weight, 2),
    "units that switch at the ends": (switch_at_the_end, 1),
    "bends that the next layer swallows": (killed_by_the_next_layer, 1),
    "a narrow bump": (narrow_piece, 4),
}


def test_count_pieces_merges_equal_slopes(submission: Any, expect: Any, rng: Any) -> None:
    """count_pieces: neighbours of equal slope are one piece, and no piece is too narrow to count"""
    for name, (draw, wanted) in SPECIAL.items():
        hint = f"Here: {name}. A piece ends where the slope of some output changes, and only there."
        ask(submission, expect, draw(rng), wanted, hint)


def test_sawtooth(submission: Any, expect: Any, exact: Any, as_layers: Any) -> None:
    """sawtooth has hidden layers of at most 3 units, and 2^depth linear pieces"""
    for depth in (1, 2, 3, 6, 10):
        what = f"sawtooth({depth})"
        layers = as_layers(submission.sawtooth(depth), what, depth + 1)
        inputs, widths = layers[0][0].shape[0], [w.shape[1] for w, _ in layers]
        expect.that(
            inputs == 1 and widths[-1] == 1,
            f"{what} takes {inputs} inputs and gives {widths[-1]} outputs; 1 and 1 are asked for.",
        )
        widest = max(widths[:-1])
        expect.that(widest <= 3, f"{what} has a hidden layer of {widest} units; at most 3 are allowed.")
        try:
            found = exact.along(layers, np.zeros(1), np.ones(1), most=16 * 2**depth)
        except exact.TooManyPieces:
            expect.that(False, f"{what} has far more than {2**depth} pieces on [0, 1].")
        count = exact.count_slopes(found.final, least_width=1e-9, equal=1e-9)
        expect.that(
            count == 2**depth,
            f"{what} has {count} linear pieces on [0, 1]; {2**depth} are asked for.",
            "One tooth takes [0, 1] up to 1 and back to 0. What does the same tooth make of that?",
        )


def folded_teeth(rng: np.random.Generator, depth: int) -> Layers:
    """A sawtooth of 2^depth pieces, its units in random order and scaled by powers of two: exact in floats."""
    layers: Layers = []
    fold, before = np.ones((1, 1)), np.ones(1)
    for _ in range(depth):
        order, scale = rng.permutation(2), 2.0 ** rng.integers(-2, 3, size=2)
        w = (fold / before[:, None]) @ np.ones((1, 2))
        layers.append((w[:, order] * scale, np.array([0.0, -0.5])[order] * scale))
        fold, before = np.array([[2.0], [-4.0]])[order], scale
    return [*layers, (fold / before[:, None], np.zeros(1))]


def test_count_pieces_of_many(submission: Any, expect: Any, rng: Any) -> None:
    """count_pieces copes with thousands of pieces in its time"""
    depth = 13
    start, end = int(rng.integers(0, 100)), int(rng.integers(900, 1025))
    asked = (folded_teeth(rng, depth), np.array([start / 1024]), np.array([end / 1024]))
    wanted = (end - start) * 2**depth // 1024
    with submission.worker("counting") as worker:
        result = worker.call("count_pieces", *asked, budget="count_pieces")
    counted = expect.number(result, "count_pieces(layers, start, end)")
    expect.within_budget(worker, "Does the work for one more piece grow with the number of pieces?")
    expect.that(
        counted == wanted,
        f"count_pieces says {counted:g} for a deep sawtooth; there are {wanted} pieces.",
        "Slopes grow as pieces get narrower; an absolute tolerance does not fit both.",
    )
