"""Teams and codes. A code is shown once, when it is made; what is kept is its hash, and six characters to find it by."""

from __future__ import annotations

import functools
import secrets
import threading
import unicodedata
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from checker.contest import clock, log, tables
from checker.contest.database import Database
from checker.contest.errors import ContestError
from checker.contest.views import Team

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
KEY_LENGTH, REST_LENGTH = 6, 14
LONGEST_NAME = 60
# A code is drawn, 70 bits beyond the key: it needs no more memory and time than this to be safe.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
# So many are computed at a time, however many knock.
_AT_A_TIME = threading.BoundedSemaphore(2)
_MISREAD = str.maketrans("018", "OIB")


def new_code() -> str:
    """A code: 6 characters, a dash, 14 more."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(KEY_LENGTH + REST_LENGTH))
    return f"{letters[:KEY_LENGTH]}-{letters[KEY_LENGTH:]}"


def normalised(code: str) -> str:
    """A code as it was drawn, from how people type it: small letters, spaces, a missing dash, 0 for O, 1 for I."""
    letters = "".join(c for c in code[:100].upper() if c.isalnum()).translate(_MISREAD)
    return f"{letters[:KEY_LENGTH]}-{letters[KEY_LENGTH:]}"


def hashed(code: str) -> str:
    """The hash that is kept of a code."""
    return _HASHER.hash(normalised(code))


def fits(code_hash: str, code: str) -> bool:
    """Whether a code is the one of a hash."""
    with _AT_A_TIME:
        try:
            return _HASHER.verify(code_hash, normalised(code))
        except (VerificationError, InvalidHashError):
            return False


@functools.cache
def _nobodys_hash() -> str:
    return hashed(new_code())


def by_code(database: Database, code: str) -> Team | None:
    """The team with that code. Takes as long for an unknown code as for a wrong one."""
    key = normalised(code).partition("-")[0]
    with database.read() as connection:
        row = connection.execute(sa.select(tables.team).where(tables.team.c.code_key == key)).first()
    # Without a connection: many may wait for their turn here.
    is_right = fits(row.code_hash if row else _nobodys_hash(), code)
    return team_of(row) if row is not None and is_right else None


def team_of(row: Any) -> Team:
    """A team from its row."""
    return Team(row.id, row.name, row.language, row.disqualified_because or "", row.created_at)


def all_teams(connection: sa.Connection) -> list[Team]:
    """All teams by name."""
    rows = connection.execute(sa.select(tables.team).order_by(tables.team.c.name, tables.team.c.id))
    return [team_of(row) for row in rows]


def one_team(connection: sa.Connection, team_id: int) -> Team | None:
    """The team of that number."""
    row = connection.execute(sa.select(tables.team).where(tables.team.c.id == team_id)).first()
    return team_of(row) if row else None


def add_teams(
    connection: sa.Connection, names: Sequence[str], language: str, who: str
) -> list[tuple[Team, str]]:
    """Add teams; each with its code, which nobody can read again.

    Raises:
        ContestError: a name is empty, too long, or taken; nothing is added then.
    """
    made = []
    for given in names:
        name = _name(given)
        taken = connection.execute(sa.select(tables.team.c.id).where(tables.team.c.name == name)).first()
        if taken:
            raise ContestError(
                f"There is a team {name!r} already, so none of these was added. Give each a name of its own."
            )
        code = new_code()
        values = {
            "name": name,
            "code_hash": hashed(code),
            "code_key": code[:KEY_LENGTH],
            "language": language,
            "created_at": clock.now(),
        }
        team_id = tables.insert(connection, tables.team, **values)
        log.add(connection, who, "team", team=team_id, name=name)
        team = one_team(connection, team_id)
        assert team is not None
        made.append((team, code))
    return made


def give_new_code(connection: sa.Connection, team: Team, who: str) -> str:
    """Another code for a team; the old one opens nothing any more."""
    code = new_code()
    changed = {"code_hash": hashed(code), "code_key": code[:KEY_LENGTH]}
    connection.execute(tables.team.update().where(tables.team.c.id == team.id).values(changed))
    log.add(connection, who, "new_code", team=team.id)
    return code


def _name(given: str) -> str:
    """A team's name: any script, one line, nothing that is not seen."""
    name = " ".join(unicodedata.normalize("NFC", given).split())
    if not name or len(name) > LONGEST_NAME:
        raise ContestError(
            f"The name of a team has 1 to {LONGEST_NAME} letters; {given[:80]!r} has {len(name)}."
        )
    if any(unicodedata.category(c) in ("Cc", "Cf", "Cs", "Co", "Cn") and c != "\u200d" for c in name):
        raise ContestError(
            f"The name {given[:80]!r} holds a character that is not seen. Type it anew without it."
        )
    return name
