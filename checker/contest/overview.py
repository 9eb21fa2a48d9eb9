"""How submissions and judges are at this moment, and why something waits: never without a reason."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from checker.contest import queue, tables
from checker.contest.queue import LEASE, is_paused
from checker.contest.views import JudgeView, LogRow, SubmissionView, Waiting
from checker.verdict import Outcome

_J, _S, _T = tables.judgement.c, tables.submission.c, tables.team.c
LOG_ROWS = 100


def submissions(
    connection: sa.Connection,
    paused: Collection[str],
    now: datetime,
    *,
    only: Any = None,
    limit: int | None = None,
) -> list[SubmissionView]:
    """Submissions as they are seen, newest first.

    Args:
        connection: of a transaction.
        paused: numbers of katas that are not judged at present.
        now: the moment.
        only: a condition on submission and team.
        limit: at most so many.
    """
    query = (
        sa.select(
            *(_S.id, _S.team_id, _T.name, _S.kata, _S.entry_name, _S.source_sha256, _S.received_at),
            *(_S.state, _S.attempts_counted, _S.practice, _S.final_note),
            *(_J.outcome, _J.stars, _J.quality, _J.cpu_seconds, _J.ended_at),
        )
        .join(tables.team, _T.id == _S.team_id)
        .outerjoin(tables.judgement, sa.and_(_J.submission_id == _S.id, _J.counted.is_(sa.true())))
        .order_by(_S.id.desc())
    )
    if only is not None:
        query = query.where(only)
    if limit is not None:
        query = query.limit(limit)
    rows = connection.execute(query).all()
    waits = {row.id: row.kata for row in rows if row.state == "received"}
    runs = {row.id for row in rows if row.state == "judging"}
    places: dict[int, int] = {}
    reasons: dict[int, Waiting] = {}
    if waits:
        places, reasons = _waiting(connection, waits, paused, now)
    began = _began(connection, runs)
    return [
        SubmissionView(
            id=row.id,
            team_id=row.team_id,
            team=row.name,
            kata=row.kata,
            entry_name=row.entry_name,
            source_sha256=row.source_sha256,
            received_at=row.received_at,
            state=row.state,
            phase="waiting" if row.state == "received" else row.state,
            phase_text=began[row.id].why if row.id in began else "",
            since=began[row.id].started_at if row.id in began else row.ended_at or row.received_at,
            place=places.get(row.id) if row.state == "received" else None,
            outcome=row.outcome or "",
            stars=tuple(row.stars or ()),
            quality=row.quality,
            cpu_seconds=row.cpu_seconds,
            why_waiting=reasons.get(row.id) if row.state == "received" else None,
            attempt_returned=not row.attempts_counted,
            practice=row.practice,
            final_note=row.final_note,
        )
        for row in rows
    ]


def _waiting(
    connection: sa.Connection, waits: Mapping[int, str], paused: Collection[str], now: datetime
) -> tuple[dict[int, int], dict[int, Waiting]]:
    """By submission: its place in the queue, and why it waits; `waits` has their katas."""
    here = [judge for judge in judges(connection, now) if judge.is_here]
    slots = sum(judge.slots for judge in here)
    running = connection.execute(
        sa.select(sa.func.count()).select_from(tables.judgement).where(_J.state == "judging")
    ).scalar_one()
    if not here:
        reason = Waiting("no_judge")
    elif says := next((judge.says for judge in here if judge.says and not slots), ""):
        reason = Waiting("judge_waits", slots, says)
    elif running >= slots:
        reason = Waiting("busy", slots)
    else:
        reason = Waiting("next", slots)
    return queue.places(connection, list(waits)), {
        number: Waiting("paused") if is_paused(kata, paused) else reason for number, kata in waits.items()
    }


def _began(connection: sa.Connection, submission_ids: Collection[int]) -> dict[int, Any]:
    """Since when each of these is judged, and what the judge is at."""
    if not submission_ids:
        return {}
    query = sa.select(_J.submission_id, _J.started_at, _J.why).where(
        _J.submission_id.in_(submission_ids), _J.state == "judging"
    )
    return {row.submission_id: row for row in connection.execute(query)}


def judges(connection: sa.Connection, now: datetime) -> list[JudgeView]:
    """The processes that judge or did so lately."""
    rows = connection.execute(sa.select(tables.judge).order_by(tables.judge.c.name))
    return [JudgeView(row.name, row.slots, row.seen_at, row.says, now - row.seen_at < LEASE) for row in rows]


def counts(connection: sa.Connection) -> dict[str, int]:
    """How many submissions are in each state."""
    rows = connection.execute(sa.select(_S.state, sa.func.count()).group_by(_S.state))
    found = {row[0]: row[1] for row in rows}
    return {state: found.get(state, 0) for state in ("received", "judging", "done", "void")}


def not_judged() -> Any:
    """The condition for submissions that came to a judge error."""
    return _J.outcome == Outcome.JUDGE_ERROR.value


def log_rows(connection: sa.Connection, limit: int = LOG_ROWS) -> list[LogRow]:
    """The newest rows of the log, newest first."""
    columns = tables.log.c
    rows = connection.execute(
        sa.select(columns.seq, columns.at, columns.who, columns.what, columns.detail)
        .order_by(columns.seq.desc())
        .limit(limit)
    )
    return [LogRow(*row) for row in rows]


def problems(judges_: Sequence[JudgeView], waiting: int, errors: int, paused: Collection[str]) -> list[str]:
    """Sentences on what does not work, the worst first."""
    found = []
    here = [judge for judge in judges_ if judge.is_here]
    if errors:
        found.append(
            f"{errors} submission{'s' if errors > 1 else ''} could not be judged. Look at the reasons, mend them, then rejudge."
        )
    if not here:
        found.append(f"No judge is connected; {waiting} wait.")
    found += [f"The judge {judge.name}: {judge.says}" for judge in here if judge.says]
    if paused:
        found.append(f"Judging is paused: {'all katas' if '*' in paused else ', '.join(paused)}.")
    return found
