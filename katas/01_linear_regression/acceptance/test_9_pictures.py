"""The way down: the same descent on columns as they come and on standardised ones."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from checker.suite.plots import COLOURS, GREY

pytestmark = pytest.mark.picture

ROWS, STEPS, RATIO = 200, 15, 4.0
# A step as a share of the curvature of the steepest direction: 2 would be the largest that does not grow.
STRIDE = 1.7
FAR = 1e6


def test_path_of_descent(show: Any, submission: Any, read_pair: Any, rng: Any) -> None:
    """the path of descent on the loss's contours"""
    raw = rng.normal(size=(ROWS, 2)) * [1.0, RATIO]
    raw -= raw.mean(axis=0)
    y = raw @ [1.5, 1.2 / RATIO] + 0.1 * rng.normal(size=ROWS)
    y -= y.mean()
    valleys = [Valley(x, y) for x in (raw, raw / raw.std(axis=0))]
    paths = []
    for valley in valleys:
        w = np.zeros(2)
        path = [w]
        for _ in range(STEPS):
            slope, _ = read_pair(submission.gradients(valley.x, y, w, 0.0), "gradients", ("dw", "db"), 2)
            w = w - valley.rate * slope
            if not np.abs(w).max() < FAR:
                break
            path.append(w)
        paths.append(np.array(path))
    left = [
        valley.above(path[-1]) / valley.above(path[0]) for valley, path in zip(valleys, paths, strict=True)
    ]
    show.panels(
        "path of descent",
        [valley.drawn(path) for valley, path in zip(valleys, paths, strict=True)],
        titles=("raw columns", "standardised columns"),
        x="weight of column 1",
        y="weight of column 2",
        caption=f"{STEPS} steps with your gradients, on the loss seen from above (the cross is its lowest point). One of the "
        f"two columns varies {RATIO:.0f} times as much as the other: on raw columns the valley is long and narrow, a step "
        "that does not leave it sideways hardly gets on lengthwise. On standardised columns it is round.",
        caption_ko=f"여러분의 gradients로 {STEPS}걸음 내려간 길을 손실의 등고선 위에 그렸습니다(십자가 가장 낮은 곳입니다). 두 "
        f"열 가운데 하나는 다른 하나보다 {RATIO:.0f}배 넓게 퍼져 있습니다. 원래 열에서는 골짜기가 길고 좁아서, 옆으로 벗어나지 "
        "않을 만큼 작은 걸음으로는 좀처럼 앞으로 나아가지 못합니다. 표준화한 열에서는 골짜기가 둥급니다.",
        alt=f"Of the loss above its lowest point {left[0]:.1%} is left after the last step on raw columns, {left[1]:.1%} on "
        "standardised ones.",
        alt_ko=f"마지막 걸음 뒤에 가장 낮은 곳보다 높이 남은 손실은 원래 열에서 {left[0]:.1%}, 표준화한 열에서 {left[1]:.1%}"
        "입니다.",
    )


class Valley:
    """The loss of w for two centred columns, of which the judge knows everything."""

    def __init__(self, x: np.ndarray, y: np.ndarray) -> None:
        self.x = x
        self._hessian = 2 * x.T @ x / len(x)
        self.bottom = np.linalg.solve(self._hessian, 2 * x.T @ y / len(x))
        self.rate = STRIDE / float(np.linalg.eigvalsh(self._hessian)[-1])

    def above(self, w: np.ndarray) -> Any:
        """By how much the loss at w (..., 2) exceeds the lowest one."""
        off = w - self.bottom
        return 0.5 * np.einsum("...i,ij,...j->...", off, self._hessian, off)

    def drawn(self, path: np.ndarray) -> Callable[[Any], None]:
        """A function that draws the contours and the path."""
        # Both weights on one scale: only then a valley that is narrow looks narrow.
        reach = 1.2 * float(np.abs(self.bottom).max())
        first, second = (np.linspace(bottom - reach, bottom + reach, 121) for bottom in self.bottom)
        grid = np.stack(np.meshgrid(first, second), axis=-1)
        start = float(self.above(np.zeros(2)))

        def draw(axes: Any) -> None:
            levels = start * np.array([0.01, 0.05, 0.15, 0.4, 0.8, 1.4])
            axes.contour(first, second, self.above(grid), levels, colors=GREY, linewidths=0.8, alpha=0.7)
            axes.plot(*path.T, color=COLOURS[0], linewidth=1.2, marker="o", markersize=2.5)
            axes.plot(*self.bottom, "+", color=COLOURS[1], markersize=12, markeredgewidth=2)
            axes.set_xlim(first[0], first[-1])
            axes.set_ylim(second[0], second[-1])

        return draw
