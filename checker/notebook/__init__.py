"""Notebooks: what of one is a submission, and judging from inside of one.

cells.py      code cells as Python, magics as comments
needed.py     which statements the kata's functions need
reading.py    a notebook as a submission
writing.py    a notebook with lesson and stub
magic.py      `%load_ext checker.notebook`: the cell magic `%%kata 03`, and `check("03")`
"""

from __future__ import annotations

from typing import Any

__all__ = ["check", "load_ipython_extension"]


def load_ipython_extension(shell: Any) -> None:
    """What `%load_ext checker.notebook` calls: `%%kata NN`, and `katas.check("NN")`."""
    from checker.notebook.magic import register

    register(shell)


def check(kata: str, **options: Any) -> Any:
    """Judge what the cells that were run define (see `checker.notebook.magic.check`)."""
    from checker.notebook.magic import check as judge

    return judge(kata, **options)
