"""Which katas are open to a team, by the contest's own ledger, and how many attempts it has left."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa

from checker.catalog import Kata
from checker.contest import tables
from checker.contest.views import SubmissionView
from checker.verdict import Outcome
from checker.workspace.progress import State, Summary, standings

HOUR = timedelta(hours=1)


def path(
    connection: sa.Connection, katas: Sequence[Kata], team_id: int, open_katas: str
) -> dict[str, tuple[State, str]]:
    """By number: where each kata stands, and the number of the one to pass first where it is locked."""
    submission, judgement = tables.submission.c, tables.judgement.c
    passed = set(
        connection.execute(
            sa.select(submission.kata)
            .join(tables.judgement, judgement.submission_id == submission.id)
            .where(submission.team_id == team_id, submission.state != "void")
            .where(judgement.counted.is_(sa.true()), judgement.outcome == Outcome.PASSED.value)
            .distinct()
        ).scalars()
    )
    known = {kata.name: Summary(passed_on="passed") for kata in katas if kata.number in passed}
    found = standings(katas, known)
    first_open = next((one.kata.number for one in found if one.state is State.OPEN), "")
    return {
        one.kata.number: (State.OPEN, "")
        if one.state is State.LOCKED and open_katas == "all"
        else (one.state, first_open if one.state is State.LOCKED else "")
        for one in found
    }


def attempts_left(
    connection: sa.Connection, team_id: int, per_hour: int, now: datetime
) -> tuple[int, datetime | None]:
    """How many attempts a team has left, and when the next one comes where it has none."""
    submission = tables.submission.c
    times = list(
        connection.execute(
            sa.select(submission.received_at)
            .where(submission.team_id == team_id, submission.attempts_counted.is_(sa.true()))
            .where(submission.received_at > now - HOUR)
            .order_by(submission.received_at.desc())
            .limit(per_hour)
        ).scalars()
    )
    if len(times) < per_hour:
        return per_hour - len(times), None
    return 0, times[-1] + HOUR


def best(mine: Sequence[SubmissionView]) -> SubmissionView | None:
    """The best of a team's submissions to one kata that passed: more stars, then the earlier."""
    passed = [one for one in mine if one.outcome == Outcome.PASSED.value and one.state != "void"]
    return max(passed, key=lambda one: (len(one.stars), -one.id), default=None)
