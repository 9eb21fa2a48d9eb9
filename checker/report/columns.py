"""Text in a terminal's columns, of which a Korean letter takes two."""

from __future__ import annotations

import unicodedata


def cells(text: str) -> int:
    """Columns that the text takes."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def padded(text: str, width: int) -> str:
    """The text with spaces behind it up to that width."""
    return text + " " * (width - cells(text))


def before(text: str, width: int) -> str:
    """The text with spaces before it up to that width."""
    return " " * (width - cells(text)) + text


def wrapped(text: str, width: int) -> list[str]:
    """Lines of at most that width, broken between words; a word that is longer stands alone."""
    lines: list[str] = []
    for word in text.split():
        if lines and cells(lines[-1]) + 1 + cells(word) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines or [""]
