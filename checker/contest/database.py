"""The contest's database: SQLite in the contest's folder, or PostgreSQL by its address.

One transaction writes at a time, on both: SQLite by BEGIN IMMEDIATE, PostgreSQL by an advisory lock. So numbers of the log
come in the order of their commits, and whoever has seen a number has seen all before it. Readers wait for nobody.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event

from checker.contest.errors import ContestError, DatabaseUnavailable
from checker.watch.saves import is_silent

FILE = "contest.db"
BUSY_SECONDS = 5.0
# Any number, the same for all that write into one contest's database.
WRITERS_LOCK = 8_786_412
_WRITES = "katas_writes"
# What these say is a fault of this program, and not of the database.
_OURS = (sa.exc.IntegrityError, sa.exc.ProgrammingError, sa.exc.DataError, sa.exc.NotSupportedError)


class Database:
    """Transactions on a contest's tables. Safe to use from many threads."""

    def __init__(self, folder: Path, url: str | None = None) -> None:
        """Open it, and bring its tables up to date.

        Raises:
            ContestError: the address is wrong, the folder is on a network file system, or the database is of a newer version.
            DatabaseUnavailable: it does not answer.
        """
        self.file = None if url else folder / FILE
        if self.file is not None and is_silent(folder):
            raise ContestError(
                f"{folder} is on a network file system, where SQLite cannot keep its promises. Put the contest on a disk of "
                "this machine, or name a PostgreSQL server: --database postgresql://..."
            )
        self.engine = _engine(url, folder / FILE)
        self.is_sqlite = self.engine.dialect.name == "sqlite"
        # SQLite lets writers wait by trying again and again; those of one process better queue here.
        self._turn = threading.Lock() if self.is_sqlite else nullcontext()
        from checker.contest.migrations import upgrade

        try:
            upgrade(self)
        except BaseException:
            self.close()
            raise

    @property
    def place(self) -> str:
        """Where it is, without a password."""
        return (
            str(self.file) if self.file is not None else self.engine.url.render_as_string(hide_password=True)
        )

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """A transaction that sees one state throughout and changes nothing.

        Raises:
            DatabaseUnavailable: the database does not answer.
        """
        with self._sentences():
            level = {} if self.is_sqlite else {"isolation_level": "REPEATABLE READ"}
            with (
                self.engine.connect().execution_options(**level) as connection,
                connection.begin() as transaction,
            ):
                yield connection
                transaction.rollback()

    @contextmanager
    def write(self) -> Iterator[sa.Connection]:
        """A transaction that is kept whole when the block ends, and not at all after an error.

        Raises:
            DatabaseUnavailable: the database does not answer, or its disk is full.
        """
        with self._sentences(), self._turn:
            options: dict[str, Any] = {_WRITES: True}
            with self.engine.connect().execution_options(**options) as connection, connection.begin():
                if not self.is_sqlite:
                    connection.execute(sa.text(f"SELECT pg_advisory_xact_lock({WRITERS_LOCK})"))
                yield connection

    def close(self) -> None:
        """Give back all connections."""
        self.engine.dispose()

    @contextmanager
    def _sentences(self) -> Iterator[None]:
        """Say what the database says in a sentence."""
        try:
            yield
        except _OURS:
            raise
        except (sa.exc.DatabaseError, sa.exc.InterfaceError, sa.exc.TimeoutError, sqlite3.Error) as error:
            lines = str(getattr(error, "orig", error)).strip().splitlines() or ["no reason given"]
            said = lines[0][:200]
            raise DatabaseUnavailable(
                f"The contest's database does not do its work ({said}). Nothing that was accepted is lost; try again, and "
                "if it stays so, `katas contest doctor` says more."
            ) from error


def _engine(url: str | None, file: Path) -> sa.Engine:
    if url is None:
        engine = sa.create_engine(
            sa.URL.create("sqlite", database=str(file)), pool_size=20, connect_args={"timeout": BUSY_SECONDS}
        )
        event.listen(engine, "connect", _as_sqlite_should_be)
        event.listen(engine, "begin", _begin)
        return engine
    try:
        address = sa.make_url(url)
        if address.get_backend_name() != "postgresql":
            raise ContestError(
                f"{address.get_backend_name()} is no database for a contest. Name a PostgreSQL server "
                "(postgresql://user@host/name), or none for SQLite."
            )
        address = address.set(drivername="postgresql+psycopg")
        # A connection that a restart of the server cut is replaced when it is taken.
        return sa.create_engine(
            address, pool_size=10, max_overflow=20, pool_pre_ping=True, connect_args={"connect_timeout": 5}
        )
    except sa.exc.ArgumentError:
        raise ContestError(
            "The address of the database is none. It looks like postgresql://user@host/name."
        ) from None
    except ImportError:
        raise ContestError(
            'For PostgreSQL its driver is needed: python -m pip install "deep-learning-katas[contest-postgresql]".'
        ) from None


def _as_sqlite_should_be(connection: Any, _: object) -> None:
    # Transactions begin where we say so, and not where the driver thinks.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        f"busy_timeout={int(BUSY_SECONDS * 1000)}",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: sa.Connection) -> None:
    writes = connection.get_execution_options().get(_WRITES)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
