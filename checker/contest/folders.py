"""A contest's folder: contest.toml, the keys, the database or the address of one."""

from __future__ import annotations

import base64
import json
import secrets
import shutil
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa

from checker.contest import clock, log, tables, teams
from checker.contest.errors import ContestError
from checker.contest.settings import FILE, template
from checker.whole_files import whole_file, write_new

# The hash of the organiser's code and the secret that signs cookies: for whichever database the contest is held with.
KEYS = ".keys.json"
# The address of the PostgreSQL server that was named last, so that all commands use it.
ADDRESS = ".database"
PRIVATE = 0o600


def make(folder: Path, title: str) -> str:
    """Make a contest's folder; the organiser's code, which nobody can read again.

    Raises:
        ContestError: something of that name is there, or cannot be made.
    """
    begin = (clock.now() + timedelta(days=7)).replace(minute=0, second=0, microsecond=0)
    end = begin + timedelta(hours=3)
    code = teams.new_code()
    keys = {
        "organiser_hash": teams.hashed(code),
        "secret": base64.b64encode(secrets.token_bytes(32)).decode(),
    }
    try:
        folder.mkdir(parents=True)
        with whole_file(folder / KEYS, mode=PRIVATE) as file:
            file.write(json.dumps(keys).encode())
        write_new(folder / FILE, template(title, begin, end, end - timedelta(minutes=30)).encode())
    except FileExistsError:
        raise ContestError(f"There is something called {folder} already. Choose another name.") from None
    except OSError as error:
        raise ContestError(f"{folder} cannot be made: {error.strerror or error}.") from None
    return code


def database_address(folder: Path, given: str | None) -> str | None:
    """The address of the contest's database, None for SQLite in the folder; one that is given is remembered.

    Raises:
        ContestError: the file that remembers it cannot be read or written.
    """
    file = folder / ADDRESS
    try:
        if given == "sqlite":
            file.unlink(missing_ok=True)
            return None
        known = file.read_text(encoding="utf-8").strip() if file.exists() else None
        if given and given != known:
            with whole_file(file, mode=PRIVATE) as stream:
                stream.write(given.encode())
    except OSError as error:
        raise ContestError(f"{file} cannot be used: {error.strerror or error}.") from None
    return given or known


def settle(connection: sa.Connection, folder: Path, settings: str, version: str) -> None:
    """Bring the row of the contest up to what the folder says; made where there is none.

    Raises:
        ContestError: the keys are missing or broken.
    """
    row = connection.execute(sa.select(tables.contest)).first()
    if row is None:
        keys = _keys(folder)
        connection.execute(
            tables.contest.insert().values(
                settings=settings,
                secret=base64.b64decode(keys["secret"]),
                organiser_hash=keys["organiser_hash"],
                paused=[],
                announcement="",
                version=version,
            )
        )
        log.add(connection, "katas", "made", version=version)
    elif (row.settings, row.version) != (settings, version):
        connection.execute(tables.contest.update().values(settings=settings, version=version))
        log.add(connection, "katas", "settings", version=version)


def _keys(folder: Path) -> dict[str, str]:
    file = folder / KEYS
    try:
        keys = json.loads(file.read_text(encoding="utf-8"))
        return {name: str(keys[name]) for name in ("organiser_hash", "secret")}
    except (OSError, ValueError, KeyError, TypeError):
        raise ContestError(
            f"{file} is missing or broken. It was made by `katas contest new`; restore it, or make a new contest and copy "
            f"{FILE} there."
        ) from None


def free_bytes(folder: Path) -> int | None:
    """How much room the folder's disk has."""
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return None
