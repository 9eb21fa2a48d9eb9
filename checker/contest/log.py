"""The log: every change of state is a row, written in the transaction that makes the change."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from checker.contest import clock, tables

# What happens to a submission on its way, and changes no board.
NOT_OF_BOARD = ("taken", "given_back", "lost", "late", "open", "judged_beside")


def add(connection: sa.Connection, who: str, what: str, *, public: bool = True, **detail: Any) -> None:
    """Write a row.

    Args:
        connection: of the transaction that makes the change.
        who: "team 3", "organiser", or the name of a judge.
        what: the change in one word.
        public: whether the public board may change with it while it is frozen.
        detail: plain data; no secret, no source.
    """
    connection.execute(
        tables.log.insert().values(at=clock.now(), who=who, what=what, detail=detail, public=public)
    )


def newest(connection: sa.Connection, *, public_only: bool = False, of_board: bool = False) -> int:
    """The number of the newest row, of the newest that the public may know of, or of the newest that may change a board."""
    columns = tables.log.c
    query = sa.select(columns.seq).order_by(columns.seq.desc()).limit(1)
    if public_only:
        query = query.where(columns.public.is_(sa.true()))
    if of_board:
        query = query.where(columns.what.notin_(NOT_OF_BOARD))
    return connection.execute(query).scalar() or 0
