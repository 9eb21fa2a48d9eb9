"""Rejudging: chosen by a filter, judged beside, shown as a table of differences, then applied or dropped as a whole.

Nothing that was judged before is changed until it is applied, and the old judgements stay. A new one that is a judge error or was
left open decides nothing, so the old verdict stays.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from checker.contest import log, tables
from checker.contest.errors import ContestError
from checker.contest.settings import freeze_of
from checker.contest.submitting import wait
from checker.contest.views import Difference, RejudgingView
from checker.record_format import from_json
from checker.report.terminal import first_missed
from checker.verdict import Outcome

_J, _S, _T, _R = tables.judgement.c, tables.submission.c, tables.team.c, tables.rejudging.c
# What a filter may name; each holds a list.
KEYS = ("submissions", "katas", "teams", "outcomes")
UNDECIDED = (Outcome.JUDGE_ERROR.value, Outcome.INCONCLUSIVE.value)
FINAL = "final"
_FIGURES = (
    *(_J.id.label("judgement_id"), _J.submission_id, _J.state, _J.outcome, _J.stars),
    *(_J.quality, _J.cpu_seconds, _J.replaces),
)


def begin(connection: sa.Connection, chosen: Mapping[str, Sequence[Any]], who: str, now: datetime) -> int:
    """Put all that a filter chooses into the queue once more; the number of the rejudging.

    Args:
        connection: of a transaction.
        chosen: any of `submissions` (numbers), `katas` (numbers), `teams` (numbers), `outcomes`; all that are named must fit.
        who: who asked for it.
        now: the moment.

    Raises:
        ContestError: the filter is not known, or chooses nothing that has a verdict.
    """
    if unknown := set(chosen) - set(KEYS):
        raise ContestError(f"A rejudging is chosen by {', '.join(KEYS)}, not by {sorted(unknown)[0]}.")
    query = (
        sa.select(_S.id)
        .join(tables.judgement, _J.submission_id == _S.id)
        .where(_J.counted.is_(sa.true()), _S.state != "void")
        .order_by(_S.received_at, _S.id)
    )
    columns = dict(zip(KEYS, (_S.id, _S.kata, _S.team_id, _J.outcome), strict=True))
    for key, values in chosen.items():
        query = query.where(columns[key].in_(list(values)))
    numbers = connection.execute(query).scalars().all()
    if not numbers:
        raise ContestError("Nothing that was judged fits this choice, so there is nothing to rejudge.")
    return put(
        connection, numbers, {key: list(values) for key, values in chosen.items()}, "rejudge", who, now
    )


def put(
    connection: sa.Connection,
    submission_ids: Sequence[int],
    chosen: dict[str, Any],
    kind: str,
    who: str,
    now: datetime,
) -> int:
    """Write a rejudging and what it judges; its number."""
    values = {"filter": chosen, "state": "judging", "made_by": who, "made_at": now}
    number = tables.insert(connection, tables.rejudging, **values)
    for submission_id in submission_ids:
        wait(connection, submission_id, f"{kind}:{number}", now)
    log.add(connection, who, "rejudging", public=False, rejudging=number, count=len(submission_ids))
    return number


def view(connection: sa.Connection, number: int) -> RejudgingView:
    """A rejudging with its differences.

    Raises:
        ContestError: there is none of that number.
    """
    row = _row(connection, number)
    found = connection.execute(
        sa.select(_S.id, _T.name, _S.kata, *_FIGURES)
        .select_from(tables.judgement)
        .join(tables.submission, _S.id == _J.submission_id)
        .join(tables.team, _T.id == _S.team_id)
        .where(_J.cause.in_(_causes(number)), _J.state.in_(("waiting", "judging", "done")))
        .order_by(_S.id)
    ).all()
    before = _before(connection, found)
    differences = tuple(_difference(one, before.get(one.submission_id)) for one in found)
    done = sum(one.state == "done" for one in found)
    return RejudgingView(
        row.id, row.filter, row.state, row.made_by, row.made_at, row.ended_at, done, len(found), differences
    )


def _before(connection: sa.Connection, new: Sequence[Any]) -> dict[int, Any]:
    """By submission: the judgement that an applied one took the place of, else the one that counts."""
    replaced = {one.replaces for one in new if one.replaces is not None}
    rest = {one.submission_id for one in new if one.replaces is None}
    rows = connection.execute(
        sa.select(*_FIGURES).where(
            sa.or_(_J.id.in_(replaced), sa.and_(_J.submission_id.in_(rest), _J.counted.is_(sa.true())))
        )
    )
    return {row.submission_id: row for row in rows}


def _difference(new: Any, old: Any) -> Difference:
    return Difference(
        submission_id=new.submission_id,
        team=new.name,
        kata=new.kata,
        before=old.outcome if old else "",
        after=new.outcome or "",
        stars_before=tuple(old.stars) if old else (),
        stars_after=tuple(new.stars),
        quality_before=old.quality if old else None,
        quality_after=new.quality,
        cpu_before=old.cpu_seconds if old else None,
        cpu_after=new.cpu_seconds,
    )


def all_of(connection: sa.Connection) -> list[RejudgingView]:
    """All rejudgings, the newest first."""
    numbers = connection.execute(sa.select(_R.id).order_by(_R.id.desc())).scalars().all()
    return [view(connection, number) for number in numbers]


def apply(connection: sa.Connection, number: int, who: str, now: datetime) -> int:
    """Let the new judgements count, all at once; how many verdicts changed.

    Raises:
        ContestError: it is not judged to the end, or was applied or dropped before.
    """
    row = _row(connection, number)
    if row.state != "ready":
        reason = {
            "judging": "is not judged to the end yet",
            "applied": "was applied",
            "dropped": "was dropped",
        }
        raise ContestError(f"Rejudging {number} {reason[row.state]}, so it cannot be applied.")
    new = connection.execute(
        sa.select(_S.received_at, *_FIGURES, _J.cause, _J.record)
        .select_from(tables.judgement)
        .join(tables.submission, _S.id == _J.submission_id)
        .where(_J.cause.in_(_causes(number)), _J.state == "done", _J.outcome.notin_(UNDECIDED))
        .order_by(_J.id)
    ).all()
    of = [one.submission_id for one in new]
    old = {
        one.submission_id: one
        for one in connection.execute(
            sa.select(*_FIGURES).where(_J.submission_id.in_(of), _J.counted.is_(sa.true()))
        )
    }
    # First none counts, then the new ones do: at no moment two of one submission.
    _set(connection, [one.judgement_id for one in old.values()], counted=False)
    _set(connection, [one.judgement_id for one in new], counted=True)
    changed, freeze = 0, freeze_of(connection.execute(sa.select(tables.contest.c.settings)).scalar_one())
    for one in new:
        before = old[one.submission_id]
        _set(connection, [one.judgement_id], replaces=before.judgement_id)
        difference = _difference_of(one, before)
        changed += difference
        if difference and one.cause.startswith(FINAL):
            note = _explained(before, one)
            connection.execute(
                tables.submission.update().where(_S.id == one.submission_id).values(final_note=note)
            )
    connection.execute(tables.rejudging.update().where(_R.id == number).values(state="applied", ended_at=now))
    is_seen = freeze is None or any(one.received_at < freeze for one in new)
    log.add(connection, who, "applied", public=is_seen, rejudging=number, changed=changed)
    return changed


def drop(connection: sa.Connection, number: int, who: str, now: datetime) -> None:
    """Let everything be as it was. What is still judged for it will count for nothing.

    Raises:
        ContestError: it was applied or dropped before.
    """
    row = _row(connection, number)
    if row.state not in ("judging", "ready"):
        raise ContestError(f"Rejudging {number} was {row.state} before, so it cannot be dropped.")
    connection.execute(
        tables.judgement.update()
        .where(_J.cause.in_(_causes(number)), _J.state.in_(("waiting", "judging")))
        .values(
            state="dropped", lease_token=None, lease_until=None, ended_at=now, why="the rejudging was dropped"
        )
    )
    connection.execute(tables.rejudging.update().where(_R.id == number).values(state="dropped", ended_at=now))
    connection.execute(tables.contest.update().where(tables.contest.c.final == number).values(final=None))
    log.add(connection, who, "dropped", public=False, rejudging=number)


def _set(connection: sa.Connection, judgement_ids: Sequence[int], **values: Any) -> None:
    connection.execute(tables.judgement.update().where(_J.id.in_(judgement_ids)).values(values))


def _difference_of(new: Any, old: Any) -> bool:
    return (new.outcome, sorted(new.stars)) != (old.outcome, sorted(old.stars))


def _explained(old: Any, new: Any) -> str:
    """Why the final changed a verdict, in a sentence for its author."""
    said = (
        "In the final this was judged once more with fresh hidden data and other secrets, and the verdict changed from "
        f"{_verdict(old)} to {_verdict(new)}."
    )
    missed = first_missed(from_json(new.record)) if new.outcome != Outcome.PASSED.value else None
    return (
        f"{said} The first check that was missed: {missed.title or missed.id}."
        if missed is not None
        else said
    )


def _verdict(judged: Any) -> str:
    stars = f" with {', '.join(sorted(judged.stars))}" if judged.stars else ""
    return f"{judged.outcome.replace('_', ' ')}{stars}"


def _row(connection: sa.Connection, number: int) -> Any:
    row = connection.execute(sa.select(tables.rejudging).where(_R.id == number)).first()
    if row is None:
        raise ContestError(f"There is no rejudging {number}.")
    return row


def _causes(number: int) -> tuple[str, str]:
    return f"rejudge:{number}", f"{FINAL}:{number}"
