"""What the board and the pages are made of, read from the database within one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from checker.catalog import Kata
from checker.contest import tables
from checker.contest.board import Board, Entrant, Judged, Rules, Submitted, board
from checker.contest.times import Times
from checker.contest.views import Viewer


def make_board(
    connection: sa.Connection, katas: Sequence[Kata], times: Times, viewer: Viewer, now: datetime
) -> Board:
    """The board as the database has it."""
    return board(submitted(connection), judged(connection), rules(connection, katas, times), viewer, now)


def submitted(connection: sa.Connection) -> list[Submitted]:
    """All submissions, without their sources."""
    s = tables.submission.c
    rows = connection.execute(sa.select(s.id, s.team_id, s.kata, s.received_at, s.state, s.practice))
    return [Submitted(*row) for row in rows]


def judged(connection: sa.Connection) -> list[Judged]:
    """The judgements that count."""
    j = tables.judgement.c
    query = sa.select(j.submission_id, j.outcome, j.stars, j.quality, j.quality_better, j.cpu_seconds)
    return [judged_of(row) for row in connection.execute(query.where(j.counted.is_(sa.true())))]


def judged_of(row: Any) -> Judged:
    """A judgement as the board takes it, from its row."""
    return Judged(
        row.submission_id,
        row.outcome or "",
        tuple(row.stars),
        row.quality,
        row.quality_better,
        row.cpu_seconds,
    )


def rules(connection: sa.Connection, katas: Sequence[Kata], times: Times) -> Rules:
    """The rules of the board."""
    t = tables.team.c
    rows = connection.execute(sa.select(t.id, t.name, t.disqualified_because).order_by(t.id))
    is_final = False
    if times.final is not None:
        r = tables.rejudging.c
        state = connection.execute(sa.select(r.state).where(r.id == times.final)).scalar()
        is_final = state == "applied"
    return Rules(
        tuple(kata.number for kata in katas),
        tuple(Entrant(row.id, row.name, bool(row.disqualified_because)) for row in rows),
        times.start,
        times.end,
        times.freeze,
        times.revealed or 0,
        is_final,
    )
