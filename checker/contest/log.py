"""The log: every change of state is a row, written in the transaction that makes the change."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from checker.contest import clock, tables


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


def newest(connection: sa.Connection, *, public_only: bool = False) -> int:
    """The number of the newest row, or of the newest that the public may know of."""
    query = sa.select(sa.func.max(tables.log.c.seq))
    if public_only:
        query = query.where(tables.log.c.public.is_(sa.true()))
    return connection.execute(query).scalar() or 0
