"""A copy of a contest's database while it is in use."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from checker.contest.database import Database
from checker.contest.errors import ContestError, DatabaseUnavailable


def backup(database: Database, file: Path) -> None:
    """Copy a database of SQLite as it is at one moment, and see that the copy is sound.

    Raises:
        ContestError: the file exists, the database is another one, or the copy cannot be made.
    """
    if database.file is None:
        raise ContestError(
            f"The contest is in PostgreSQL, which has a program for this: pg_dump --format=custom --file={file} "
            f"{database.place.replace('+psycopg', '')}"
        )
    if os.path.lexists(file):
        raise ContestError(f"{file} exists already. Name another file for the backup.")
    try:
        with database.engine.connect() as connection:
            connection.connection.cursor().execute("VACUUM INTO ?", (str(file),))
        copy = sqlite3.connect(file)
        try:
            said = copy.execute("PRAGMA integrity_check").fetchone()[0]
        finally:
            copy.close()
        with file.open("rb") as stream:
            os.fsync(stream.fileno())
    except (sqlite3.Error, OSError) as error:
        file.unlink(missing_ok=True)
        raise DatabaseUnavailable(f"The backup {file} could not be made ({error}).") from None
    if said != "ok":
        raise DatabaseUnavailable(
            f"The backup {file} is not sound ({said}). Look at the disk before anything else."
        )
