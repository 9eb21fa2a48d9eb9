"""What else one may have counted in place of linear pieces, and what a sawtooth of another shape is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from checker.suite import Diagnosis, say, together

Layers = list[tuple[np.ndarray, np.ndarray]]

TEXTS = {
    "each_switch": "each switch of a unit ends a piece, also one that bends no output (neighbours of equal slope are "
    "one piece)",
    "first_layer_alone": "only the switches of the first hidden layer count",
    "last_layer_alone": "only the switches of the last hidden layer count",
    "first_output_alone": "only the first output is looked at",
    "outputs_added": "the outputs are added up, and bends of one hide those of another",
    "beyond_the_ends": "the line goes on beyond start and end",
    "each_switch_beyond_the_ends": "each switch ends a piece and the line goes on beyond start and end",
    "equal_slopes_apart": "pieces of equal slope are one although there are others between them",
    "biases_forgotten": "the biases are left out: it is the count without the biases",
    "relu_on_last": "a ReLU comes after the last layer too",
    "patterns_at_the_ends": "units are counted that are on at one end and off at the other; one that switches twice "
    "on the way counts twice",
    "sums_of_ends": "units switch where their sums, drawn straight from end to end, cross 0; below the first layer "
    "they bend too",
    "units": "the hidden units are counted, each as one bend, wherever it is",
    "units_of_first_layer": "the units of the first hidden layer are counted, each as one bend, wherever it is",
    "product_of_layers": "the switches of the layers are multiplied: they are places on one segment, and add up",
    "one": "it is always 1",
    "slope_signs": "a piece ends where the output turns from up to down: a slope that changes without turning ends one too",
    "bends": "the bends are counted, of which there is one less than pieces",
    "places": "the places are counted, both ends with them, of which there is one more than pieces",
    "double": "each piece is counted twice",
}
# One more or one less is a coincidence in one network, and none in several.
BY_ONE = ("bends", "places")


def counts(exact: Any, layers: Layers, start: np.ndarray, end: np.ndarray, pieces: int) -> dict[str, int]:
    """By id, the count that each mistake gives."""
    found = exact.along(layers, start, end)
    places = [place for layer in found.switches for place in layer]
    direction = end - start
    beyond = exact.along(layers, start - 100 * direction, end + 100 * direction)
    outputs = layers[-1][0].shape[1]
    last_w, last_b = layers[-1]
    widths = [w.shape[1] for w, _ in layers[:-1]]

    def count(other: Layers) -> int:
        return int(exact.count_slopes(exact.along(other, start, end).final))

    on, through = [], []
    for point in (start, end):
        h, straight, signs, raw = np.atleast_1d(point), np.atleast_1d(point), [], []
        for w, b in layers[:-1]:
            z, straight = h @ w + b, straight @ w + b
            signs.append(z > 0)
            raw.append(straight > 0)
            h = np.maximum(z, 0)
        on.append(np.concatenate(signs))
        through.append(np.concatenate(raw))
    turns = [np.sign([float(s) for s in piece.slope]) for piece in found.final]
    return {
        "each_switch": 1 + len(set(places)),
        "first_layer_alone": 1 + len(set(found.switches[0])),
        "last_layer_alone": 1 + len(set(found.switches[-1])),
        "first_output_alone": count([*layers[:-1], (last_w[:, :1], last_b[:1])]),
        "outputs_added": count([*layers[:-1], (last_w.sum(axis=1, keepdims=True), last_b[:1])]),
        "beyond_the_ends": int(exact.count_slopes(beyond.final)),
        "each_switch_beyond_the_ends": 1 + len({place for layer in beyond.switches for place in layer}),
        "equal_slopes_apart": len({piece.slope for piece in found.final}),
        "biases_forgotten": count([(w, np.zeros_like(b)) for w, b in layers]),
        "relu_on_last": count([*layers, (np.eye(outputs), np.zeros(outputs))]),
        "patterns_at_the_ends": 1 + int((on[0] != on[1]).sum()),
        "sums_of_ends": 1 + int((through[0] != through[1]).sum()),
        "units": 1 + sum(widths),
        "units_of_first_layer": 1 + widths[0],
        "product_of_layers": int(np.prod([1 + len(set(layer)) for layer in found.switches])),
        "one": 1,
        "slope_signs": 1 + sum(not np.array_equal(a, b) for a, b in pairwise(turns)),
        "bends": pieces - 1,
        "places": pieces + 1,
        "double": 2 * pieces,
    }  # fmt: skip


def of_counts(exact: Any, asked: Sequence[tuple[Any, float]]) -> Diagnosis | None:
    """`asked` of (question, what was counted), right ones too: the mistake that explains all, or most of what is wrong."""
    known = [counts(exact, *question[:3], question.pieces) for question, _ in asked]
    missed = [i for i, (question, counted) in enumerate(asked) if counted != question.pieces]
    fits = {name: [known[i][name] == asked[i][1] for i in range(len(asked))] for name in TEXTS}
    for name in TEXTS:
        if all(fits[name]) and (name not in BY_ONE or len(missed) > 3):
            return Diagnosis(
                name,
                say(
                    "All {count} answers are the counts that come out where {mistake}.",
                    count=len(asked),
                    mistake=TEXTS[name],
                ),
            )
    explained = {name: sum(fits[name][i] for i in missed) for name in TEXTS}
    name = max(explained, key=lambda name: explained[name])
    if explained[name] > max(len(missed) // 2, 3 if name in BY_ONE else 0):
        return Diagnosis(
            name,
            say(
                "{explained} of {count} wrong answers are the counts that come out where {mistake}.",
                explained=explained[name],
                count=len(missed),
                mistake=TEXTS[name],
            ),
        )
    return None


def form_of_sawtooth(given: Any, depth: int) -> Diagnosis | None:
    """A list of another number of layers than depth + 1."""
    if not isinstance(given, (list, tuple)) or len(given) == depth + 1:
        return None
    shapes = [np.shape(part[0]) for part in given if isinstance(part, (list, tuple)) and len(part) == 2]
    if len(shapes) != len(given) or not all(len(shape) == 2 for shape in shapes):
        return None
    widest = max((shape[1] for shape in shapes[:-1]), default=0)
    if widest > 3:
        return Diagnosis(
            "too_wide",
            say(
                "It has {hidden} hidden layers, and one of {widest} units: units side by side. Depth is to do it, "
                "a tooth put into itself, with at most 3 units in each of the hidden layers.",
                hidden=len(given) - 1,
                widest=widest,
            ),
        )
    if len(given) == depth:
        return Diagnosis(
            "layer_missing",
            "One layer too few: there are `depth` hidden layers, and then the last one without a ReLU.",
        )
    if len(given) == 2 * depth:
        return Diagnosis(
            "layers_not_joined",
            "Each tooth has two layers of its own: what comes out of a tooth is put into the weights of the next "
            "one's first layer.",
        )
    return Diagnosis(
        "layers", say("There are {count} layers: `depth` hidden ones, and the last.", count=len(given))
    )


def of_sawtooth(exact: Any, made: Sequence[tuple[int, Layers]]) -> Diagnosis | None:
    """What the pieces of sawtooths of several depths grow like, or where the teeth are."""
    seen: list[tuple[int, int]] = []
    for depth, layers in made:
        try:
            found = exact.along(layers, np.zeros(1), np.ones(1), most=16 * 2**depth)
        except exact.TooManyPieces:
            continue
        seen.append((depth, exact.count_slopes(found.final, least_width=1e-9, equal=1e-9)))
    told = together(
        *(say("{count} at depth {depth}", count=count, depth=depth) for depth, count in seen), between=", "
    )
    deep = [(d, layers) for d, layers in made if d in (2, 3)]
    for low, high in ((-1.0, 1.0), (0.0, 2.0), (-1.0, 0.0), (0.0, 4.0), (-4.0, 4.0), (0.0, 8.0)):
        wide = [
            (d, exact.count_slopes(exact.along(layers, np.array([low]), np.array([high])).final))
            for d, layers in deep
        ]
        if wide and all(count == 2**d for d, count in wide):
            return Diagnosis(
                "teeth_elsewhere",
                say(
                    "On [{low:g}, {high:g}] there are 2^depth pieces, on [0, 1] {told}: the teeth are to stand on "
                    "[0, 1].",
                    low=low,
                    high=high,
                    told=told,
                ),
            )
    formulas: list[tuple[str, str, Callable[[int], int]]] = [
        ("one_level_less", "half of 2^depth: a fold is missing, at the beginning or at the end", lambda d: 2 ** (d - 1)),
        ("one_level_more", "twice 2^depth: there is a fold too many", lambda d: 2 ** (d + 1)),
        ("one_piece_more", "2^depth + 1: a piece too many at an end; where does the first tooth start, and the last "
         "one end?", lambda d: 2**d + 1),
        ("one_piece_less", "2^depth - 1", lambda d: 2**d - 1),
        ("grows_by_one", "depth + 1: each layer adds one bend. A layer has to fold all that is there, so that the "
         "pieces double", lambda d: d + 1),
        ("grows_by_two", "2 depth: each layer adds two pieces. A layer has to fold all that is there, so that "
         "they double", lambda d: 2 * d),
        ("grows_by_two", "2 depth + 1: each layer adds two pieces. A layer has to fold all that is there", lambda d: 2 * d + 1),
        ("grows_by_squares", "depth^2: a layer has to double what is there", lambda d: d * d),
        ("never_folds", "always 2: the layers after the first do not fold. What does the tooth make of [0, 1]?", lambda d: 2),
        ("straight", "always 1: nothing bends on [0, 1]", lambda d: 1),
        ("three_each", "3^depth: three pieces a layer where two are due", lambda d: 3**d),
    ]  # fmt: skip
    for identity, text, formula in formulas:
        if len(seen) > 2 and all(count == formula(depth) for depth, count in seen):
            return Diagnosis(identity, say("There are {told}: that is {text}.", told=told, text=text))
    wrong = [d for d, count in seen if count != 2**d]
    if wrong and len(seen) > 1 and seen[0][1] == 2:
        found = exact.along(dict(made)[2], np.zeros(1), np.ones(1))
        widths = [float(piece.high - piece.low) for piece in found.final]
        return Diagnosis(
            "folds_in_part",
            say(
                "There are {told}: from depth {depth} on not all that is there is folded in two. At depth 2 the "
                "pieces are {narrowest:.2g} to {widest:.2g} wide. Each layer's bend has to stand in the middle of "
                "what the tooth before it gives, which goes from 0 up to 1 and back.",
                told=told,
                depth=wrong[0],
                narrowest=min(widths),
                widest=max(widths),
            ),
        )
    return None
