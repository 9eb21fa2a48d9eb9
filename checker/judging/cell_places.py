"""How the source that is taken from a notebook says which cell a line belongs to; written by the reader, read by the worker."""

from __future__ import annotations

import re
from collections.abc import Callable

OF_A_NOTEBOOK = "# What a notebook's cells hold; lines that are left out are empty."
_OF_A_CELL = re.compile(r"^# %% cell (\d+)$")


def heading(number: int) -> str:
    """The line before the lines of a cell."""
    return f"# %% cell {number}"


def place(number: int, line: Callable[[int], str]) -> str:
    """Where line `number` of a source stands: "cell 7, line 3" if it comes from a notebook, else "line 12".

    Args:
        number: from 1.
        line: gives the text of a line by its number.
    """
    if line(1).strip() == OF_A_NOTEBOOK:
        for before in range(number, 1, -1):
            if found := _OF_A_CELL.match(line(before).rstrip()):
                return f"cell {found[1]}, line {number - before}"
    return f"line {number}"
