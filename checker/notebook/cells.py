"""The code cells of a notebook as Python: magics and shell lines are comments, and whole cells of another kind left out."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from checker.languages.texts import say

SKIP_TAGS = ("katas-skip", "otter_ignore")
# These say how a cell is run, not what it is.
_RUN_OTHERWISE = ("time", "timeit", "capture", "prun")
_MARK = re.compile(r"^kata\s+(\d+)\b")
_CELL_MAGIC = re.compile(r"^%%(\w+)\s*(.*)$")
_TIMED = re.compile(r"^(\s*)%time\s+(?=\S)")


@dataclass(frozen=True)
class Cell:
    """One code cell.

    Attributes:
        number: its place among the code cells, from 1.
        source: its Python, with as many lines as it has in the notebook.
        kata: the number that `%%kata` gives it, or 0.
        reason: why it does not count, as the end of a sentence about it; empty where it does.
    """

    number: int
    source: str
    kata: int = 0
    reason: str = ""

    @property
    def tree(self) -> ast.Module | None:
        """Its statements, or nothing where Python cannot read them."""
        try:
            return ast.parse(self.source)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None


def code_cells(notebook: Any) -> list[Cell]:
    """The code cells of a notebook of format 4, in the document's order, whatever was run when."""
    found = [cell for cell in notebook.cells if cell.cell_type == "code"]
    return [
        code_cell(number, cell.source, cell.metadata.get("tags", ()))
        for number, cell in enumerate(found, start=1)
    ]


def of_kata(cells: Sequence[Cell], number: int) -> list[Cell]:
    """The cells with those left out that are of another kata.

    Where cells are marked with `%%kata` for this one, these count, and the unmarked ones before the last of them.
    """
    marked = [cell.number for cell in cells if cell.kata == number and not cell.reason]

    def reason(cell: Cell) -> str:
        if cell.reason:
            return cell.reason
        if cell.kata not in (0, number):
            return say("is marked for kata {kata}", kata=f"{cell.kata:02}")
        if marked and not cell.kata and cell.number > marked[-1]:
            return say("comes after the last one marked with %%kata {kata}", kata=f"{number:02}")
        return ""

    return [replace(cell, reason=reason(cell)) for cell in cells]


def code_cell(number: int, source: str, tags: Iterable[str] = ()) -> Cell:
    """One cell as it was typed."""
    lines = source.splitlines()
    skipped = [tag for tag in tags if tag in SKIP_TAGS]
    if skipped:
        return Cell(number, source, reason=say("is tagged {tag}", tag=skipped[0]))
    first = next((place for place, line in enumerate(lines) if line.strip()), 0)
    kata = 0
    if lines and (magic := _CELL_MAGIC.match(lines[first])):
        if mark := _MARK.match(f"{magic[1]} {magic[2]}"):
            kata = int(mark[1])
        elif magic[1] not in _RUN_OTHERWISE:
            return Cell(number, source, reason=say("begins with %%{magic}", magic=magic[1]))
        lines[first] = f"# {lines[first]}"
    return Cell(number, "\n".join(_without_magics(lines)), kata)


def _without_magics(lines: list[str]) -> list[str]:
    """Magics and shell lines as comments, so that every line keeps its number; what `%time` runs stays."""
    from jupytext.magics import comment_magic

    timed = [_TIMED.sub(r"\1", line) for line in lines]
    made = comment_magic(list(timed))
    return [_filled(before, after) for before, after in zip(timed, made, strict=True)]


def _filled(before: str, after: str) -> str:
    """A comment alone in a block is no block for Python: `pass` makes it one."""
    bare = before.lstrip()
    if before in (after, bare) or bare[:1] not in ("!", "%", "?"):
        return after
    return f"{before[: len(before) - len(bare)]}pass  # {bare}"
