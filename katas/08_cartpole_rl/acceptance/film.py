"""CartPole drawn: the cart on its track and the pole on the cart."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

WIDTH, HEIGHT = 480, 130
# How far the cart may go, what is shown beyond it, and the pole's length, in the game's metres.
TRACK, MARGIN, POLE = 2.4, 0.2, 1.0
PAPER, INK, SOFT, UP, FALLEN = "#f5f7fa", "#1c2330", "#b8c0cc", "#2f6fb3", "#c4473b"
FINER = 2


def frame(states: Sequence[tuple[np.ndarray, bool]]) -> np.ndarray:
    """One picture (h, w, 3) in [0, 1]: each state (4,) on a track of its own, and whether its episode is over."""
    from PIL import Image, ImageDraw

    size = (FINER * WIDTH, FINER * HEIGHT * len(states))
    sheet = Image.new("RGB", size, PAPER)
    draw = ImageDraw.Draw(sheet)
    metre = size[0] / (2 * (TRACK + MARGIN))
    for row, (state, has_fallen) in enumerate(states):
        ground = FINER * (HEIGHT * (row + 1) - 18)
        draw.line([(MARGIN * metre, ground), (size[0] - MARGIN * metre, ground)], fill=SOFT, width=2 * FINER)
        middle = size[0] / 2 + float(np.clip(state[0], -TRACK, TRACK)) * metre
        half, high = 0.2 * metre, 0.16 * metre
        draw.rounded_rectangle([middle - half, ground - high, middle + half, ground], 3 * FINER, fill=INK)
        foot, angle = (middle, ground - high), float(state[2])
        top = (foot[0] + POLE * metre * np.sin(angle), foot[1] - POLE * metre * np.cos(angle))
        draw.line([foot, top], fill=FALLEN if has_fallen else UP, width=6 * FINER)
        dot = 4 * FINER
        draw.ellipse([foot[0] - dot, foot[1] - dot, foot[0] + dot, foot[1] + dot], fill=SOFT)
    small = sheet.resize((WIDTH, HEIGHT * len(states)), Image.Resampling.LANCZOS)
    return np.asarray(small, np.float64) / 255
