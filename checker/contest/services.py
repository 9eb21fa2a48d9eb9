"""A contest, as pages and commands use it: each method is one transaction."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from checker import __version__
from checker.catalog import Kata
from checker.contest import (
    clock,
    folders,
    history,
    log,
    standings,
    submitting,
    tables,
    teams,
)
from checker.contest.board import Board
from checker.contest.database import Database
from checker.contest.organising import ORGANISER, Organising
from checker.contest.settings import ContestSettings, katas_of, read_settings, to_json
from checker.contest.times import Times
from checker.contest.views import (
    KataStanding,
    Phase,
    Submission,
    SubmissionView,
    Team,
    Viewer,
)
from checker.judging.snapshot import Snapshot
from checker.record_format import from_json
from checker.verdict import Record

_S, _J, _C = tables.submission.c, tables.judgement.c, tables.contest.c
MOST_BOARDS = 500


class Contest(Organising):
    """One contest: its folder, its settings and its database. Safe to use from many threads."""

    def __init__(
        self, folder: Path, settings: ContestSettings, katas: list[Kata], database: Database
    ) -> None:
        self.folder = folder
        self.settings = settings
        self.katas = katas
        self.database = database
        with database.read() as connection:
            row = connection.execute(sa.select(_C.secret, _C.organiser_hash)).one()
        self.secret: bytes = row.secret
        self._boards: dict[Any, Board] = {}
        self._board_lock = threading.Lock()

    @classmethod
    def open(cls, folder: Path, database_url: str | None = None) -> Contest:
        """Open the contest in `folder`; its settings are read anew and kept in the database.

        Args:
            folder: with contest.toml in it.
            database_url: of a PostgreSQL server; else the one that was named last for this folder; else SQLite in the folder.

        Raises:
            ContestError: the folder holds no contest, a setting is wrong, or the database cannot be used.
        """
        folder = folder.resolve()
        settings = read_settings(folder)
        katas = katas_of(folder, settings)
        database = Database(folder, folders.database_address(folder, database_url))
        try:
            with database.write() as connection:
                folders.settle(connection, folder, to_json(settings), __version__)
            return cls(folder, settings, katas, database)
        except BaseException:
            database.close()
            raise

    def close(self) -> None:
        """Give back the connections."""
        self.database.close()

    def times(self) -> Times:
        """Start, end and freeze as they are now, with what the organiser changed."""
        with self.database.read() as connection:
            return self._times(connection)

    def phase(self, now: datetime | None = None) -> Phase:
        """Where the contest stands."""
        return self.times().phase(now or clock.now())

    def announcement(self) -> str:
        """The text that stands on every page; empty where there is none."""
        with self.database.read() as connection:
            return str(connection.execute(sa.select(_C.announcement)).scalar_one())

    # Teams

    def sign_in(self, code: str) -> Team | None:
        """The team with that code; the time that it takes tells nothing."""
        return teams.by_code(self.database, code)

    def is_organiser(self, code: str) -> bool:
        """Whether a code is the organiser's."""
        with self.database.read() as connection:
            code_hash = connection.execute(sa.select(_C.organiser_hash)).scalar_one()
        return teams.fits(code_hash, code)

    def team(self, team_id: int) -> Team | None:
        """The team of that number."""
        with self.database.read() as connection:
            return teams.one_team(connection, team_id)

    def teams(self) -> list[Team]:
        """All teams by name."""
        with self.database.read() as connection:
            return teams.all_teams(connection)

    def add_teams(self, names: Sequence[str], who: str = ORGANISER) -> list[tuple[Team, str]]:
        """Add teams; each with its code, which nobody can read again."""
        with self.database.write() as connection:
            return teams.add_teams(connection, names, self.settings.language, who)

    def new_code(self, team: Team, who: str = ORGANISER) -> str:
        """Another code for a team; the old one opens nothing any more."""
        with self.database.write() as connection:
            return teams.give_new_code(connection, team, who)

    def new_organiser_code(self, who: str = ORGANISER) -> str:
        """Another code for the organiser; the old one opens nothing any more."""
        code = teams.new_code()
        with self.database.write() as connection:
            connection.execute(tables.contest.update().values(organiser_hash=teams.hashed(code)))
            log.add(connection, who, "new_organiser_code", public=False)
        return code

    def set_language(self, team: Team, language: str) -> None:
        """The language in which a team reads the pages."""
        with self.database.write() as connection:
            connection.execute(
                tables.team.update().where(tables.team.c.id == team.id).values(language=language)
            )

    # Submissions

    def opened(self, team: Team, now: datetime | None = None) -> list[KataStanding]:
        """Each kata as this team has it: locked, open or passed, its stars, and the attempts that are left."""
        moment = now or clock.now()
        with self.database.read() as connection:
            times = self._times(connection)
            path = standings.path(connection, self.katas, team.id, times.open_katas)
            left, next_at = standings.attempts_left(connection, team.id, times.attempts_per_hour, moment)
            mine = self._views(connection, moment, _S.team_id == team.id)
        return [
            KataStanding(
                kata,
                path[kata.number][0].value,
                path[kata.number][1],
                tuple(
                    sorted(
                        {
                            star
                            for one in mine
                            if one.kata == kata.number
                            for star in one.stars
                            if one.outcome == "passed"
                        }
                    )
                ),
                left,
                next_at,
                standings.best([one for one in mine if one.kata == kata.number]),
            )
            for kata in self.katas
        ]

    def submit(
        self, team: Team, kata: Kata, snapshot: Snapshot, received_at: datetime | None = None
    ) -> Submission:
        """Accept a submission: when this returns it is committed, with its bytes.

        Raises:
            Refused: it is not accepted; the text says why, and `next_at` when it would be.
            DatabaseUnavailable: it could not be kept, so it is not accepted.
        """
        moment = received_at or clock.now()
        with self.database.write() as connection:
            times = self._times(connection)
            return submitting.submit(connection, times, self.katas, team, kata, snapshot, moment)

    def submissions(self, team: Team, now: datetime | None = None) -> list[SubmissionView]:
        """A team's submissions, newest first."""
        with self.database.read() as connection:
            return self._views(connection, now or clock.now(), _S.team_id == team.id)

    def all_submissions(self, limit: int = 1000) -> list[SubmissionView]:
        """Everybody's submissions, newest first: for the organiser."""
        with self.database.read() as connection:
            return self._views(connection, clock.now(), limit=limit)

    def submission(self, number: int, viewer: Viewer, now: datetime | None = None) -> SubmissionView | None:
        """A submission; None where there is none, or the viewer may not see it."""
        with self.database.read() as connection:
            found = self._views(connection, now or clock.now(), _S.id == number)
        return found[0] if found and viewer.owns(found[0].team_id) else None

    def record(self, number: int, viewer: Viewer) -> Record | None:
        """The record of a submission's judgement that counts; None where there is none, or the viewer may not see it."""
        query = (
            sa.select(_S.team_id, _J.record)
            .join(tables.judgement, _J.submission_id == _S.id)
            .where(_S.id == number, _J.counted.is_(sa.true()))
        )
        with self.database.read() as connection:
            row = connection.execute(query).first()
        return from_json(row.record) if row is not None and viewer.owns(row.team_id) else None

    # The board

    def board(self, viewer: Viewer, now: datetime | None = None) -> Board:
        """The board as this viewer sees it; kept until the log says that something changed."""
        moment = now or clock.now()
        with self.database.read() as connection:
            times = self._times(connection)
            key = (log.newest(connection, of_board=True), viewer, times.phase(moment))
            # One computes it, and whoever asks meanwhile waits for that.
            with self._board_lock:
                if (known := self._boards.get(key)) is not None:
                    return known
                made = history.make_board(connection, self.katas, times, viewer, moment)
                if len(self._boards) > MOST_BOARDS or any(old[0] != key[0] for old in self._boards):
                    self._boards = {}
                self._boards[key] = made
        return made

    def seq(self) -> int:
        """The number of the newest row of the log."""
        with self.database.read() as connection:
            return log.newest(connection)

    def public_seq(self, now: datetime | None = None) -> int:
        """The number of the newest row that the public may know of: no judgement of what is frozen moves it."""
        with self.database.read() as connection:
            times = self._times(connection)
            is_frozen = times.freeze is not None and (now or clock.now()) >= times.freeze
            if is_frozen:
                taking_part = sa.select(sa.func.count()).where(tables.team.c.disqualified_because.is_(None))
                is_frozen = (times.revealed or 0) < connection.execute(taking_part).scalar_one()
            return log.newest(connection, public_only=is_frozen, of_board=not is_frozen)
