"""A notebook as a submission: the statements of its cells that the kata's functions need, cell by cell.

What is taken is one Python source in which a line before each cell names it, and what is left out is an empty line, so that a
place in it can be told as "cell 7, line 3" (`checker.judging.cell_places`).
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from checker.judging import cell_places
from checker.judging.snapshot import MAX_BYTES, SubmissionProblem, SubmittedFile
from checker.languages.texts import say, together
from checker.notebook.cells import Cell, code_cells, of_kata
from checker.notebook.needed import needed
from checker.verdict import Outcome

MAX_FILE_BYTES = 20_000_000
MISSING = say('To read notebooks, type: python -m pip install "deep-learning-katas[notebook]"')


@dataclass(frozen=True)
class _Taken:
    """What of a cell is taken: its lines, "" where they are left out; and the numbers of those with code left out."""

    cell: Cell
    lines: tuple[str, ...]
    left_out: tuple[int, ...]


def read_notebook(
    path: Path, content: bytes, functions: Sequence[str], number: int, *, whole: bool = False
) -> tuple[SubmittedFile, tuple[str, ...]]:
    """The source that a notebook holds for a kata, and what was left out of it.

    Args:
        path: where it lies, for messages.
        content: its bytes.
        functions: the names that the kata asks for.
        number: the kata's, which `%%kata` may name.
        whole: take every statement of every cell that counts.

    Raises:
        SubmissionProblem: it is no notebook, has no code, or too much of it is needed; or the libraries that read notebooks
            are not installed.
    """
    return from_cells(code_cells(_opened(path, content)), path.name, functions, number, whole=whole)


def from_cells(
    cells: Sequence[Cell], name: str, functions: Sequence[str], number: int, *, whole: bool = False
) -> tuple[SubmittedFile, tuple[str, ...]]:
    """The same from code cells in their order, for whoever has them already; `name` is what they are called.

    Raises:
        SubmissionProblem: no cell defines what the kata asks for, or too much is needed.
    """
    cells = of_kata(cells, number)
    counting = [cell for cell in cells if not cell.reason]
    readable = [cell for cell in counting if cell.tree is not None]
    chosen = None if whole else _chosen(readable, functions)
    taken, notes = [], []
    for cell in cells:
        if cell.reason:
            notes.append(
                say(
                    "cell {cell} {reason}{also}",
                    cell=cell.number,
                    reason=cell.reason,
                    also=_with(cell, functions),
                )
            )
        elif cell.tree is not None:
            taken.append(_cut(cell, None if chosen is None else chosen[cell.number]))
        elif whole or _defines(cell.source, functions):
            # Python will say what is wrong with it, and where.
            taken.append(_Taken(cell, tuple(cell.source.splitlines()), ()))
        else:
            notes.append(say("cell {cell} is no Python that can be read", cell=cell.number))
    source = _joined(taken).encode()
    if not any(any(part.lines) for part in taken):
        raise SubmissionProblem(
            Outcome.INVALID,
            say(
                "{name} has no cell that defines {listed}. Define them in code cells of the notebook.",
                name=name,
                listed=_listed(functions),
            ),
        )
    if len(source) > MAX_BYTES:
        raise SubmissionProblem(
            Outcome.INVALID,
            say(
                "What the kata's functions need of {name} is longer than {most} KiB. A solution is code alone: "
                "leave weights and data out of it.",
                name=name,
                most=MAX_BYTES // 1024,
            ),
        )
    return SubmittedFile(name, source), (*notes, *_not_needed(taken))


def _opened(path: Path, content: bytes) -> Any:
    try:
        import nbformat
    except ImportError:
        raise SubmissionProblem(
            Outcome.INVALID, say("{path} is a notebook. {missing}", path=path, missing=MISSING)
        ) from None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # cells without ids and the like are no matter here
            notebook = nbformat.reads(content.decode("utf-8-sig"), as_version=4)
        for cell in notebook.cells:
            if not (isinstance(cell.source, str) and isinstance(cell.cell_type, str)):
                raise TypeError("a cell without text")
            cell.setdefault("metadata", {})
    except Exception as error:
        # The library raises whatever it meets on the way: KeyError, AttributeError, its own.
        first = (str(error).splitlines() or [type(error).__name__])[0]
        raise SubmissionProblem(
            Outcome.INVALID,
            say(
                "{path} cannot be read as a notebook ({first}). Save it anew in Jupyter, or hand in a Python "
                "file.",
                path=path,
                first=first[:120],
            ),
        ) from None
    return notebook


def _chosen(cells: Sequence[Cell], functions: Sequence[str]) -> dict[int, set[int]]:
    """By the cells' numbers the places of their statements that are needed."""
    trees = [(cell, cell.tree) for cell in cells]
    statements = [
        (cell.number, place, one)
        for cell, tree in trees
        if tree is not None
        for place, one in enumerate(tree.body)
    ]
    kept = needed([one for _, _, one in statements], functions)
    found: dict[int, set[int]] = {cell.number: set() for cell in cells}
    for index in kept:
        number, place, _ = statements[index]
        found[number].add(place)
    return found


def _cut(cell: Cell, places: set[int] | None) -> _Taken:
    """A cell without the statements that are not needed; whole where no places are given."""
    lines = cell.source.splitlines()
    tree = cell.tree
    assert tree is not None
    if places is None:
        return _Taken(cell, tuple(lines), ())
    spans = [_span(one) for one in tree.body]
    kept = {line for place in places for line in spans[place]}
    # A text alone, such as a docstring, does nothing that one could miss.
    told = [span for span, one in zip(spans, tree.body, strict=True) if not _is_text(one)]
    dropped = {line for span in told for line in span} - kept
    return _Taken(
        cell,
        tuple(line if number in kept else "" for number, line in enumerate(lines, start=1)),
        tuple(sorted(dropped)),
    )


def _is_text(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _span(statement: ast.stmt) -> range:
    """The lines of a statement, decorators included."""
    decorators = [one.lineno for one in getattr(statement, "decorator_list", ())]
    return range(min([statement.lineno, *decorators]), (statement.end_lineno or statement.lineno) + 1)


def _joined(taken: Sequence[_Taken]) -> str:
    parts = [cell_places.OF_A_NOTEBOOK]
    for one in taken:
        if any(one.lines):
            parts += [cell_places.heading(one.cell.number), *"\n".join(one.lines).rstrip().split("\n")]
    return "\n".join(parts) + "\n"


def _not_needed(taken: Sequence[_Taken]) -> list[str]:
    """What no function needs, in one line for whole cells and one for parts."""
    whole = [one.cell.number for one in taken if not any(one.lines) and one.left_out]
    parts = [one for one in taken if any(one.lines) and one.left_out]
    found: list[str] = []
    if whole:
        found.append(
            say(
                "{cells}: nothing in it is needed"
                if len(whole) == 1
                else "{cells}: nothing in them is needed",
                cells=_cells(whole),
            )
        )
    found += [
        say("cell {cell}, {lines}: not needed", cell=one.cell.number, lines=_lines(one.left_out))
        for one in parts
    ]
    return found


def _with(cell: Cell, functions: Sequence[str]) -> str:
    """What a left-out cell holds that the kata asks for."""
    defined = [name for name in functions if _defines(cell.source, [name])]
    return say(", with {listed} in it", listed=_listed(defined)) if defined else ""


def _defines(source: str, names: Iterable[str]) -> bool:
    """Whether a source that perhaps cannot be read looks as if it defined one of the names."""
    return any(
        re.search(rf"^(?:async\s+)?(?:def|class)\s+{re.escape(n)}\b|^{re.escape(n)}\s*=[^=]", source, re.M)
        for n in names
    )


def _cells(numbers: Sequence[int]) -> str:
    return say("cells {numbers}" if len(numbers) > 1 else "cell {numbers}", numbers=_ranges(numbers))


def _lines(numbers: Sequence[int]) -> str:
    return say("lines {numbers}" if len(numbers) > 1 else "line {numbers}", numbers=_ranges(numbers))


def _ranges(numbers: Sequence[int]) -> str:
    """1, 2, 3, 7 as "1 to 3, 7"."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    told = (
        say("{first} to {last}", first=run[0], last=run[-1]) if len(run) > 1 else str(run[0]) for run in runs
    )
    return together(*told, between=", ")


def _listed(names: Sequence[str]) -> str:
    return (
        names[0]
        if len(names) == 1
        else say("{names} and {last}", names=", ".join(names[:-1]), last=names[-1])
    )
