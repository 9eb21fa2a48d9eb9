"""What the answers of this kata look like."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from checker.suite.beside import beside
from checker.suite.plots import COLOURS, GREY

questions = beside(__file__, "questions")

pytestmark = pytest.mark.picture
DEPTH, WIDTH = 20, 64
SIZES, LEAST_PIECES, TRIES = [1, 6, 6, 1], 7, 12
DEEPEST = 4


def test_gradients_by_layer(show: Any, submission: Any, expect: Any, rng: Any) -> None:
    """gradient sizes through a deep network"""
    layers = [(rng.normal(size=(WIDTH, WIDTH)) * np.sqrt(2 / WIDTH), np.zeros(WIDTH)) for _ in range(DEPTH)]
    x = rng.normal(size=(32, WIDTH))
    norms = {
        name: expect.array(submission.gradient_norms(layers, x, name), "gradient_norms", shape=(DEPTH,))
        for name in ("relu", "sigmoid")
    }
    share = {name: found[0] / max(found[-1], 1e-300) for name, found in norms.items()}
    show.lines(
        "gradients by layer",
        {name: (np.arange(1, len(found) + 1), found) for name, found in norms.items()},
        log=True,
        x="layer",
        y="size of the gradient",
        caption=f"What your gradient_norms says of {DEPTH} layers with weights as by he_init. Backwards through sigmoids the "
        "gradient shrinks at each layer; the first layers learn nothing.",
        caption_ko=f"he_init 가중치를 가진 {DEPTH}층 신경망에 대해 gradient_norms가 구한 값입니다. 시그모이드를 거꾸로 "
        "지날 때마다 그레이디언트가 줄어들어, 앞쪽 층은 아무것도 배우지 못합니다.",
        alt=f"The gradient of the first layer, over that of the last: {share['relu']:.2g} with ReLU, {share['sigmoid']:.2g} "
        "with sigmoids.",
        alt_ko=f"마지막 층에 견준 첫 층 그레이디언트의 크기: ReLU는 {share['relu']:.2g}배, 시그모이드는 {share['sigmoid']:.2g}배"
        "입니다.",
    )


def test_relu_and_its_slope(show: Any, submission: Any, expect: Any) -> None:
    """relu and its gradient"""
    z = np.linspace(-2, 2, 201)
    show.lines(
        "relu and its gradient",
        {
            "relu(z)": (z, expect.array(submission.relu(z), "relu(z)", shape=z.shape)),
            "relu_gradient(z)": (
                z,
                expect.array(submission.relu_gradient(z), "relu_gradient(z)", shape=z.shape),
            ),
        },
        x="z",
        caption="Your relu and its gradient. Each half is a straight line; all that is not linear happens in one point.",
        caption_ko="여러분의 relu와 그 기울기입니다. 양쪽은 모두 직선이고, 비선형인 일은 한 점에서만 일어납니다.",
    )


def test_hinges_through_the_knots(show: Any, submission: Any, expect: Any, rng: Any) -> None:
    """the line through the knots, and the hinges of which it is the sum"""
    xs = np.array([0.0, 1.2, 2.0, 3.5, 4.3, 5.5])
    ys = rng.permutation([-1.0, 1.0, -0.6, 0.8, -0.2, 0.5])
    given = submission.piecewise_linear(xs, ys)
    if not isinstance(given, (tuple, list)) or len(given) != 4:
        return
    w1, b1, w2 = (expect.array(part, "piecewise_linear").reshape(-1) for part in given[:3])
    b2 = expect.number(given[3], "b2 of piecewise_linear")
    if not len(w1) == len(b1) == len(w2) <= 50 * len(xs):
        return
    x = np.linspace(xs[0] - 0.7, xs[-1] + 0.7, 601)
    hinges = np.maximum(x[:, None] * w1 + b1, 0) * w2
    low, high = ys.min() - 1.0, ys.max() + 1.0

    def draw(axes: Any) -> None:
        axes.plot(x, hinges, color=GREY, linewidth=0.9, alpha=0.8)
        axes.plot(x, hinges.sum(axis=1) + b2, color=COLOURS[0], linewidth=2)
        axes.plot(xs, ys, "o", color=COLOURS[1], markersize=6)
        axes.set_ylim(low, high)

    show.panels(
        "hinges through the knots",
        [draw],
        x="x",
        y="f(x)",
        caption=f"Your piecewise_linear through {len(xs)} knots. In grey the {len(w1)} units alone, each a hinge: straight, "
        "then 0, or 0, then straight. Their sum bends where one of them does.",
        caption_ko=f"꺾이는 점 {len(xs)}개를 지나는 piecewise_linear입니다. 회색은 유닛 {len(w1)}개를 하나씩 그린 것으로, 저마다 "
        "경첩처럼 한 곳에서 꺾입니다. 그 합은 유닛이 꺾이는 곳에서만 꺾입니다.",
        alt=f"At the knots it is off by {np.abs(at(w1, b1, w2, xs) + b2 - ys).max():.1g} at most.",
        alt_ko=f"꺾이는 점에서의 차이는 커야 {np.abs(at(w1, b1, w2, xs) + b2 - ys).max():.1g}입니다.",
    )


def at(w1: np.ndarray, b1: np.ndarray, w2: np.ndarray, x: np.ndarray) -> np.ndarray:
    """The sum of the units at x (n,)."""
    return np.maximum(x[:, None] * w1 + b1, 0) @ w2


def test_pieces_along_a_segment(show: Any, submission: Any, expect: Any, exact: Any, rng: Any) -> None:
    """the pieces of a random network"""
    # Of several the one whose pieces can be seen best.
    several = [questions.random_question(exact, rng, "", SIZES, LEAST_PIECES) for _ in range(TRIES)]
    asked, pieces = max(((one, merged(exact, one)) for one in several), key=lambda pair: narrowest(pair[1]))
    counted = expect.number(submission.count_pieces(*asked[:3]), "count_pieces(layers, start, end)")

    def draw(axes: Any) -> None:
        for number, piece in enumerate(pieces):
            t = [float(piece.low), float(piece.high)]
            up = [float(piece.constant[0]) + float(piece.slope[0]) * place for place in t]
            axes.plot(t, up, color=COLOURS[number % len(COLOURS)], linewidth=2, solid_capstyle="round")
            axes.axvline(t[1], color=GREY, linewidth=0.6, linestyle=":")

    show.panels(
        "pieces along a segment",
        [draw],
        x="from start to end",
        y="f",
        caption=f"A random network with two hidden layers of {SIZES[1]} ReLU units along a segment: {asked.pieces} straight "
        f"pieces, each in a colour of its own. Your count_pieces says {counted:g}.",
        caption_ko=f"ReLU 유닛 {SIZES[1]}개짜리 은닉층 두 개를 가진 무작위 신경망을 선분을 따라 그렸습니다. 곧은 조각은 "
        f"{asked.pieces}개이고 조각마다 색이 다릅니다. 여러분의 count_pieces는 {counted:g}개라고 답했습니다.",
    )


def merged(exact: Any, asked: Any) -> list[Any]:
    """The pieces of a question, neighbours of equal slope as one."""
    pieces: list[Any] = []
    for piece in exact.along(*asked[:3]).final:
        if pieces and piece.slope == pieces[-1].slope:
            pieces[-1] = pieces[-1]._replace(high=piece.high)
        else:
            pieces.append(piece)
    return pieces


def narrowest(pieces: list[Any]) -> float:
    """The width of the narrowest piece."""
    return min(float(piece.high - piece.low) for piece in pieces)


def test_tooth_in_a_tooth(
    show: Any, submission: Any, as_layers: Any, exact: Any, preactivations: Any
) -> None:
    """the tooth put into itself"""
    x = np.linspace(0, 1, 1025)[:, None]
    draws: list[Callable[[Any], None]] = []
    counts = []
    for depth in range(1, DEEPEST + 1):
        layers = as_layers(submission.sawtooth(depth), f"sawtooth({depth})", depth + 1)
        if layers[0][0].shape[0] != 1 or layers[-1][0].shape[1] != 1:
            return
        up = preactivations(layers, x, lambda z: np.maximum(z, 0))[-1][:, 0]
        found = exact.along(layers, np.zeros(1), np.ones(1), most=16 * 2**depth)
        counts.append(exact.count_slopes(found.final, least_width=1e-9, equal=1e-9))
        draws.append(lambda axes, up=up: axes.plot(x[:, 0], up, color=COLOURS[0], linewidth=1.4))
    told = ", ".join(map(str, counts))
    show.panels(
        "tooth in a tooth",
        draws,
        titles=[f"sawtooth({depth})" for depth in range(1, DEEPEST + 1)],
        x="x",
        caption=f"Your sawtooth of one to {DEEPEST} hidden layers. Each layer folds what the one before has drawn, and the "
        f"number of pieces doubles: {told}.",
        caption_ko=f"은닉층이 1개에서 {DEEPEST}개까지인 여러분의 sawtooth입니다. 층마다 앞 층이 그린 것을 한 번 더 접어서, "
        f"조각의 수가 두 배가 됩니다: {told}.",
    )
