"""Accepting a submission: allowed or refused with a sentence, then committed with its bytes, and only then accepted."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from checker.catalog import Kata
from checker.contest import log, snapshots, tables
from checker.contest.clock import said
from checker.contest.errors import Refused
from checker.contest.plain import plain_text
from checker.contest.standings import attempts_left, path
from checker.contest.times import Times
from checker.contest.views import Submission, Team
from checker.judging.snapshot import MAX_BYTES, Snapshot
from checker.workspace.progress import State

LONGEST_NAME = 200


def submit(
    connection: sa.Connection,
    times: Times,
    katas: list[Kata],
    team: Team,
    kata: Kata,
    snapshot: Snapshot,
    received_at: datetime,
) -> Submission:
    """Write a submission and its place in the queue; the caller's transaction commits both.

    Raises:
        Refused: not begun, locked, too large, no attempt left, or disqualified.
    """
    now_team = connection.execute(sa.select(tables.team).where(tables.team.c.id == team.id)).first()
    if now_team is None:
        raise Refused("This team is not in the contest.", "unknown_team")
    if now_team.disqualified_because:
        raise Refused(f"This team was disqualified: {now_team.disqualified_because}", "disqualified")
    if received_at < times.start:
        raise Refused(f"The contest begins at {said(times.start)}.", "not_begun", times.start)
    if kata.number not in {one.number for one in katas}:
        raise Refused(f"Kata {kata.number} is not part of this contest.", "no_such_kata")
    if sum(len(file.source) for file in snapshot.files) > MAX_BYTES:
        raise Refused(f"A submission has at most {MAX_BYTES // 1024} KiB in all its files.", "too_large")
    state, needed = path(connection, katas, team.id, times.open_katas)[kata.number]
    if state is State.LOCKED:
        raise Refused(f"Kata {kata.number} is locked: pass {needed} first.", "locked")
    left, next_at = attempts_left(connection, team.id, times.attempts_per_hour, received_at)
    if not left:
        assert next_at is not None
        raise Refused(
            f"No attempt is left: {times.attempts_per_hour} are allowed in 60 minutes. The next one from {said(next_at)} on.",
            "too_many",
            next_at,
        )
    practice = received_at >= times.end
    values = {
        "team_id": team.id,
        "kata": kata.number,
        "entry_name": plain_text(snapshot.entry.name, LONGEST_NAME),
        "content": snapshots.to_bytes(snapshot),
        "source_sha256": snapshot.sha256,
        "received_at": received_at,
        "state": "received",
        "attempts_counted": True,
        "practice": practice,
        "final_note": "",
    }
    number = tables.insert(connection, tables.submission, **values)
    wait(connection, number, "initial", received_at)
    log.add(connection, f"team {team.id}", "received", submission=number, kata=kata.number, practice=practice)
    return Submission(number, team.id, kata.number, received_at, practice)


def wait(connection: sa.Connection, submission_id: int, cause: str, queued_at: datetime) -> int:
    """Put a submission into the queue, behind what came before that moment; the number of the judgement that waits."""
    values = {
        "submission_id": submission_id,
        "cause": cause,
        "queued_at": queued_at,
        "state": "waiting",
        "stars": [],
        "quality_better": "",
        "counted": False,
        "why": "",
    }
    return tables.insert(connection, tables.judgement, **values)
