"""Pictures of what was learned, for the report: the fixture `show` of tests that are marked `pytest.mark.picture`.

They are drawn by the judge from arrays that it holds, after everything was judged, and decide nothing. A picture has a name
and a caption in English and Korean; where it cannot be drawn it is left out.
"""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from checker.cache_folder import cache_folder

MAX_BYTES = 200_000
TILE_PIXELS = 56
GAP = 2
# On white and on black paper alike.
GREY = "#808080"
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
# What is counted has no halves.
COUNTED = ("layer", "epoch")
FRAMES, FRAME_MILLISECONDS = 24, 80

Emit = Callable[..., None]


class Show:
    """Draws, and hands each picture on as bytes."""

    def __init__(self, emit: Emit) -> None:
        self._emit = emit

    def images(self, name: str, rows: Sequence[Any], *, caption: str, caption_ko: str, alt: str = "") -> None:
        """Rows of small images below each other.

        Args:
            name: of the picture, in the field's words.
            rows: each (n, h, w) or (n, h, w, 3), values in [0, 1].
            caption: what is to be seen, in English; `caption_ko` in Korean.
            alt: what somebody who cannot see it should know; the caption without.
        """
        from PIL import Image

        tiles = [_as_pixels(row) for row in rows if len(row)]
        if not tiles:
            return
        height, width = tiles[0].shape[1:3]
        scale = -(-TILE_PIXELS // max(height, width))
        step = (height * scale + GAP, width * scale + GAP)
        sheet = np.full((len(tiles) * step[0] - GAP, max(map(len, tiles)) * step[1] - GAP, 3), 128, np.uint8)
        for line, row in enumerate(tiles):
            for place, tile in enumerate(row):
                large = tile.repeat(scale, axis=0).repeat(scale, axis=1)
                top, left = line * step[0], place * step[1]
                sheet[top : top + large.shape[0], left : left + large.shape[1]] = large
        stream = io.BytesIO()
        Image.fromarray(sheet).save(stream, "PNG", optimize=True)
        self._send(name, "image/png", stream.getvalue(), caption, caption_ko, alt)

    def lines(
        self,
        name: str,
        curves: Mapping[str, tuple[Any, Any]],
        *,
        caption: str,
        caption_ko: str,
        alt: str = "",
        x: str = "",
        y: str = "",
        log: bool = False,
        points: tuple[Any, Any] | None = None,
    ) -> None:
        """Curves, each a label with its x and y, and perhaps points behind them; `log` makes the y-axis logarithmic."""

        def draw(axes: Any) -> None:
            if points is not None:
                axes.scatter(*points, s=6, color=GREY, alpha=0.6, linewidths=0)
            for place, (label, (across, up)) in enumerate(curves.items()):
                axes.plot(across, up, label=label, color=COLOURS[place % len(COLOURS)], linewidth=1.6)
            if len(curves) > 1:
                axes.legend(frameon=False, labelcolor=GREY, fontsize=8)
            if log:
                axes.set_yscale("log")

        self._plot(name, draw, caption, caption_ko, alt, x, y)

    def scatter(
        self,
        name: str,
        across: Any,
        up: Any,
        *,
        caption: str,
        caption_ko: str,
        alt: str = "",
        groups: Any = None,
        x: str = "",
        y: str = "",
        line: tuple[Any, Any] | None = None,
    ) -> None:
        """Points, coloured by their group (whole numbers from 0), and perhaps a line through them."""

        def draw(axes: Any) -> None:
            if groups is None:
                axes.scatter(across, up, s=8, color=COLOURS[0], alpha=0.7, linewidths=0)
            else:
                for group in np.unique(groups):
                    mine = np.asarray(groups) == group
                    colour = COLOURS[int(group) % len(COLOURS)]
                    axes.scatter(
                        np.asarray(across)[mine],
                        np.asarray(up)[mine],
                        s=8,
                        color=colour,
                        label=str(group),
                        linewidths=0,
                    )
                axes.legend(frameon=False, labelcolor=GREY, fontsize=8, markerscale=2, ncol=2)
            if line is not None:
                axes.plot(*line, color=COLOURS[1], linewidth=1.4)

        self._plot(name, draw, caption, caption_ko, alt, x, y)

    def animation(
        self, name: str, frames: Sequence[Any], *, caption: str, caption_ko: str, alt: str = ""
    ) -> None:
        """A short film of images with values in [0, 1], played three times; of too many frames some are left out."""
        from PIL import Image

        chosen = np.linspace(0, len(frames) - 1, min(FRAMES, len(frames))).astype(int)
        pictures = [Image.fromarray(_as_pixels(np.asarray(frames[place])[None])[0]) for place in chosen]
        stream = io.BytesIO()
        pictures[0].save(
            stream, "WEBP", save_all=True, append_images=pictures[1:], duration=FRAME_MILLISECONDS, loop=3
        )
        self._send(name, "image/webp", stream.getvalue(), caption, caption_ko, alt)

    def _plot(
        self,
        name: str,
        draw: Callable[[Any], None],
        caption: str,
        caption_ko: str,
        alt: str,
        x: str,
        y: str,
    ) -> None:
        # Its fonts are listed once, not for each run.
        os.environ.setdefault("MPLCONFIGDIR", str(cache_folder() / "matplotlib"))
        import matplotlib

        matplotlib.use("Agg")
        from matplotlib.figure import Figure
        from matplotlib.ticker import MaxNLocator

        figure = Figure(figsize=(4.6, 3.0), dpi=144, layout="constrained")
        axes = figure.add_subplot()
        draw(axes)
        if x in COUNTED:
            axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.set_xlabel(x, color=GREY, fontsize=9)
        axes.set_ylabel(y, color=GREY, fontsize=9)
        axes.tick_params(colors=GREY, labelsize=8)
        axes.patch.set_alpha(0)
        for spine in axes.spines.values():
            spine.set_color(GREY)
        stream = io.BytesIO()
        figure.savefig(stream, format="png", transparent=True)
        self._send(name, "image/png", stream.getvalue(), caption, caption_ko, alt)

    def _send(
        self, name: str, media_type: str, content: bytes, caption: str, caption_ko: str, alt: str
    ) -> None:
        if len(content) <= MAX_BYTES:
            self._emit(name, media_type, content, caption, caption_ko, alt or caption)


def _as_pixels(images: Any) -> np.ndarray[Any, Any]:
    """(n, h, w) or (n, h, w, 3) in [0, 1] as (n, h, w, 3) bytes; what is not finite is black."""
    values = np.nan_to_num(np.asarray(images, np.float64), nan=0.0, posinf=1.0, neginf=0.0)
    pixels = (255 * np.clip(values, 0, 1) + 0.5).astype(np.uint8)
    return pixels if pixels.ndim == 4 else np.repeat(pixels[..., None], 3, axis=-1)
