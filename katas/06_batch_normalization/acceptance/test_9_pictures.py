"""The same network, without and with the norm."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest

from checker.suite.beside import beside
from checker.suite.plots import COLOURS, legend

depths = beside(__file__, "depths")

pytestmark = [pytest.mark.picture, pytest.mark.training]
NAMES = ("plain", "with the norm")
ROWS = 300


def test_loss_with_and_without(show: Any, trained: Any) -> None:
    """both losses, epoch by epoch"""
    curves = {}
    for name, part in zip(NAMES, trained, strict=True):
        history = part.history if isinstance(part.history, Mapping) else {}
        values = np.asarray(
            next((v for k, v in history.items() if "loss" in str(k).lower()), ()), float
        ).reshape(-1)
        if values.size and np.isfinite(values).any():
            curves[name] = (np.arange(1, len(values) + 1), values)
    if len(curves) < 2:
        return
    first, last = ([curves[name][1][place] for name in NAMES] for place in (0, -1))
    show.lines(
        "loss with and without the norm",
        curves,
        x="epoch",
        y="training loss",
        caption="The loss of your two networks, which differ in nothing but the norm.",
        caption_ko="정규화만 다르고 나머지는 똑같은 두 신경망의 손실입니다.",
        alt=f"Plain from {first[0]:.3g} to {last[0]:.3g}, with the norm from {first[1]:.3g} to {last[1]:.3g}.",
        alt_ko=f"정규화가 없으면 {first[0]:.3g}에서 {last[0]:.3g}까지, 있으면 {first[1]:.3g}에서 {last[1]:.3g}까지입니다.",
    )


def test_spread_by_depth(show: Any, networks: Any, trained: Any, answers: Any, digits: Any) -> None:
    """how far activations vary, layer by layer"""
    x = digits.hidden[:ROWS].astype(np.float64) / 255
    after = [depths.layers_of(part.weights) for part in trained]
    fresh = [depths.layers_of(network.fresh) for network in networks]
    if None in after or None in fresh:
        return
    plain = depths.kind_of(fresh[0], x, networks[0].model.apply(x.astype(np.float32)))
    # A norm that is as it was built does nothing at inference: only the trained one tells where it stands.
    normed = depths.kind_of(after[1], x, answers[1][:ROWS])
    if plain is None or normed is None:
        return
    found = [
        [depths.spreads(layers, x, kind) for layers, kind in zip(part, (plain, normed), strict=True)]
        for part in (fresh, after)
    ]

    def drawn(part: list[np.ndarray]) -> Callable[[Any], None]:
        def draw(axes: Any) -> None:
            for number, (name, values) in enumerate(zip(NAMES, part, strict=True)):
                seen = np.isfinite(values) & (values > 0)
                layers = np.arange(1, len(values) + 1)
                axes.plot(layers[seen], values[seen], "o-", markersize=3, color=COLOURS[number], label=name)
            axes.set_yscale("log")
            axes.set_ylim(low / 2, high * 2)

        return draw

    every = np.concatenate([values for part in found for values in part])
    every = every[np.isfinite(every) & (every > 0)]
    if not every.size:
        return
    low, high = float(every.min()), float(every.max())

    def with_names(axes: Any) -> None:
        drawn(found[0])(axes)
        legend(axes, loc="lower left")

    ends = [values[-1] for values in found[0]]
    show.panels(
        "spread by depth",
        [with_names, drawn(found[1])],
        titles=("as built", "trained"),
        x="layer",
        y="spread of activations",
        caption="How much the units of each hidden layer vary from digit to digit (standard deviation, mean over the units). "
        "As they are built, without the norm hardly anything of the digit is left in the last layers: learning hardly gets "
        "going.",
        caption_ko="은닉층마다 유닛의 값이 숫자에 따라 얼마나 달라지는지(표준편차의 평균) 나타냈습니다. 만든 직후에 "
        "정규화가 없으면 뒤쪽 층에는 숫자에 관한 것이 거의 남지 않아, 학습이 좀처럼 시작되지 않습니다.",
        alt=f"In the last hidden layer, as built: {ends[0]:.2g} in the plain network, {ends[1]:.2g} with the norm.",
        alt_ko=f"만든 직후 마지막 은닉층에서: 정규화가 없으면 {ends[0]:.2g}, 있으면 {ends[1]:.2g}입니다.",
    )
