"""Figures for the report: panels side by side, in greys and colours that are seen on white and on black paper alike.

Nothing is written in Korean inside a figure, so that no font is needed: what it means is in its caption.
"""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Sequence
from typing import Any

from checker.cache_folder import cache_folder

# As far from white as from the report's black.
GREY = "#7b7b7b"
COLOURS = (
    "#3b82c4",
    "#e08a1e",
    "#3a9d5d",
    "#c4473b",
    "#8a63c9",
    "#8c6d4f",
    "#d36ba6",
    "#7f8c2d",
    "#2aa3a3",
    "#9a9a9a",
)
# What is counted has no halves; more numbers below an axis would touch each other.
COUNTED, TICKS = ("layer", "epoch"), 6
WIDTH, HEIGHT, DOTS = 4.6, 3.0, 144
# More panels stand in rows of two, so that their words can be read on a telephone; each is about as high as it is wide.
PANEL, ABREAST = 2.5, 2

Draw = Callable[[Any], None]


def plotted(draws: Sequence[Draw], x: str = "", y: str = "", titles: Sequence[str] = ()) -> bytes:
    """The panels in reading order as PNG, without a background.

    Args:
        draws: one function for each panel, which draws into matplotlib's axes.
        x: what runs along every panel, told below the lowest ones; `y` what runs upwards, told at the left.
        titles: of the panels, if they have any.
    """
    # Its fonts are listed once, not for each run.
    os.environ.setdefault("MPLCONFIGDIR", str(cache_folder() / "matplotlib"))
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib.figure import Figure

    columns = min(len(draws), ABREAST)
    rows = -(-len(draws) // columns)
    size = (WIDTH, HEIGHT) if len(draws) == 1 else (PANEL * columns, PANEL * rows)
    figure = Figure(figsize=size, dpi=DOTS, layout="constrained")
    places = figure.subplots(rows, columns, squeeze=False).reshape(-1)
    for place, axes in enumerate(places):
        if place >= len(draws):
            axes.remove()
            continue
        draws[place](axes)
        is_lowest, is_left = place + columns >= len(draws), place % columns == 0
        _styled(
            axes, x if is_lowest else "", y if is_left else "", titles[place] if titles else "", x in COUNTED
        )
    stream = io.BytesIO()
    figure.savefig(stream, format="png", transparent=True)
    return stream.getvalue()


def legend(axes: Any, **more: Any) -> None:
    """Names of what was drawn with a label."""
    axes.legend(frameon=False, labelcolor=GREY, fontsize=9, **more)


def _styled(axes: Any, x: str, y: str, title: str, is_counted: bool) -> None:
    from matplotlib.ticker import MaxNLocator

    axes.xaxis.set_major_locator(MaxNLocator(TICKS, steps=[1, 2, 2.5, 5, 10], integer=is_counted))
    axes.set_xlabel(x, color=GREY, fontsize=10)
    axes.set_ylabel(y, color=GREY, fontsize=10)
    axes.set_title(title, color=GREY, fontsize=10)
    axes.tick_params(which="both", colors=GREY, labelsize=9)
    axes.patch.set_alpha(0)
    for spine in axes.spines.values():
        spine.set_color(GREY)
