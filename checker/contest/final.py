"""The final: after the end, the best of each team in each kata is judged once more with fresh secrets, beside, like a rejudging.

Where a best one falls, the team's next one takes its place on the board; it is judged when the final is begun once more, until
nothing is left that was not judged in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from checker.catalog import Kata
from checker.contest import history, rejudging, tables
from checker.contest.clock import said
from checker.contest.errors import ContestError
from checker.contest.times import Times
from checker.contest.views import ORGANISER

_J, _S = tables.judgement.c, tables.submission.c


def begin(connection: sa.Connection, katas: Sequence[Kata], times: Times, who: str, now: datetime) -> int:
    """Put the best of each team into the queue; the number of the rejudging that is the final.

    Raises:
        ContestError: the contest still runs, something of it is not judged yet, or all was judged in a final.
    """
    if now < times.end:
        raise ContestError(f"The contest runs until {said(times.end)}; the final begins after that.")
    left = connection.execute(
        sa.select(sa.func.count())
        .select_from(tables.submission)
        .where(_S.state.in_(("received", "judging")), _S.practice.is_(sa.false()))
    ).scalar_one()
    if left:
        raise ContestError(
            f"{left} submissions of the contest are not judged yet. Begin the final when they are."
        )
    running = connection.execute(
        sa.select(tables.rejudging.c.id).where(
            tables.rejudging.c.id == times.final, tables.rejudging.c.state.in_(("judging", "ready"))
        )
    ).first()
    if running is not None:
        raise ContestError(f"The final is rejudging {running.id}: apply it or drop it first.")
    board = history.make_board(connection, katas, times, ORGANISER, now)
    best = [
        cell.submission_id
        for row in board.rows
        if row.place is not None
        for cell in row.cells
        if cell.submission_id is not None
    ]
    judged = set(
        connection.execute(
            sa.select(_J.submission_id).where(
                _J.cause.startswith(f"{rejudging.FINAL}:"), _J.counted.is_(sa.true())
            )
        ).scalars()
    )
    waiting = [number for number in best if number not in judged]
    if not waiting:
        raise ContestError("The best of every team was judged in the final already; nothing is left.")
    number = rejudging.put(connection, waiting, {"submissions": waiting}, rejudging.FINAL, who, now)
    connection.execute(tables.contest.update().values(final=number))
    return number
