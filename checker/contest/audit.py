"""Which of the solutions that count are alike beyond what a kata makes alike: to look at before prizes are given."""

from __future__ import annotations

import sqlalchemy as sa

from checker.contest import clock, history, snapshots, tables
from checker.contest.services import Contest
from checker.contest.views import ORGANISER
from checker.grading.likeness import Pair
from checker.grading.likeness import alike as compare

_S = tables.submission.c


def alike(contest: Contest) -> list[Pair]:
    """Pairs of teams, kata by kata, those with most in common first."""
    times = contest.times()
    with contest.database.read() as connection:
        board = history.make_board(connection, contest.katas, times, ORGANISER, clock.now())
        sources: dict[int, str] = {}
        for number, content in connection.execute(sa.select(_S.id, _S.content)):
            sources[number] = snapshots.from_bytes(content).entry.source.decode("utf-8", "replace")
    found: list[Pair] = []
    for column, kata in enumerate(contest.katas):
        of_team = {
            row.team: sources[cell.submission_id]
            for row in board.rows
            if (cell := row.cells[column]).submission_id is not None
        }
        found += compare(kata, of_team)
    return found
