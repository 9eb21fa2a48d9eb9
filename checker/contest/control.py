"""What an organiser does by hand. Each is one transaction, with a row of the log that says who did it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa

from checker.contest import log, tables
from checker.contest.clock import said
from checker.contest.errors import ContestError
from checker.contest.plain import plain_text
from checker.contest.times import Times

_C, _S, _T = tables.contest.c, tables.submission.c, tables.team.c
LONGEST_TEXT = 2000


def paused(connection: sa.Connection) -> tuple[str, ...]:
    """The numbers of the katas that are not judged at present; "*" stands for all."""
    return tuple(connection.execute(sa.select(_C.paused)).scalar_one())


def pause(connection: sa.Connection, katas: Collection[str], who: str) -> None:
    """Judge these katas no more, "*" for all; what is handed in waits."""
    changed = sorted({*paused(connection), *katas})
    connection.execute(tables.contest.update().values(paused=changed))
    log.add(connection, who, "paused", katas=sorted(katas))


def resume(connection: sa.Connection, katas: Collection[str], who: str) -> None:
    """Judge these katas again, "*" for all."""
    changed = [] if "*" in katas else [number for number in paused(connection) if number not in katas]
    if "*" in changed:
        raise ContestError(
            "All katas are paused, so one alone cannot be resumed. Resume all, then pause the others."
        )
    connection.execute(tables.contest.update().values(paused=changed))
    log.add(connection, who, "resumed", katas=sorted(katas))


def announce(connection: sa.Connection, text: str, who: str) -> None:
    """Put a text on every page; an empty one takes it away."""
    text = plain_text(text, LONGEST_TEXT + 1)
    if len(text) > LONGEST_TEXT:
        raise ContestError(f"An announcement has at most {LONGEST_TEXT} letters; this has {len(text)}.")
    connection.execute(tables.contest.update().values(announcement=text))
    log.add(connection, who, "announced", text=text)


def extend(connection: sa.Connection, times: Times, end: datetime, who: str) -> None:
    """Let the contest end later. What was received as practice before the new end counts."""
    if end <= times.end:
        raise ContestError(f"The contest ends at {said(times.end)}; it can only be extended beyond that.")
    if times.final is not None:
        raise ContestError("The final has begun, so the contest cannot be extended any more.")
    connection.execute(tables.contest.update().values(extended_to=end))
    connection.execute(
        tables.submission.update()
        .where(_S.practice.is_(sa.true()), _S.received_at < end)
        .values(practice=False)
    )
    log.add(connection, who, "extended", end=end.isoformat())


def disqualify(connection: sa.Connection, team_id: int, reason: str | None, who: str) -> None:
    """Take a team out of the ranking, with a reason that it reads; None takes it back in."""
    if reason is not None and not 0 < len(reason.strip()) <= LONGEST_TEXT:
        raise ContestError("Give a reason for the disqualification: the team reads it.")
    text = plain_text(reason.strip(), LONGEST_TEXT) if reason is not None else None
    connection.execute(tables.team.update().where(_T.id == team_id).values(disqualified_because=text))
    log.add(connection, who, "disqualified" if text else "requalified", team=team_id, reason=text or "")


def void(connection: sa.Connection, submission_id: int, reason: str, who: str) -> None:
    """Ignore a submission from now on, with a reason; it stays in the database, and its attempt is given back."""
    if not reason.strip():
        raise ContestError("Give a reason why the submission is to be ignored.")
    changed = connection.execute(
        tables.submission.update()
        .where(_S.id == submission_id, _S.state != "void")
        .values(state="void", attempts_counted=False)
    )
    if not changed.rowcount:
        raise ContestError(f"There is no submission {submission_id} that could be ignored.")
    log.add(
        connection, who, "void", submission=submission_id, reason=plain_text(reason.strip(), LONGEST_TEXT)
    )


def reveal_step(connection: sa.Connection, times: Times, now: datetime, who: str) -> None:
    """Unfreeze the lowest row of the board that is still closed."""
    if times.freeze is None or now < times.freeze:
        raise ContestError("The board is not frozen, so there is nothing to reveal.")
    if now < times.end:
        raise ContestError(f"The contest runs until {said(times.end)}. The board is revealed after that.")
    # The number, not one more than it was read: two hands on two buttons are two steps.
    step = sa.func.coalesce(_C.revealed, 0) + 1
    connection.execute(tables.contest.update().values(revealed=step))
    log.add(connection, who, "revealed")


def hide_again(connection: sa.Connection, who: str) -> None:
    """Close all rows again, as after a rehearsal."""
    connection.execute(tables.contest.update().values(revealed=None))
    log.add(connection, who, "hidden")
