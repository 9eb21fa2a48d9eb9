"""Pictures of what was learned, for the report: the fixture `show` of tests that are marked `pytest.mark.picture`.

They are drawn by the judge from arrays that it holds, after everything was judged, and decide nothing. A picture has a name
and a caption in English and Korean, and a text for whoever cannot see it; where it cannot be drawn it is left out.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from checker.suite.plots import COLOURS, GREY, Draw, legend, plotted

MAX_BYTES = 200_000
TILE_PIXELS = 56
GAP, BETWEEN = 2, 128
FRAMES, FRAME_MILLISECONDS = 24, 80

Emit = Callable[..., None]


@dataclass(frozen=True)
class Words:
    """What a picture says, in English and Korean.

    Attributes:
        caption: what is to be seen; `caption_ko` in Korean.
        alt: what somebody who cannot see it should know, with its figures; the caption without.
        alt_ko: the same in Korean.
    """

    caption: str
    caption_ko: str
    alt: str = ""
    alt_ko: str = ""


class Show:
    """Draws, and hands each picture on as bytes. All take the fields of `Words` by name."""

    def __init__(self, emit: Emit) -> None:
        self._emit = emit

    def images(
        self,
        name: str,
        rows: Sequence[Any],
        *,
        tile: int = TILE_PIXELS,
        gap: int = GAP,
        between: int = BETWEEN,
        **words: str,
    ) -> None:
        """Rows of small images below each other.

        Args:
            name: of the picture, in the field's words.
            rows: each (n, h, w) or (n, h, w, 3), values in [0, 1]; all images are of one size.
            tile: the least size of an image, in pixels; each pixel of it becomes a square.
            gap: between two images, in pixels; `between` is its grey, 0 to 255.
            words: see `Words`.
        """
        from PIL import Image

        tiles = [_as_pixels(row) for row in rows if len(row)]
        if not tiles:
            return
        height, width = tiles[0].shape[1:3]
        scale = -(-tile // max(height, width))
        step = (height * scale + gap, width * scale + gap)
        size = (len(tiles) * step[0] - gap, max(map(len, tiles)) * step[1] - gap, 3)
        sheet = np.full(size, between, np.uint8)
        for line, row in enumerate(tiles):
            for place, one in enumerate(row):
                large = one.repeat(scale, axis=0).repeat(scale, axis=1)
                top, left = line * step[0], place * step[1]
                sheet[top : top + large.shape[0], left : left + large.shape[1]] = large
        stream = io.BytesIO()
        Image.fromarray(sheet).save(stream, "PNG", optimize=True)
        self._send(name, "image/png", stream.getvalue(), words)

    def lines(
        self,
        name: str,
        curves: Mapping[str, tuple[Any, Any]],
        *,
        x: str = "",
        y: str = "",
        log: bool = False,
        points: tuple[Any, Any] | None = None,
        **words: str,
    ) -> None:
        """Curves, each a label with its x and y, and perhaps points behind them; `log` makes the y-axis logarithmic."""

        def draw(axes: Any) -> None:
            if points is not None:
                axes.scatter(*points, s=6, color=GREY, alpha=0.6, linewidths=0)
            for place, (label, (across, up)) in enumerate(curves.items()):
                axes.plot(across, up, label=label, color=COLOURS[place % len(COLOURS)], linewidth=1.6)
            if len(curves) > 1:
                # Above the curves, of which it would hide some.
                legend(axes, loc="lower left", bbox_to_anchor=(0, 1), ncol=len(curves), borderaxespad=0.2)
            if log:
                axes.set_yscale("log")

        self.panels(name, [draw], x=x, y=y, **words)

    def scatter(
        self,
        name: str,
        across: Any,
        up: Any,
        *,
        groups: Any = None,
        x: str = "",
        y: str = "",
        line: tuple[Any, Any] | None = None,
        **words: str,
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
                # Beside the points, of which it would hide some.
                legend(axes, markerscale=2, loc="upper left", bbox_to_anchor=(1, 1.02), handletextpad=0.1)
            if line is not None:
                axes.plot(*line, color=COLOURS[1], linewidth=1.4, zorder=1)

        self.panels(name, [draw], x=x, y=y, **words)

    def panels(
        self,
        name: str,
        draws: Sequence[Draw],
        *,
        x: str = "",
        y: str = "",
        titles: Sequence[str] = (),
        **words: str,
    ) -> None:
        """Figures side by side, each drawn by a function of matplotlib's axes (see `checker.suite.plots`)."""
        self._send(name, "image/png", plotted(draws, x, y, titles), words)

    def animation(self, name: str, frames: Sequence[Any], **words: str) -> None:
        """A short film of images with values in [0, 1], played three times; of too many frames some are left out."""
        from PIL import Image

        chosen = np.linspace(0, len(frames) - 1, min(FRAMES, len(frames))).astype(int)
        pictures = [Image.fromarray(_as_pixels(np.asarray(frames[place])[None])[0]) for place in chosen]
        stream = io.BytesIO()
        pictures[0].save(
            stream, "WEBP", save_all=True, append_images=pictures[1:], duration=FRAME_MILLISECONDS, loop=3
        )
        self._send(name, "image/webp", stream.getvalue(), words)

    def _send(self, name: str, media_type: str, content: bytes, words: Mapping[str, str]) -> None:
        said = Words(**words)
        if len(content) <= MAX_BYTES:
            self._emit(
                name,
                media_type,
                content,
                Words(
                    said.caption, said.caption_ko, said.alt or said.caption, said.alt_ko or said.caption_ko
                ),
            )


def _as_pixels(images: Any) -> np.ndarray[Any, Any]:
    """(n, h, w) or (n, h, w, 3) in [0, 1] as (n, h, w, 3) bytes; what is not finite is black."""
    values = np.nan_to_num(np.asarray(images, np.float64), nan=0.0, posinf=1.0, neginf=0.0)
    pixels = (255 * np.clip(values, 0, 1) + 0.5).astype(np.uint8)
    return pixels if pixels.ndim == 4 else np.repeat(pixels[..., None], 3, axis=-1)
