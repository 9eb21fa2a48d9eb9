"""What the organiser does with a contest: the half of `services.Contest` that no team and no visitor gets to call."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from checker.catalog import Kata
from checker.contest import clock, control, final, folders, overview, rejudging, tables
from checker.contest.database import Database
from checker.contest.settings import ContestSettings
from checker.contest.times import Times, times_of
from checker.contest.views import ContestState, RejudgingView, SubmissionView, Team

_S, _C = tables.submission.c, tables.contest.c
ORGANISER = "organiser"


class Organising:
    """A contest's folder, settings, katas and database, and what its organiser may do; `who` goes into the log."""

    folder: Path
    settings: ContestSettings
    katas: list[Kata]
    database: Database

    def _times(self, connection: sa.Connection) -> Times:
        row = connection.execute(sa.select(_C.extended_to, _C.revealed, _C.final)).one()
        return times_of(self.settings, row)

    def _views(
        self, connection: sa.Connection, now: datetime, only: Any = None, limit: int | None = None
    ) -> list[SubmissionView]:
        return overview.submissions(connection, control.paused(connection), now, only=only, limit=limit)

    def state(self, now: datetime | None = None) -> ContestState:
        """How the contest stands."""
        moment = now or clock.now()
        with self.database.read() as connection:
            times = self._times(connection)
            paused = control.paused(connection)
            judges = overview.judges(connection, moment)
            waiting = self._views(connection, moment, _S.state == "received")
            errors = self._views(connection, moment, sa.and_(overview.not_judged(), _S.state != "void"))
            return ContestState(
                phase=times.phase(moment),
                now=moment,
                end=times.end,
                judges=tuple(judges),
                counts=overview.counts(connection),
                waiting=tuple(sorted(waiting, key=lambda one: one.place or 0)),
                judging=tuple(self._views(connection, moment, _S.state == "judging")),
                judge_errors=tuple(errors),
                rejudgings=tuple(rejudging.all_of(connection)),
                paused=paused,
                announcement=connection.execute(sa.select(_C.announcement)).scalar_one(),
                log=tuple(overview.log_rows(connection)),
                disk_free=folders.free_bytes(self.folder),
                problems=tuple(overview.problems(judges, len(waiting), len(errors), paused)),
            )

    def pause(self, katas: Collection[str], who: str = ORGANISER) -> None:
        """Judge these katas no more (numbers, or "*" for all); what is handed in waits."""
        with self.database.write() as connection:
            control.pause(connection, katas, who)

    def resume(self, katas: Collection[str], who: str = ORGANISER) -> None:
        """Judge these katas again (numbers, or "*" for all)."""
        with self.database.write() as connection:
            control.resume(connection, katas, who)

    def announce(self, text: str, who: str = ORGANISER) -> None:
        """Put a text on every page; an empty one takes it away."""
        with self.database.write() as connection:
            control.announce(connection, text, who)

    def extend(self, end: datetime, who: str = ORGANISER) -> None:
        """Let the contest end later."""
        with self.database.write() as connection:
            control.extend(connection, self._times(connection), end, who)

    def disqualify(self, team: Team, reason: str, who: str = ORGANISER) -> None:
        """Take a team out of the ranking, with a reason that it reads."""
        with self.database.write() as connection:
            control.disqualify(connection, team.id, reason, who)

    def requalify(self, team: Team, who: str = ORGANISER) -> None:
        """Take a team back into the ranking."""
        with self.database.write() as connection:
            control.disqualify(connection, team.id, None, who)

    def void(self, number: int, reason: str, who: str = ORGANISER) -> None:
        """Ignore a submission from now on, with a reason."""
        with self.database.write() as connection:
            control.void(connection, number, reason, who)

    def reveal_step(self, who: str = ORGANISER, now: datetime | None = None) -> None:
        """Unfreeze the lowest row of the board that is still closed."""
        with self.database.write() as connection:
            control.reveal_step(connection, self._times(connection), now or clock.now(), who)

    def hide_again(self, who: str = ORGANISER) -> None:
        """Close all rows of the board again, as after a rehearsal."""
        with self.database.write() as connection:
            control.hide_again(connection, who)

    def rejudge(self, chosen: Mapping[str, Sequence[Any]], who: str = ORGANISER) -> int:
        """Judge beside what a filter chooses (see `rejudging.begin`); the rejudging's number."""
        with self.database.write() as connection:
            return rejudging.begin(connection, chosen, who, clock.now())

    def rejudging(self, number: int) -> RejudgingView:
        """A rejudging with its differences."""
        with self.database.read() as connection:
            return rejudging.view(connection, number)

    def apply(self, number: int, who: str = ORGANISER) -> int:
        """Let a rejudging count, all at once; how many verdicts changed."""
        with self.database.write() as connection:
            return rejudging.apply(connection, number, who, clock.now())

    def drop(self, number: int, who: str = ORGANISER) -> None:
        """Let everything be as it was before a rejudging."""
        with self.database.write() as connection:
            rejudging.drop(connection, number, who, clock.now())

    def start_final(self, who: str = ORGANISER, now: datetime | None = None) -> int:
        """Judge the best of each team once more with fresh secrets; the number of the rejudging that does it."""
        with self.database.write() as connection:
            return final.begin(connection, self.katas, self._times(connection), who, now or clock.now())
