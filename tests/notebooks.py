"""Notebooks made in tests, as Jupyter, Colab and VS Code write them."""

from __future__ import annotations

from pathlib import Path

import nbformat
from nbformat import v4


def notebook(*cells: str, tags: dict[int, str] | None = None) -> nbformat.NotebookNode:
    """A notebook of code cells, some with a tag; a text that begins with "#:" is a text cell."""
    made = v4.new_notebook()
    for number, source in enumerate(cells):
        if source.startswith("#:"):
            made.cells.append(v4.new_markdown_cell(source[2:].strip()))
        else:
            cell = v4.new_code_cell(source.strip("\n"))
            if tags and number in tags:
                cell.metadata["tags"] = [tags[number]]
            made.cells.append(cell)
    return made


def write(path: Path, *cells: str, tags: dict[int, str] | None = None) -> Path:
    """The same as a file."""
    path.write_text(nbformat.writes(notebook(*cells, tags=tags)), encoding="utf-8")
    return path
