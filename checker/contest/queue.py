"""The queue is the table of judgements: who judges what, by leases.

A judge takes what waits and gets a token. It says every quarter of a minute that it is still there; a lease that runs out is
lost, and the submission waits anew. A result counts only with the current token; one that comes later is logged and no more.
What was lost three times is a judge error: the judge's fault, so the attempt is given back.

The team with the fewest running comes first, then whoever was received first; rejudgings come after all that is new. What was
lost goes behind those that waited at that moment: whatever made the judge fail holds up nobody else.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from checker.contest import log, tables
from checker.contest.plain import plain_text
from checker.contest.results import Result, judge_error
from checker.contest.submitting import wait
from checker.verdict import Outcome

LEASE = timedelta(seconds=60)
HEARTBEAT_SECONDS = 15.0
MOST_LOSSES = 3
INITIAL, RETRY = "initial", "retry"
# A record names its kata by name, the tables by number.
Names = Mapping[str, str]
_J, _S = tables.judgement.c, tables.submission.c


@dataclass(frozen=True)
class Lease:
    """What a judge has taken: the judgement, its token, and what is to be judged."""

    judgement_id: int
    submission_id: int
    kata: str
    content: bytes
    token: str


def take(
    connection: sa.Connection, worker: str, names: Names, paused: Collection[str], now: datetime
) -> Lease | None:
    """Take what comes next; None where nothing waits that may be judged."""
    lose_overdue(connection, now, names)
    for row in in_order(connection, [number for number in names if not is_paused(number, paused)]):
        # What a hand at the database holds does not hold up the others.
        held = (
            sa.select(_J.id).where(_J.id == row.id, _J.state == "waiting").with_for_update(skip_locked=True)
        )
        if connection.execute(held).first() is None:
            continue
        token = secrets.token_hex(16)
        connection.execute(
            tables.judgement.update()
            .where(_J.id == row.id)
            .values(
                state="judging", lease_token=token, lease_until=now + LEASE, worker=worker, started_at=now
            )
        )
        if is_first_verdict(row.cause):
            _set_state(connection, row.submission_id, "judging")
        log.add(connection, worker, "taken", public=False, submission=row.submission_id, judgement=row.id)
        content = connection.execute(sa.select(_S.content).where(_S.id == row.submission_id)).scalar_one()
        return Lease(row.id, row.submission_id, row.kata, content, token)
    return None


def is_paused(kata: str, paused: Collection[str]) -> bool:
    """Whether a kata is not judged at present."""
    return "*" in paused or kata in paused


def is_first_verdict(cause: str) -> bool:
    """Whether a judgement is the one that a team waits for, and not a rejudging beside."""
    return cause in (INITIAL, RETRY)


def in_order(connection: sa.Connection, katas: Sequence[str] | None = None) -> list[Any]:
    """What waits, in the order in which it is taken: judgement, submission, cause, kata, team; of these katas, or of all."""
    query = (
        sa.select(_J.id, _J.submission_id, _J.cause, _S.kata, _S.team_id, _J.queued_at)
        .join(tables.submission, _S.id == _J.submission_id)
        .where(_J.state == "waiting", _S.state != "void")
    )
    if katas is not None:
        query = query.where(_S.kata.in_(katas))
    running: dict[int, int] = {}
    for team_id in connection.execute(
        sa.select(_S.team_id).join(tables.judgement, _S.id == _J.submission_id).where(_J.state == "judging")
    ).scalars():
        running[team_id] = running.get(team_id, 0) + 1
    waiting = sorted(
        connection.execute(query),
        key=lambda row: (not is_first_verdict(row.cause), row.queued_at, row.id),
    )
    # The k-th of a team waits for those before it: it counts as if they ran.
    ordered = []
    for row in waiting:
        before = running.get(row.team_id, 0)
        running[row.team_id] = before + 1
        ordered.append((not is_first_verdict(row.cause), before, row.queued_at, row.id, row))
    return [item[-1] for item in sorted(ordered, key=lambda item: item[:-1])]


def _places() -> Any:
    """The places of those that wait for their first verdict, in the order of `in_order`; takes `submissions`."""
    running = (
        sa.select(_S.team_id, sa.func.count().label("count"))
        .join(tables.judgement, _S.id == _J.submission_id)
        .where(_J.state == "judging")
        .group_by(_S.team_id)
        .subquery()
    )
    nth = sa.func.row_number().over(partition_by=_S.team_id, order_by=(_J.queued_at, _J.id))
    waiting = (
        sa.select(
            *(_S.id, _J.queued_at, _J.id.label("judgement")),
            (nth + sa.func.coalesce(running.c.count, 0)).label("before"),
        )
        .join(tables.judgement, _S.id == _J.submission_id)
        .outerjoin(running, running.c.team_id == _S.team_id)
        .where(_J.state == "waiting", _S.state != "void", _J.cause.in_((INITIAL, RETRY)))
        .subquery()
    )
    by = (waiting.c.before, waiting.c.queued_at, waiting.c.judgement)
    ranked = sa.select(waiting.c.id, sa.func.row_number().over(order_by=by).label("place")).subquery()
    chosen: sa.BindParameter[Any] = sa.bindparam("submissions", expanding=True)
    return sa.select(ranked.c.id, ranked.c.place).where(ranked.c.id.in_(chosen))


# Made once: to put it together takes longer than to run it.
_PLACES = _places()


def places(connection: sa.Connection, submission_ids: Collection[int]) -> dict[int, int]:
    """Which place each of these has. The database counts, since many ask while hundreds wait."""
    rows = connection.execute(_PLACES, {"submissions": list(submission_ids)})
    return {row.id: row.place for row in rows}


def keep(connection: sa.Connection, leases: Collection[Lease], now: datetime) -> list[Lease]:
    """Prolong leases; those that are no longer this judge's."""
    gone = []
    for lease in leases:
        changed = connection.execute(
            tables.judgement.update().where(_holds(lease)).values(lease_until=now + LEASE)
        )
        if not changed.rowcount:
            gone.append(lease)
    return gone


def say_phase(connection: sa.Connection, lease: Lease, text: str) -> None:
    """Note what is done at the moment; no change of state, so no row of the log."""
    connection.execute(tables.judgement.update().where(_holds(lease)).values(why=text))


def finish(connection: sa.Connection, lease: Lease, result: Result, worker: str, now: datetime) -> bool:
    """Keep a result; whether it was kept, or came when the lease was another's."""
    row = connection.execute(
        sa.select(_J.cause, _S.received_at, _S.practice)
        .join(tables.submission, _S.id == _J.submission_id)
        .where(_holds(lease))
    ).first()
    if row is None:
        log.add(
            connection,
            worker,
            "late",
            public=False,
            submission=lease.submission_id,
            judgement=lease.judgement_id,
            outcome=result.outcome,
        )
        return False
    if result.outcome == Outcome.INCONCLUSIVE.value and row.cause == INITIAL:
        # The machine was too busy to tell: once more.
        _end(
            connection,
            lease.judgement_id,
            now,
            state="dropped",
            why="it was left open and is judged once more",
        )
        wait(connection, lease.submission_id, RETRY, now)
        _set_state(connection, lease.submission_id, "received")
        log.add(connection, worker, "open", public=False, submission=lease.submission_id)
        return True
    _close(connection, lease.judgement_id, row.cause, lease.submission_id, result, worker, now)
    return True


def lose(connection: sa.Connection, lease: Lease, why: str, worker: str, names: Names, now: datetime) -> None:
    """Give up a judgement that came to nothing: it waits anew, or is a judge error after the third time."""
    row = connection.execute(sa.select(_J.id, _J.submission_id, _J.cause).where(_holds(lease))).first()
    if row is not None:
        _lost(connection, row, why, worker, now, names[lease.kata])


def give_back(connection: sa.Connection, lease: Lease, worker: str) -> None:
    """Return what was taken, as when a judge ends in order: it waits as if it had not been taken."""
    changed = connection.execute(
        tables.judgement.update()
        .where(_holds(lease))
        .values(state="waiting", lease_token=None, lease_until=None, worker=None, started_at=None, why="")
        .returning(_J.cause)
    ).first()
    if changed is not None:
        if is_first_verdict(changed.cause):
            _set_state(connection, lease.submission_id, "received")
        log.add(connection, worker, "given_back", public=False, submission=lease.submission_id)


def lose_overdue(connection: sa.Connection, now: datetime, names: Names, dead: str | None = None) -> int:
    """Take back the leases that ran out, and those of judges whose name begins with `dead`; how many."""
    over = _J.lease_until < now
    if dead is not None:
        over = sa.or_(over, _J.worker.startswith(dead, autoescape=True))
    rows = connection.execute(
        sa.select(_J.id, _J.submission_id, _J.cause, _J.worker, _S.kata)
        .join(tables.submission, _S.id == _J.submission_id)
        .where(_J.state == "judging", over)
    ).all()
    for row in rows:
        _lost(connection, row, "the judge is gone", row.worker, now, names.get(row.kata, row.kata))
    return len(rows)


def _lost(connection: sa.Connection, row: Any, why: str, worker: str, now: datetime, kata_name: str) -> None:
    _end(connection, row.id, now, state="lost", why=plain_text(why, 1000))
    log.add(
        connection,
        worker,
        "lost",
        public=False,
        submission=row.submission_id,
        judgement=row.id,
        why=plain_text(why, 300),
    )
    same = (INITIAL, RETRY) if is_first_verdict(row.cause) else (row.cause,)
    reasons = (
        connection.execute(
            sa.select(_J.why)
            .where(_J.submission_id == row.submission_id, _J.cause.in_(same), _J.state == "lost")
            .order_by(_J.id)
        )
        .scalars()
        .all()
    )
    cause = RETRY if is_first_verdict(row.cause) else row.cause
    number = wait(connection, row.submission_id, cause, now)
    if is_first_verdict(row.cause):
        _set_state(connection, row.submission_id, "received")
    if len(reasons) >= MOST_LOSSES:
        _close(connection, number, cause, row.submission_id, judge_error(kata_name, reasons), worker, now)


def _close(
    connection: sa.Connection,
    judgement_id: int,
    cause: str,
    submission_id: int,
    result: Result,
    worker: str,
    now: datetime,
) -> None:
    """A verdict: it counts at once where a team waits for it, and when it is applied in a rejudging."""
    counts = is_first_verdict(cause)
    _end(connection, judgement_id, now, state="done", counted=counts, **result.columns())
    submission = connection.execute(sa.select(_S.received_at, _S.state).where(_S.id == submission_id)).one()
    if counts:
        is_ours = result.outcome == Outcome.JUDGE_ERROR.value
        changed: dict[str, Any] = {"attempts_counted": False} if is_ours else {}
        if submission.state != "void":
            changed["state"] = "done"
        if changed:
            connection.execute(tables.submission.update().where(_S.id == submission_id).values(changed))
    freeze = _freeze(connection)
    log.add(
        connection,
        worker,
        "judged" if counts else "judged_beside",
        public=counts and (freeze is None or submission.received_at < freeze),
        submission=submission_id,
        judgement=judgement_id,
        outcome=result.outcome,
        cause=cause,
    )
    if not counts:
        _ready_if_done(connection, cause, worker)


def _ready_if_done(connection: sa.Connection, cause: str, worker: str) -> None:
    """A rejudging of which nothing is left to judge can be applied."""
    left = connection.execute(
        sa.select(_J.id).where(_J.cause == cause, _J.state.in_(("waiting", "judging"))).limit(1)
    ).first()
    if left is None:
        number = int(cause.partition(":")[2])
        table = tables.rejudging
        connection.execute(
            table.update().where(table.c.id == number, table.c.state == "judging").values(state="ready")
        )
        log.add(connection, worker, "rejudging_ready", public=False, rejudging=number)


def _freeze(connection: sa.Connection) -> datetime | None:
    from checker.contest.settings import freeze_of

    settings = connection.execute(sa.select(tables.contest.c.settings)).scalar_one()
    return freeze_of(settings)


def _end(connection: sa.Connection, judgement_id: int, now: datetime, **values: Any) -> None:
    connection.execute(
        tables.judgement.update()
        .where(_J.id == judgement_id)
        .values(lease_token=None, lease_until=None, ended_at=now, **values)
    )


def _set_state(connection: sa.Connection, submission_id: int, state: str) -> None:
    connection.execute(
        tables.submission.update()
        .where(_S.id == submission_id, _S.state.in_(("received", "judging")))
        .values(state=state)
    )


def _holds(lease: Lease) -> Any:
    return sa.and_(_J.id == lease.judgement_id, _J.state == "judging", _J.lease_token == lease.token)
