"""Whether a contest can be held here: sandbox, disk, clock, database, cores. Each finding says how to mend it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from checker.contest import clock, folders, tables
from checker.contest.errors import CannotJudge, ContestError
from checker.contest.judge_process import check_sandbox
from checker.contest.services import Contest
from checker.contest.settings import ContestSettings, read_settings

GIB = 2**30
LEAST_FREE, LITTLE_FREE = GIB // 2, 5 * GIB
# A clock that differs by more is wrong.
CLOCK_SECONDS = 2.0
# No clock is right that says less.
NOT_BEFORE = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at. `level` is "good", "note", or "bad": a contest cannot be held here."""

    name: str
    text: str
    level: str = "good"


def examine(folder: Path, database_url: str | None, *, judges_here: bool = True) -> list[Finding]:
    """Look at everything; nothing is changed but that the database is brought up to date.

    Args:
        folder: of the contest.
        database_url: of a PostgreSQL server, as `Contest.open` takes it.
        judges_here: whether this machine is to judge, and not a cluster.
    """
    found = [_sandbox(judges_here), _disk(folder)]
    try:
        settings = read_settings(folder)
        found += _settings(settings, judges_here)
        contest = Contest.open(folder, database_url)
    except ContestError as error:
        return [*found, Finding("Contest", str(error), "bad")]
    try:
        found += _database(contest)
    except ContestError as error:
        found.append(Finding("Database", str(error), "bad"))
    finally:
        contest.close()
    return found


def _sandbox(judges_here: bool) -> Finding:
    try:
        check_sandbox()
    except CannotJudge as error:
        return Finding("Sandbox", str(error), "bad" if judges_here else "note")
    return Finding("Sandbox", "strict")


def _disk(folder: Path) -> Finding:
    free = folders.free_bytes(folder)
    if free is None:
        return Finding("Disk", f"{folder} cannot be looked at", "bad")
    text = f"{free / GIB:.1f} GiB free in {folder}"
    if free < LEAST_FREE:
        return Finding("Disk", f"{text}: submissions could not be kept. Make room", "bad")
    return Finding("Disk", text, "note" if free < LITTLE_FREE else "good")


def _settings(settings: ContestSettings, judges_here: bool) -> Iterator[Finding]:
    now = clock.now()
    if now < NOT_BEFORE:
        yield Finding("Clock", f"it says {clock.said(now)}, which cannot be. Set it", "bad")
    else:
        zone = datetime.now().astimezone().strftime("%Z, UTC%z")
        yield Finding("Clock", f"{clock.said(now)}; this machine shows times in {zone}")
    until = settings.start - now
    if settings.end <= now:
        yield Finding("Times", f"the contest ended at {clock.said(settings.end)}", "note")
    elif until > timedelta(0):
        yield Finding("Times", f"begins at {clock.said(settings.start)}, ends at {clock.said(settings.end)}")
    else:
        yield Finding("Times", f"it runs until {clock.said(settings.end)}")
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if judges_here and settings.sandbox_slots >= cores > 1:
        yield Finding(
            "Cores",
            f"sandbox_slots is {settings.sandbox_slots} with {cores} cores: leave one to the pages, or times are measured "
            "while others disturb",
            "note",
        )


def _database(contest: Contest) -> Iterator[Finding]:
    now = clock.now()
    with contest.database.read() as connection:
        newest = [
            connection.execute(sa.select(sa.func.max(column))).scalar()
            for column in (tables.log.c.at, tables.submission.c.received_at)
        ]
        theirs = (
            None
            if contest.database.is_sqlite
            else connection.execute(sa.text("SELECT clock_timestamp()")).scalar()
        )
        teams = connection.execute(sa.select(sa.func.count()).select_from(tables.team)).scalar_one()
    yield Finding("Database", contest.database.place)
    if theirs is not None and abs((theirs - now).total_seconds()) > CLOCK_SECONDS:
        yield Finding(
            "Clock",
            f"the database's machine says {clock.said(theirs)}, this one {clock.said(now)}: set both",
            "bad",
        )
    late = max((moment for moment in newest if moment is not None), default=now)
    if (late - now).total_seconds() > CLOCK_SECONDS:
        yield Finding(
            "Clock",
            f"something was written at {clock.said(late)}, later than now: the clock was put back. Set it right before "
            "anybody hands in",
            "bad",
        )
    yield Finding("Teams", str(teams), "good" if teams else "note")
