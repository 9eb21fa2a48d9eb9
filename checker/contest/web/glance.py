"""What every page needs of the database, in one look: where the contest stands, and who asks."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from checker.contest import snapshots, tables
from checker.contest.services import Contest
from checker.contest.teams import team_of
from checker.contest.times import Times, times_of
from checker.contest.views import Phase, Team

_C = tables.contest.c
# Made once, for each page looks.
_CONTEST = sa.select(_C.extended_to, _C.revealed, _C.final, _C.announcement, _C.organiser_hash)
_TEAM = sa.select(tables.team).where(tables.team.c.id == sa.bindparam("number"))
_CONTENT = sa.select(tables.submission.c.content).where(tables.submission.c.id == sa.bindparam("number"))


@dataclass(frozen=True)
class Glance:
    """What was seen.

    `code_mark` stands for the team's code, `organiser_mark` for the organiser's: each changes with a new code and tells
    nothing of it.
    """

    times: Times
    phase: Phase
    announcement: str
    organiser_mark: str
    team: Team | None
    code_mark: str

    @property
    def is_revealing(self) -> bool:
        """Whether the board is being unfrozen."""
        return self.times.revealed is not None


def glance(contest: Contest, now: datetime, team_id: int | None = None) -> Glance:
    """Look, for this team too where one is given."""
    team = None
    with contest.database.read() as connection:
        row = connection.execute(_CONTEST).one()
        if team_id is not None:
            team = connection.execute(_TEAM, {"number": team_id}).first()
    times = times_of(contest.settings, row)
    return Glance(
        times=times,
        phase=times.phase(now),
        announcement=row.announcement,
        organiser_mark=_mark(row.organiser_hash),
        team=team_of(team) if team is not None else None,
        code_mark=_mark(team.code_hash) if team is not None else "",
    )


def left_out(contest: Contest, submission_id: int) -> tuple[str, ...]:
    """What of a notebook is no part of a submission."""
    with contest.database.read() as connection:
        content = connection.execute(_CONTENT, {"number": submission_id}).scalar_one()
    return snapshots.from_bytes(content).left_out


def _mark(code_hash: str) -> str:
    return hashlib.sha256(code_hash.encode()).hexdigest()[:24]
