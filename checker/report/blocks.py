"""A picture in the terminal: two pixels in each character, as the upper half of a block before its background."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.text import Text

LEAST_COLUMNS = 60
# Of a page of small images its upper left part, with so many columns and lines; a digit of 56 pixels has 14 columns.
COLUMNS, LINES, PIXELS_A_COLUMN = 58, 15, 4


def half_blocks(content: bytes) -> Text | None:
    """The upper left part of a picture made of small images; None for a plot, of which nothing would be seen."""
    from PIL import Image, UnidentifiedImageError
    from rich.text import Text

    try:
        picture = Image.open(io.BytesIO(content))
        if picture.format != "PNG" or picture.mode != "RGB":
            return None
        width = min(picture.width, COLUMNS * PIXELS_A_COLUMN)
        height = min(picture.height, 2 * LINES * PIXELS_A_COLUMN)
        size = (width // PIXELS_A_COLUMN, height // PIXELS_A_COLUMN // 2 * 2)
        small = picture.crop((0, 0, width, height)).resize(size, Image.Resampling.BOX)
    except (UnidentifiedImageError, OSError, ValueError):
        return None
    text = Text()
    for line in range(0, small.height, 2):
        for column in range(small.width):
            upper, lower = (_colour(small.getpixel((column, line + half))) for half in (0, 1))
            text.append("▀", style=f"{upper} on {lower}")
        text.append("\n")
    return text


def _colour(pixel: object) -> str:
    assert isinstance(pixel, tuple)
    return f"rgb({pixel[0]},{pixel[1]},{pixel[2]})"
