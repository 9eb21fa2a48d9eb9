"""`katas contest verify`: everything anew from sources and records, compared with what the database says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from checker.contest import history, snapshots, tables
from checker.contest.board import Judged, board
from checker.contest.results import result_of
from checker.contest.services import Contest
from checker.contest.views import ORGANISER, PUBLIC
from checker.errors import KatasError
from checker.record_format import from_json
from checker.verdict import Outcome

_J, _S = tables.judgement.c, tables.submission.c


@dataclass(frozen=True)
class Finding:
    """What was compared, and in sentences what differs."""

    submissions: int
    verdicts: int
    waiting: int
    differences: tuple[str, ...]


def verify(contest: Contest, now: datetime) -> Finding:
    """Compare: each source with its hash, each submission with its verdicts, each record with its figures, and the boards."""
    found: list[str] = []
    times = contest.times()
    with contest.database.read() as connection:
        submissions = connection.execute(
            sa.select(_S.id, _S.state, _S.content, _S.source_sha256).order_by(_S.id)
        ).all()
        verdicts = connection.execute(
            sa.select(tables.judgement).where(_J.counted.is_(sa.true())).order_by(_J.submission_id)
        ).all()
        open_ = set(
            connection.execute(
                sa.select(_J.submission_id).where(
                    _J.state.in_(("waiting", "judging")), _J.cause.in_(("initial", "retry"))
                )
            ).scalars()
        )
        submitted, kept = history.submitted(connection), history.judged(connection)
        rules = history.rules(connection, contest.katas, times)
    hashes = {}
    for one in submissions:
        hashes[one.id] = one.source_sha256
        if snapshots.from_bytes(one.content).sha256 != one.source_sha256:
            found.append(f"Submission {one.id}: its source is not the one that was received.")
    anew = []
    for row in verdicts:
        judged, said = _anew(row, hashes.get(row.submission_id, ""))
        found += said
        anew.append(judged)
    counts: dict[int, int] = {}
    for row in verdicts:
        counts[row.submission_id] = counts.get(row.submission_id, 0) + 1
    for one in submissions:
        found += _promise(one.id, one.state, counts.get(one.id, 0), one.id in open_)
    for name, viewer in (("organiser's", ORGANISER), ("public", PUBLIC)):
        if board(submitted, anew, rules, viewer, now) != board(submitted, kept, rules, viewer, now):
            found.append(f"The {name} board from the records is another one than that from the database.")
    return Finding(len(submissions), len(verdicts), len(open_), tuple(found))


def _anew(row: Any, sha256: str) -> tuple[Judged, list[str]]:
    """A judgement as its record says, and what its row says otherwise."""
    kept = history.judged_of(row)
    where = f"Submission {row.submission_id}, judgement {row.id}"
    try:
        record = from_json(row.record or "")
    except KatasError as error:
        return kept, [f"{where}: its record cannot be read ({error})."]
    result = result_of(record)
    judged = Judged(
        row.submission_id, result.outcome, result.stars, result.quality, result.better, result.cpu_seconds
    )
    said = []
    if judged != kept:
        said.append(f"{where}: the record says {_said(judged)}, the database {_said(kept)}.")
    if record.outcome is not Outcome.JUDGE_ERROR and record.submission_sha256 != sha256:
        said.append(f"{where}: the record is of another source.")
    if row.state != "done":
        said.append(f"{where}: it counts and is {row.state}.")
    return judged, said


def _promise(number: int, state: str, verdicts: int, is_open: bool) -> list[str]:
    """Accepted means judged once: one verdict, or a place in the queue."""
    if verdicts > 1:
        return [f"Submission {number} has {verdicts} verdicts that count."]
    if state == "done" and verdicts != 1:
        return [f"Submission {number} is done and has no verdict."]
    if state in ("received", "judging") and (verdicts or not is_open):
        return [
            f"Submission {number} is {state}, but {'has a verdict' if verdicts else 'is not in the queue'}."
        ]
    return []


def _said(judged: Judged) -> str:
    stars = " ".join(judged.stars) or "no stars"
    return f"{judged.outcome}, {stars}, quality {judged.quality}, {judged.cpu_seconds} CPU s"
