"""The board of one kata: the rows of the whole board in the order of their cells in that kata."""

from __future__ import annotations

import math
from dataclasses import dataclass

from checker.contest.board import Board, Cell, Row


@dataclass(frozen=True)
class KataRow:
    """A team in one kata. `place` is None for one that is disqualified."""

    place: int | None
    row: Row
    cell: Cell


def order_in(board: Board, column: int) -> list[KataRow]:
    """The rows by points, then rank in quality, then CPU seconds, then the earlier; equal ones share a place."""
    ranked = sorted(
        (row for row in board.rows if row.place is not None),
        key=lambda row: (_order(row.cells[column]), row.team, row.team_id),
    )
    found: list[KataRow] = []
    for number, row in enumerate(ranked, start=1):
        cell = row.cells[column]
        is_shared = bool(found) and _order(found[-1].cell) == _order(cell)
        found.append(KataRow(found[-1].place if is_shared else number, row, cell))
    return found + [KataRow(None, row, row.cells[column]) for row in board.rows if row.place is None]


def _order(cell: Cell) -> tuple[int, int, float, float]:
    passed_at = cell.passed_at.timestamp() if cell.passed_at else math.inf
    return -cell.points, cell.rank, cell.cpu_seconds or 0.0, passed_at
