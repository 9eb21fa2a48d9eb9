"""The tables of a contest's database, version by version, with Alembic. A database is brought up when it is opened."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

from checker.contest import clock
from checker.contest.errors import ContestError

if TYPE_CHECKING:
    from checker.contest.database import Database

# The newest version that this program knows.
HEAD = "0001"
FOLDER = Path(__file__).parent


def upgrade(database: Database) -> None:
    """Bring a database to the newest version; one of SQLite is copied first, unless it is new.

    Raises:
        ContestError: it is of a version that this program does not know.
    """
    with database.read() as connection:
        before = _version(connection)
    if before == HEAD:
        return
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    logging.getLogger("alembic").setLevel(logging.WARNING)
    if before and database.file is not None:
        copy = database.file.with_name(f"{database.file.stem}-{before}-{clock.now():%Y%m%d-%H%M%S-%f}.db")
        with database.engine.connect() as connection:
            connection.connection.cursor().execute("VACUUM INTO ?", (str(copy),))
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    try:
        with database.write() as connection:
            if _version(connection) == HEAD:
                return  # another process was faster
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    except CommandError:
        raise ContestError(
            f"The contest's database ({database.place}) is of version {before}, which this program does not know: it is of a "
            "newer one. Install that, or restore a backup of before."
        ) from None


def _version(connection: sa.Connection) -> str:
    if not sa.inspect(connection).has_table("alembic_version"):
        return ""
    return connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar() or ""
