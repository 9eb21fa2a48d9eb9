"""What well-known mistakes make of relu, its slope, collapse, XOR and a polyline."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from checker.suite import Diagnosis, say

Array = np.ndarray

RELU = {
    "leaky": "It lets a share of what is negative through: that is a leaky ReLU. Below 0 it is 0.",
    "absolute": "It is |x|: below 0 it is 0.",
    "identity": "It gives x back as it came: below 0 it is 0.",
    "turned_round": "It keeps what is negative: the comparison is turned round.",
    "opposite_sign": "It keeps what is negative, with its sign turned: max(x, 0), not max(-x, 0).",
    "sign_turned": "It has the opposite sign.",
    "step": "It is 1 where x is positive: that is the slope. ReLU keeps x itself there.",
    "cut_at_1": "It is cut off at 1: ReLU has no ceiling.",
    "cut_at_6": "It is cut off at 6 (ReLU6): ReLU has no ceiling.",
    "threshold_1": "It begins at 1: what is positive stays, from 0 on.",
    "softplus": "It is log(1 + exp(x)), softplus: ReLU has a corner at 0.",
    "elu": "It is an ELU: below 0 it is 0.",
    "swish": "It is x times sigmoid(x): below 0 it is 0, above it is x.",
    "sigmoid": "It is a sigmoid: max(x, 0) is asked for.",
    "tanh": "It is a tanh: max(x, 0) is asked for.",
    "squared": "It is squared where it is positive: what is positive stays as it is.",
    "leaky_small": "It lets a share of what is negative through: that is a leaky ReLU. Below 0 it is 0.",
    "leaky_large": "It lets a share of what is negative through: that is a leaky ReLU. Below 0 it is 0.",
    "largest": "It is one number for all: the largest entry. max(x, 0) is taken entry by entry, which np.maximum does.",
}


def of_relu(x: Array) -> dict[str, Any]:
    """By id, what each mistake gives."""
    calm = np.clip(x, -500, 500)
    sigmoid = 0.5 * (1 + np.tanh(0.5 * x))
    return {
        "leaky": np.where(x > 0, x, 0.01 * x), "leaky_small": np.where(x > 0, x, 0.1 * x),
        "leaky_large": np.where(x > 0, x, 0.2 * x), "absolute": np.abs(x), "identity": x,
        "turned_round": np.minimum(x, 0), "opposite_sign": np.maximum(-x, 0), "sign_turned": -np.maximum(x, 0),
        "step": (x > 0).astype(float), "cut_at_1": np.clip(x, 0, 1), "cut_at_6": np.clip(x, 0, 6),
        "threshold_1": np.where(x > 1, x, 0.0), "softplus": np.logaddexp(0, x),
        "elu": np.where(x > 0, x, np.expm1(np.minimum(calm, 0))), "swish": x * sigmoid, "sigmoid": sigmoid, "tanh": np.tanh(x),
        "squared": np.maximum(x, 0) ** 2, "largest": np.maximum(np.max(x, initial=0.0), 0),
    }  # fmt: skip


SLOPE = {
    "relu_itself": "It is relu(x) itself: its slope is 1 where x is positive, whatever x is.",
    "sign": "It is -1 where x is negative: there relu is flat, and its slope 0.",
    "ones": "It is 1 everywhere: where x is negative relu is flat, and its slope 0.",
    "turned_round": "It is 1 where x is negative: the comparison is turned round.",
    "leaky": "It is not 0 where x is negative: that is the slope of a leaky ReLU.",
    "leaky_small": "It is not 0 where x is negative: that is the slope of a leaky ReLU.",
    "sigmoid": "It is a sigmoid, a soft step: the slope of ReLU is 0 or 1.",
    "sigmoid_slope": "It is the slope of a sigmoid.",
    "tanh_slope": "It is the slope of a tanh.",
    "threshold_1": "It is 1 where x is above 1: the slope is 1 from 0 on.",
    "input": "It gives x back: the slope is 1 where x is positive, 0 where it is negative.",
    "sign_turned": "It has the opposite sign.",
    "absolute": "It is |x|: the slope is 1 where x is positive, 0 where it is negative.",
    "halves": "It is 1/2 where x is positive: there relu rises as fast as x.",
    "never": "It is 0 everywhere: where x is positive it is 1. Are whole numbers made of something below 1?",
}


def of_slope(x: Array) -> dict[str, Any]:
    """By id, what each mistake gives."""
    sigmoid = 0.5 * (1 + np.tanh(0.5 * x))
    return {
        "relu_itself": np.maximum(x, 0), "sign": np.sign(x), "ones": np.ones_like(x), "turned_round": (x < 0).astype(float),
        "leaky": np.where(x > 0, 1, 0.01), "leaky_small": np.where(x > 0, 1, 0.1), "sigmoid": sigmoid,
        "sigmoid_slope": sigmoid * (1 - sigmoid), "tanh_slope": 1 - np.tanh(x) ** 2, "threshold_1": (x > 1).astype(float),
        "input": x, "sign_turned": -(x > 0).astype(float), "absolute": np.abs(x), "halves": (x > 0) / 2,
        "never": np.zeros_like(x),
    }  # fmt: skip


COLLAPSED_W = {
    "order": "The matrices are multiplied from the last to the first: x A B is (x A) B, the first matrix stands first.",
    "sum_of_matrices": "The matrices are added: one layer after the other is a product.",
    "entry_by_entry": "The matrices are multiplied entry by entry: use @.",
    "first_alone": "It is the first matrix alone.",
    "last_alone": "It is the last matrix alone.",
    "last_left_out": "The last matrix is left out of the product.",
    "first_left_out": "The first matrix is left out of the product.",
    "activated": "A ReLU is taken of the product: there is no activation between these layers.",
    "transposed_product": "It is the product of the transposed matrices.",
}
COLLAPSED_B = {
    "biases_added": "The biases are added up as they are: an early bias passes through all later layers, (x A + a) B "
    "+ b is x A B + a B + b.",
    "last_bias_alone": "It is the last bias alone: an early bias passes through all later layers, a B + b.",
    "bias_zero": "It is 0: the biases pass through the later layers and add up, a B + b.",
    "bias_before_matrix": "Each bias goes through the matrix of its own layer: it is added after that matrix.",
    "last_bias_left_out": "The last bias is left out.",
    "first_bias_left_out": "The first bias is left out: it passes through all later layers.",
    "one_layer_alone": "Each bias goes through the next layer alone: it goes through all that follow.",
    "biases_multiplied": "The biases are multiplied with each other: an early bias passes through the later "
    "matrices, a B + b.",
    "through_transposed": "The biases go through the later matrices the wrong way round, B a in place of a B.",
    "through_whole_product": "Each bias goes through the product of all matrices: only the later ones count.",
}


def of_collapse(weights: Sequence[Array], biases: Sequence[Array]) -> tuple[dict[str, Any], dict[str, Any]]:
    """By id, functions that compute each mistake; None where the shapes do not allow it."""

    def tried(function: Callable[[], Array]) -> Callable[[], Array | None]:
        def compute() -> Array | None:
            try:
                return function()
            except ValueError:
                return None

        return compute

    def product(matrices: Sequence[Array]) -> Array:
        out = matrices[0]
        for m in matrices[1:]:
            out = out @ m
        return out

    def folded(step: Callable[[Array, Array, Array], Array], start: Array, pairs: Any) -> Array:
        out = start
        for w, b in pairs:
            out = step(out, w, b)
        return out

    pairs = list(zip(weights, biases, strict=True))
    zero = np.zeros(len(weights[0]))
    ws = {
        "order": lambda: product(weights[::-1]),
        "sum_of_matrices": lambda: sum(weights[1:], weights[0]),
        "entry_by_entry": lambda: np.prod(np.stack(list(weights)), axis=0),
        "first_alone": lambda: weights[0],
        "last_alone": lambda: weights[-1],
        "last_left_out": lambda: product(weights[:-1]),
        "first_left_out": lambda: product(weights[1:]),
        "activated": lambda: np.maximum(product(weights), 0),
        "transposed_product": lambda: product([w.T for w in weights]),
    }
    bs = {
        "biases_added": lambda: sum(biases[1:], biases[0]),
        "last_bias_alone": lambda: biases[-1],
        "bias_zero": lambda: np.zeros(len(biases[-1])),
        "bias_before_matrix": lambda: folded(lambda out, w, b: (out + b) @ w, zero, pairs),
        "last_bias_left_out": lambda: folded(lambda out, w, b: out @ w + b, zero, pairs) - biases[-1],
        "first_bias_left_out": lambda: folded(
            lambda out, w, b: out @ w + b, np.zeros(len(biases[0])), pairs[1:]
        ),
        "one_layer_alone": lambda: biases[-1] + (biases[-2] @ weights[-1] if len(biases) > 1 else 0),
        "biases_multiplied": lambda: np.prod(np.stack(list(biases)), axis=0),
        "through_transposed": lambda: folded(lambda out, w, b: w @ out + b, biases[0], pairs[1:]),
        "through_whole_product": lambda: sum(
            (b @ product(weights) for b in biases), np.zeros(len(biases[-1]))
        ),
    }
    return {k: tried(f) for k, f in ws.items()}, {k: tried(f) for k, f in bs.items()}


TABLES = {
    say("or"): (0, 1, 1, 1), say("and"): (0, 0, 0, 1), "not xor": (1, 0, 0, 1), "not or": (1, 0, 0, 0), "not and": (1, 1, 1, 0),
    "x1": (0, 0, 1, 1), "x2": (0, 1, 0, 1), "x1 + x2": (0, 1, 1, 2), "always 0": (0, 0, 0, 0), "always 1": (1, 1, 1, 1),
}  # fmt: skip


def of_xor(w1: Array, b1: Array, w2: Array, b2: float) -> Diagnosis | None:
    """What a network computes in place of XOR, or what would make it XOR."""
    x = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    wanted = np.array([0.0, 1.0, 1.0, 0.0])

    def out(w1: Array, b1: Array, w2: Array, b2: float) -> Array:
        return np.asarray(np.maximum(x @ w1 + b1, 0) @ w2 + b2)

    def right(values: Array) -> bool:
        return bool(np.abs(values - wanted).max() < 1e-6)

    given = out(w1, b1, w2, b2)
    for name, table in TABLES.items():
        if np.abs(given - np.array(table)).max() < 1e-6:
            return Diagnosis(
                "another_table",
                say(
                    "For (0, 0), (0, 1), (1, 0), (1, 1) it says {outputs}: that is {name}. XOR is 0, 1, 1, 0.",
                    outputs=", ".join(map(str, table)),
                    name=name,
                ),
            )
    whatifs: list[tuple[str, str, Array]] = [
        ("bias_sign", "With b1 of the opposite sign it is XOR: relu(x W1 + b1) adds b1.", out(w1, -b1, w2, b2)),
        ("transposed", "With W1 transposed it is XOR: W is (in, out), a unit's weights are a column.", out(w1.T, b1, w2, b2)),
        ("sign", "With the opposite sign it is XOR: look at w2.", -given),
        ("weights_exchanged", "With w2 the other way round it is XOR: which unit has which weight?", out(w1, b1, w2[::-1], b2)),
        ("bias_sign", "With b2 of the opposite sign it is XOR.", out(w1, b1, w2, -b2)),
        ("last_bias", "Without b2 it is XOR.", out(w1, b1, w2, 0.0)),
        ("no_activation", "Without the ReLU it is XOR: no straight map is, so look again.", (x @ w1 + b1) @ w2 + b2),
        ("another_activation", "With units that are 1 above 0 and 0 below it is XOR: but these units are ReLUs, "
         "which give x itself.",
         (x @ w1 + b1 > 0) @ w2 + b2),
    ]  # fmt: skip
    found = next((Diagnosis(i, text) for i, text, values in whatifs if right(values)), None)
    if found:
        return found
    span = given[1] - given[0]
    if abs(span) > 1e-9 and right((given - given[0]) / span):
        return Diagnosis(
            "scaled",
            say(
                "It is {factor:.3g} times XOR plus {shift:.3g}: scale w2 and move b2, so that 0 and 1 come out.",
                factor=span,
                shift=given[0],
            ),
        )
    if right((given > 0.5).astype(float)):
        return Diagnosis(
            "thresholded", "Cut at 0.5 it is XOR: but 0 and 1 themselves are to come out, to within 1e-6."
        )
    wrong = [
        f"{p.astype(int).tolist()} ({v:.3g})"
        for p, v, w in zip(x, given, wanted, strict=True)
        if abs(v - w) > 1e-6
    ]
    return Diagnosis(
        "wrong_rows",
        say(
            "Wrong are {rows}; the other rows are right. Which of the two units is on there, and what do "
            "they add?",
            rows=", ".join(wrong),
        ),
    )


def polylines(xs: Array, ys: Array) -> dict[str, tuple[str, Callable[[Array], Array]]]:
    """By id, a sentence and the function that a mistake draws."""
    slopes, gaps = np.diff(ys) / np.diff(xs), np.diff(xs)

    def relu(z: Array) -> Array:
        return np.maximum(z, 0)

    def line(x: Array) -> Array:
        segment = np.clip(np.searchsorted(xs, x) - 1, 0, len(slopes) - 1)
        return np.asarray(ys[segment] + slopes[segment] * (x - xs[segment]))

    def bent(
        s: Array, knots: Array = xs, start: float = float(ys[0]), sign: float = 1.0
    ) -> Callable[[Array], Array]:
        """From `start` at the first knot with the slopes `s`, bending at `knots`."""
        bends = np.diff(s, prepend=0.0)

        def draw(x: Array) -> Array:
            out = start + bends[0] * (x - xs[0])
            for bend, knot in zip(bends[1:], knots[1:], strict=False):
                out = out + sign * bend * relu(x - knot)
            return np.asarray(out)

        return draw

    def only_right(x: Array) -> Array:
        return np.asarray(
            ys[0] + sum(b * relu(x - k) for b, k in zip(np.diff(slopes, prepend=0.0), xs, strict=False))
        )

    def slopes_for_bends(x: Array) -> Array:
        return np.asarray(ys[0] + sum(s * relu(x - k) for s, k in zip(slopes, xs, strict=False)))

    def both_flat(x: Array) -> Array:
        return np.interp(x, xs, ys)

    flat_beyond = "beyond both ends it is flat: it goes straight on beyond the ends"
    return {
        "flat_on_both_sides": (flat_beyond, both_flat),
        "flat_on_the_left": ("left of the first knot it is flat: no unit is on there. It goes straight on beyond the "
        "ends", only_right),
        "flat_on_the_right": ("right of the last knot it is flat: the bend at the last knot ends the last segment",
                              lambda x: np.where(x > xs[-1], ys[-1], line(x))),
        "flat_on_the_right_and_left": (flat_beyond,
                                       lambda x: np.where(x > xs[-1], ys[-1], only_right(x))),
        "zero_on_the_left": ("left of the first knot it is 0: it goes straight on beyond the ends",
                             lambda x: np.where(x < xs[0], 0, line(x))),
        "slopes_for_bends": ("each unit's weight is the slope of its segment; a unit adds its slope to those before "
        "it, so it takes the change of the slope", slopes_for_bends),
        "slopes_for_bends_with_line": ("each unit's weight is the slope of its segment; a unit adds its slope to "
        "those before it, so it takes the change of the slope",
                                       lambda x: ys[0] + slopes[0] * (x - xs[0]) + sum(
                                           s * relu(x - k) for s, k in zip(slopes[1:], xs[1:], strict=False))),
        "distance_forgotten": ("the slopes are differences of y alone: divide by the distance of the knots", bent(np.diff(ys))),
        "distance_forgotten_flat": ("the slopes are differences of y alone: divide by the distance of the knots",
                                    lambda x: ys[0] + sum(b * relu(x - k) for b, k in zip(
                                        np.diff(np.diff(ys), prepend=0.0), xs, strict=False))),
        "even_spacing": ("the slopes divide by the mean distance of the knots: each segment has its own",
                         bent(np.diff(ys) / gaps.mean())),
        "even_spacing_of_first": ("the slopes divide by the distance of the first two knots: each segment has its own",
                                  bent(np.diff(ys) / gaps[0])),
        "slope_upside_down": ("the slopes are dx / dy: they are dy / dx", bent(np.divide(1, slopes, where=slopes != 0,
                                                                                          out=np.zeros_like(slopes)))),
        "bends_negative": ("the bends have the opposite sign: a unit takes the slope after its knot less the "
        "one before", bent(slopes, sign=-1.0)),
        "start_forgotten": ("it starts at 0 in place of the first y: b2 is what it is at the "
        "first knot", bent(slopes, start=0.0)),
        "start_at_last": ("it starts at the last y: b2 is what it is at the first knot", bent(slopes, start=float(ys[-1]))),
        "start_at_mean": ("it starts at the mean of y: b2 is what it is at the "
        "first knot", bent(slopes, start=float(ys.mean()))),
        "bends_one_knot_late": ("the bends stand one knot too far to the right", bent(slopes, knots=np.append(xs[1:], xs[-1]))),
        "bends_one_knot_early": ("the bends stand one knot too far to "
        "the left", bent(slopes, knots=np.append(xs[:1], xs[:-1]))),
        "bends_mirrored": ("the bends stand at minus their knots: a unit relu(x - knot) has the "
        "bias -knot", bent(slopes, knots=-xs)),
        "last_bend_left_out": ("the bend at the last inner knot is missing",
                               bent(np.append(slopes[:-1], slopes[-2]) if len(slopes) > 1 else slopes)),
        "line_from_zero": ("left of x = 0 the line through the first knots is flat: relu(x) alone is no line, s x is "
        "s relu(x) - s relu(-x)", lambda x: bent(slopes)(x) - slopes[0] * x + slopes[0] * relu(x)),
        "line_through_zero": ("the first segment's line is taken from x = 0 and not from the "
        "first knot", lambda x: bent(slopes)(x) + slopes[0] * xs[0]),
        "ends_alone": ("it is the straight line through the two end knots: the inner knots are left out",
                       lambda x: ys[0] + (ys[-1] - ys[0]) / (xs[-1] - xs[0]) * (x - xs[0])),
        "absolute_bends": ("the bends are taken without their sign", lambda x: ys[0] + slopes[0] * (x - xs[0]) + sum(
            abs(b) * relu(x - k) for b, k in zip(np.diff(slopes), xs[1:], strict=False))),
    }  # fmt: skip


def of_polyline(
    draw: Callable[[Array], Array], xs: Array, ys: Array, places: Array, allowed: float
) -> Diagnosis | None:
    """Which mistake draws this, or from which knot on it is wrong."""
    given = draw(places)
    slopes = np.diff(ys) / np.diff(xs)
    segment = np.clip(np.searchsorted(xs, places) - 1, 0, len(slopes) - 1)
    wanted = ys[segment] + slopes[segment] * (places - xs[segment])
    near = 20 * allowed
    for identity, (text, function) in polylines(xs, ys).items():
        with np.errstate(all="ignore"):
            other = function(places)
        if np.isfinite(other).all() and np.abs(given - other).max() < near * max(
            1.0, np.abs(other).max() / np.abs(wanted).max()
        ):
            if np.abs(other - wanted).max() < 10 * near:
                continue
            root = (
                identity.removesuffix("_with_line")
                .removesuffix("_flat")
                .removesuffix("_of_first")
                .removesuffix("_and_left")
            )
            return Diagnosis(root, say("What it draws shows why: {text}.", text=text))
    off = given - wanted
    if np.ptp(off) < near and abs(off[0]) > 10 * near:
        return Diagnosis(
            "shifted",
            say(
                "It has the right shape and lies {height:.3g} too high everywhere: look at b2.", height=off[0]
            ),
        )
    wrong = np.abs(off) > near
    first = np.searchsorted(xs, places[wrong].min())
    last = np.searchsorted(xs, places[wrong].max())
    n = len(xs)
    if 0 < first < n and not wrong[places < xs[first - 1]].any():
        return Diagnosis(
            "wrong_from_a_knot",
            say(
                "It is right up to knot {knot} of {n}, and wrong after it: the unit that bends there has the "
                "wrong weight, or is missing.",
                knot=first,
                n=n,
            ),
        )
    if last < n and not wrong[places > xs[last]].any():
        return Diagnosis(
            "wrong_up_to_a_knot",
            say(
                "It is wrong left of knot {knot} of {n} alone, and right after it: which units are on there?",
                knot=last + 1,
                n=n,
            ),
        )
    return None
