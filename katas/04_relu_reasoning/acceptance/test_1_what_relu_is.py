"""ReLU itself, and the one step it takes away from being linear."""

from __future__ import annotations

from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from checker.suite import Diagnosis, also, refuse, say
from checker.suite.beside import beside

causes = beside(__file__, "causes")

SHAPES = [(7,), (3, 4)]
OTHER_SHAPES = [(), (2, 3, 4, 5), (0, 3)]


def test_relu(submission: Any, expect: Any, rng: Any, rounding: Any) -> None:
    """relu keeps what is positive and makes the rest 0"""
    check_relu(submission, expect, rng, rounding, SHAPES)


@pytest.mark.star("robust")
def test_relu_of_any_shape(submission: Any, expect: Any, rng: Any, rounding: Any) -> None:
    """relu takes a single number, four axes, and an array without rows"""
    check_relu(submission, expect, rng, rounding, OTHER_SHAPES)


def check_relu(submission: Any, expect: Any, rng: Any, rounding: Any, shapes: list[tuple[int, ...]]) -> None:
    hint = "max(x, 0), entry by entry."
    with expect.cases(causes.RELU) as case:
        for shape in shapes:
            x = np.asarray(rng.normal(size=shape) * 10.0 ** rng.integers(-3, 4, size=shape))
            y = expect.array(submission.relu(x), "relu(x)", shape=shape)
            case(y, np.maximum(x, 0), "relu(x)", rtol=rounding(y), atol=1e-9, hint=hint, **causes.of_relu(x))


def test_relu_scales(submission: Any, expect: Any, rng: Any, rounding: Any) -> None:
    """relu has no ceiling: relu(c x) is c relu(x) for any positive c"""
    for power in (3, 6, 9, 12):
        x, c = rng.normal(size=40), rng.uniform(1, 9) * 10.0**power
        y = expect.array(submission.relu(c * x), "relu(x)", shape=(40,))
        hint = "Is something cut off above, or leaking below 0?"
        cut = Diagnosis(
            "cut_off",
            say(
                "It is never above {ceiling:.4g}: it is cut off above. ReLU has no ceiling.", ceiling=y.max()
            ),
        )
        is_cut = int((y >= y.max() * (1 - 1e-6)).sum()) > 1 and y.max() < 0.9 * c * x.max()
        expect.that(not is_cut, "relu(c x) is not c relu(x).", hint, why=partial(list, [cut]))
        expect.close(y / c, np.maximum(x, 0), "relu(c x) / c", rtol=rounding(y), hint=hint)


def test_relu_gradient(submission: Any, expect: Any, rng: Any) -> None:
    """relu_gradient is 1 where x is positive and 0 where it is negative"""
    check_gradient(submission, expect, rng, SHAPES)


@pytest.mark.star("robust")
def test_relu_gradient_of_any_shape(submission: Any, expect: Any, rng: Any) -> None:
    """relu_gradient takes a single number, four axes, and an array without rows"""
    check_gradient(submission, expect, rng, OTHER_SHAPES)


def check_gradient(submission: Any, expect: Any, rng: Any, shapes: list[tuple[int, ...]]) -> None:
    hint = "It is a step: 0 or 1, nothing between."
    with expect.cases(causes.SLOPE) as case:
        for shape in shapes:
            x = np.asarray(rng.normal(size=shape) * 10.0 ** rng.integers(-6, 4, size=shape))
            g = expect.array(submission.relu_gradient(x), "relu_gradient(x)", shape=shape)
            case(g, (x > 0).astype(float), "relu_gradient(x)", hint=hint, **causes.of_slope(x))


def test_relu_gradient_at_zero(submission: Any, expect: Any) -> None:
    """relu_gradient at 0 is 0"""
    x = np.array([[0.0, -0.0, 1.0], [-1.0, 0.0, 1e-9]])
    divided = Diagnosis(
        "divided_by_zero", "At x = 0 it is 0 / 0: is it relu(x) / x, or x / |x|? Compare x with 0 instead."
    )
    with also(lambda: divided):
        g = expect.array(submission.relu_gradient(x), "relu_gradient(x)", shape=(2, 3))
    value = float(g[x == 0][0])
    why = Diagnosis("slope_at_zero", "Is the comparison > or >=? At x = 0 itself it is to be 0.")
    if value not in (0.0, 1.0):
        why = Diagnosis(
            "slope_at_zero",
            say("At x = 0 itself it is {value:g}, between the two slopes: here it is to be 0.", value=value),
        )
    expect.that(
        bool((g[x == 0] == 0).all()),
        say(
            "relu_gradient(0) is {value:g}; at the kink this kata takes 0, as every framework does.",
            value=value,
        ),
        why=lambda: [why],
    )
    expect.close(g, [[0, 0, 1], [0, 0, 1]], "relu_gradient(x)")


# Equal widths first: there a wrong order gives a wrong number and not a crash.
WIDTHS = [(4, 4, 4), (4, 3), (3, 5, 2), (2, 6, 1, 6, 3, 4)]


def test_collapse(submission: Any, expect: Any, rng: Any, rounding: Any) -> None:
    """collapse gives the one affine map that layers without activations are"""
    order = "Write out (x A + a) B + b. In which order do A and B stand?"
    passes = "An early bias passes through all later layers. Does yours?"
    with expect.cases(causes.COLLAPSED_W) as case_w, expect.cases(causes.COLLAPSED_B) as case_b:
        for sizes in WIDTHS:
            weights = [rng.normal(size=shape) for shape in pairwise(sizes)]
            biases = [rng.normal(size=out) for out in sizes[1:]]
            wanted_w, wanted_b = np.eye(sizes[0]), np.zeros(sizes[0])
            for weight, bias in zip(weights, biases, strict=True):
                wanted_w, wanted_b = wanted_w @ weight, wanted_b @ weight + bias
            result = submission.collapse(weights, biases)
            if not isinstance(result, (list, tuple)) or len(result) != 2:
                expect.invalid("collapse(weights, biases) should return two arrays, W and b.")
            if np.ndim(result[0]) == 1 and np.ndim(result[1]) == 2:
                exchanged = Diagnosis("exchanged", "b comes first: return (W, b).")
                refuse(expect, "collapse(weights, biases) should return two arrays, W and b.", exchanged)
            w = expect.array(result[0], "W of collapse", shape=(sizes[0], sizes[-1]))
            b = expect.array(result[1], "b of collapse")
            if b.size != sizes[-1]:
                expect.invalid(
                    say(
                        "b of collapse has the shape {shape}; ({outputs},) is expected.",
                        shape=b.shape,
                        outputs=sizes[-1],
                    )
                )
            ws, bs = causes.of_collapse(weights, biases)
            case_w(w, wanted_w, "W of collapse", rtol=rounding(w), hint=order, **ws)
            case_b(b.reshape(-1), wanted_b, "b of collapse", rtol=rounding(b), hint=passes, **bs)


def test_xor_network(submission: Any, expect: Any, diagnose: Any) -> None:
    """xor_network: two ReLU units compute XOR, which no straight line can"""
    result = submission.xor_network()
    if not isinstance(result, (list, tuple)) or len(result) != 4:
        expect.invalid("xor_network() should return W1, b1, w2 and b2.")
    w1 = expect.array(result[0], "W1 of xor_network", shape=(2, 2))
    b1, w2 = (
        expect.array(result[i], say("{name} of xor_network", name=name)) for i, name in ((1, "b1"), (2, "w2"))
    )
    b2 = expect.number(result[3], "b2 of xor_network")
    if b1.size != 2 or w2.size != 2:
        expect.invalid(
            say(
                "b1 and w2 should have the shape (2,); they have {b1_shape} and {w2_shape}.",
                b1_shape=b1.shape,
                w2_shape=w2.shape,
            )
        )
    x = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    out = np.maximum(x @ w1 + b1.reshape(-1), 0) @ w2.reshape(-1) + b2
    wanted = np.array([0.0, 1.0, 1.0, 0.0])
    worst = int(np.argmax(np.abs(out - wanted)))
    expect.at_most(
        float(np.abs(out - wanted)[worst]),
        "largest error of xor network",
        1e-6,
        hint=say(
            "For {row} the network says {out:.3g}, XOR is {wanted:.0f}.",
            row=x[worst].astype(int).tolist(),
            out=out[worst],
            wanted=wanted[worst],
        ),
        why=lambda: diagnose(
            certain=[lambda: causes.of_xor(w1.astype(float), b1.reshape(-1), w2.reshape(-1), b2)]
        ),
    )


def test_piecewise_linear(submission: Any, expect: Any, diagnose: Any, rng: Any) -> None:
    """piecewise_linear goes through every knot and is straight between them, and goes on beyond both ends"""
    for count in (2, 3, 12, 20):
        spacing = 10.0 ** rng.uniform(-0.7, 0.5, size=count)
        xs = np.cumsum(spacing) - rng.uniform(0.3, 0.7) * spacing.sum()
        check_knots(submission, expect, diagnose, rng, xs, rng.normal(size=count) * 5 + 3, SINGLE_PRECISION)


def test_piecewise_linear_of_a_line(submission: Any, expect: Any, diagnose: Any, rng: Any) -> None:
    """piecewise_linear through knots that lie on one line is that line"""
    xs = np.cumsum(rng.uniform(0.5, 2, size=6)) + 5
    check_knots(submission, expect, diagnose, rng, xs, 2.0 - 3.0 * xs, SINGLE_PRECISION)
    check_knots(submission, expect, diagnose, rng, xs - 20, np.full(6, 4.0), SINGLE_PRECISION)


@pytest.mark.star("robust")
def test_piecewise_linear_of_many_knots(submission: Any, expect: Any, diagnose: Any, rng: Any) -> None:
    """piecewise_linear is exact where knots stand a thousand times closer in one place than in another"""
    for count in (12, 60):
        spacing = 10.0 ** rng.uniform(-2, 1, size=count)
        xs = np.cumsum(spacing) - rng.uniform(0.3, 0.7) * spacing.sum()
        check_knots(submission, expect, diagnose, rng, xs, rng.normal(size=count) * 5 + 3, DOUBLE_PRECISION)


# Rounding grows with the slopes that cancel, a mistake is of the size of one of them: the share of those that is
# allowed. A result in single precision may come as a list, which does not show it.
SINGLE_PRECISION, DOUBLE_PRECISION = 5e-6, 1e-8


def check_knots(
    submission: Any, expect: Any, diagnose: Any, rng: Any, xs: np.ndarray, ys: np.ndarray, exactness: float
) -> None:
    """Evaluate the learner's network at the knots, between them, and beyond both ends."""
    result = submission.piecewise_linear(xs, ys)
    if not isinstance(result, (list, tuple)) or len(result) != 4:
        expect.invalid("piecewise_linear(xs, ys) should return w1, b1, w2 and b2.")
    w1, b1, w2 = (
        expect.array(part, say("{name} of piecewise_linear", name=name)).reshape(-1)
        for part, name in zip(result, ("w1", "b1", "w2"), strict=False)
    )
    b2 = expect.number(result[3], "b2 of piecewise_linear")
    if not w1.size == b1.size == w2.size:
        expect.invalid(
            say(
                "w1, b1 and w2 of piecewise_linear should all have the shape (h,); they have {w1_size}, {b1_size} and "
                "{w2_size} entries.",
                w1_size=w1.size,
                b1_size=b1.size,
                w2_size=w2.size,
            )
        )
    expect.that(
        w1.size <= 50 * len(xs),
        say(
            "piecewise_linear has {units} units for {knots} knots: about one for each is enough.",
            units=w1.size,
            knots=len(xs),
        ),
    )

    slopes = np.diff(ys) / np.diff(xs)
    reach = xs[-1] - xs[0]
    if np.float32 in (w1.dtype, b1.dtype, w2.dtype):
        exactness = max(exactness, SINGLE_PRECISION)
    allowed = exactness * (
        np.abs(ys).max() + (np.abs(slopes) * np.diff(xs)).sum() + np.abs(slopes).max() * reach
    )
    places = {
        "at the knots": xs,
        "between the knots": rng.uniform(xs[0], xs[-1], size=400),
        "left of the first knot": xs[0] - reach * rng.uniform(0, 1, size=50),
        "right of the last knot": xs[-1] + reach * rng.uniform(0, 1, size=50),
    }

    def draw(x: np.ndarray) -> np.ndarray:
        return np.asarray(np.maximum(x[:, None] * w1.astype(float) + b1, 0) @ w2.astype(float) + b2)

    def why() -> Any:
        everywhere = np.concatenate(list(places.values()))
        return diagnose(certain=[lambda: causes.of_polyline(draw, xs, ys, everywhere, float(allowed))])

    for place, x in places.items():
        out = draw(x)
        segment = np.clip(np.searchsorted(xs, x) - 1, 0, len(slopes) - 1)
        wanted = ys[segment] + slopes[segment] * (x - xs[segment])
        worst = float(np.nan_to_num(np.abs(out - wanted), nan=np.inf).max())
        expect.at_most(
            worst / float(np.abs(ys).max()),
            say("largest error of piecewise linear {place}", place=place),
            float(allowed / np.abs(ys).max()),
            unit="of the largest y",
            hint=say(
                "With {knots} knots. The end segments go on beyond the ends. Which unit bends where?",
                knots=len(xs),
            ),
            why=why,
        )
