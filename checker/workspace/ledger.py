"""The ledger: every judged run of a workspace, in one SQLite file.

A run is one transaction, so a kill at any moment leaves the ledger as it was before or after it. The
rollback journal is used, not the write-ahead log: a log needs shared memory, which network drives do not
have, and cannot be read in a read-only folder.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from checker.errors import KatasError
from checker.languages.texts import say
from checker.workspace.progress import Summary

if TYPE_CHECKING:
    # `katas` alone reads the ledger without records, and starts sooner without their classes.
    from checker.verdict import Outcome, Record

VERSION = 2
PASSED = "passed"
QUICK_RUNS_KEPT = 200
BUSY_SECONDS = 10.0

_SCHEMA = """
CREATE TABLE IF NOT EXISTS runs (
    id INTEGER PRIMARY KEY,
    kata TEXT NOT NULL,
    started TEXT NOT NULL,
    outcome TEXT NOT NULL,
    quick INTEGER NOT NULL,
    counts INTEGER NOT NULL,        -- a full run judged in its turn: its pass unlocks
    checks_passed INTEGER NOT NULL,
    checks INTEGER NOT NULL,
    measure TEXT NOT NULL,          -- the quality that stands for this kata; empty if none was measured
    value REAL,
    "limit" REAL,
    better TEXT NOT NULL,
    seconds REAL,                   -- time used by the timed step nearest to its limit, and what was allowed
    allowed REAL,
    submission_sha256 TEXT NOT NULL,
    suite_sha256 TEXT NOT NULL,
    record TEXT NOT NULL,           -- the whole record as JSON
    stars TEXT NOT NULL DEFAULT ''  -- "robust=won quality=missed ..."
);
CREATE INDEX IF NOT EXISTS runs_by_kata ON runs (kata);
CREATE TABLE IF NOT EXISTS hints (kata TEXT PRIMARY KEY, shown INTEGER NOT NULL);
"""


class LedgerError(KatasError):
    """The ledger cannot be read or written now; the text says why and what to do."""


class LedgerDamagedError(LedgerError):
    """The file is no ledger any more."""


@dataclass(frozen=True)
class Entry:
    """One run as the ledger keeps it."""

    id: int
    kata: str
    started: str
    outcome: Outcome
    counts: bool
    record: Record


class Ledger:
    """The ledger in one file. Each call opens it, so nothing is held while a kata trains."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def prepare(self) -> None:
        """Create the file if it is missing and prove that it can be written.

        Raises:
            LedgerError: it cannot be written, or it is damaged.
        """
        with self._open(write=True) as connection:
            # A schema that is there is not written again: two checks at once must not wait for each other.
            if _is_empty(connection):
                connection.executescript(f"BEGIN IMMEDIATE;{_SCHEMA}PRAGMA user_version = {VERSION};COMMIT;")
            _upgrade(connection)
            connection.execute("BEGIN IMMEDIATE")
            # The journal is made at the first write only, which a read-only folder refuses.
            connection.execute(f"PRAGMA user_version = {VERSION}")
            connection.execute("ROLLBACK")

    def add(self, record: Record, *, counts: bool) -> None:
        """Keep a run. `counts` says whether it was judged in its turn; a quick run never counts.

        Raises:
            LedgerError: it could not be written.
        """
        from checker.record_format import to_json
        from checker.verdict import Outcome

        quality = record.quality
        tightest = max(record.times, key=lambda use: use.used / use.allowed, default=None)
        row = (
            record.kata,
            record.started,
            record.outcome.value,
            int(record.quick),
            int(counts and not record.quick),
            sum(check.outcome is Outcome.PASSED for check in record.checks),
            len(record.checks),
            quality.name if quality else "",
            quality.value if quality else None,
            quality.limit if quality else None,
            quality.better if quality else "",
            tightest.used if tightest else None,
            tightest.allowed if tightest else None,
            record.submission_sha256,
            record.suite_sha256,
            to_json(record),
            " ".join(f"{star}={state.replace(' ', '_')}" for star, state in record.stars.items()),
        )
        self.prepare()
        with self._open(write=True) as connection:
            connection.execute(f"INSERT INTO runs VALUES (NULL{', ?' * len(row)})", row)
            # `katas watch` adds one at each save; they count for nothing, and the latest tell all that is asked of them.
            connection.execute(
                "DELETE FROM runs WHERE kata = ?1 AND quick = 1 AND id NOT IN"
                " (SELECT id FROM runs WHERE kata = ?1 AND quick = 1 ORDER BY id DESC LIMIT ?2)",
                (record.kata, QUICK_RUNS_KEPT),
            )

    def pictures(self, runs: int) -> set[str]:
        """The hashes of the pictures of the latest runs that have any, so many of each kata.

        Raises:
            LedgerError: it cannot be read, or it is damaged.
        """
        from checker.record_format import from_json

        with self._open(write=False) as connection:
            rows = connection.execute(
                "SELECT record FROM (SELECT record, row_number() OVER (PARTITION BY kata ORDER BY id DESC) AS place"
                " FROM runs WHERE instr(record, '\"artifacts\": [{') > 0) WHERE place <= ?",
                (runs,),
            ).fetchall()
        try:
            return {one.sha256 for row in rows for one in from_json(row["record"]).artifacts}
        except ValueError as error:
            raise self._damaged(str(error)) from error

    def summaries(self) -> dict[str, Summary]:
        """What is known of each kata that was tried, by kata name; nothing if there is no ledger yet.

        Raises:
            LedgerError: it cannot be read, or it is damaged.
        """
        if not self.file.exists():
            return {}
        with self._open(write=False) as connection:
            if _is_empty(connection):
                return {}
            rows = connection.execute(
                "SELECT kata, started, outcome, quick, counts, checks_passed, checks, measure, value,"
                f' "limit", better, seconds, allowed, submission_sha256, {_stars_column(connection)} AS stars'
                " FROM runs ORDER BY id"
            ).fetchall()
            hints = dict(connection.execute("SELECT kata, shown FROM hints").fetchall())
        by_kata: dict[str, list[sqlite3.Row]] = {}
        for row in rows:
            by_kata.setdefault(row["kata"], []).append(row)
        return {kata: _summary(by_kata.get(kata, []), hints.get(kata, 0)) for kata in {*by_kata, *hints}}

    def entries(self, kata: str | None = None) -> list[Entry]:
        """The runs in order, of one kata or of all, each with its record.

        Raises:
            LedgerError: it cannot be read, or it is damaged.
        """
        from checker.record_format import from_json
        from checker.verdict import Outcome

        if not self.file.exists():
            return []
        with self._open(write=False) as connection:
            if _is_empty(connection):
                return []
            rows = connection.execute(
                "SELECT id, kata, started, outcome, counts, record FROM runs"
                " WHERE ?1 IS NULL OR kata = ?1 ORDER BY id",
                (kata,),
            ).fetchall()
        try:
            return [
                Entry(r["id"], r["kata"], r["started"], Outcome(r["outcome"]), bool(r["counts"]),
                      from_json(r["record"]))
                for r in rows
            ]  # fmt: skip
        except ValueError as error:
            raise self._damaged(str(error)) from error

    def last_record(self, kata: str) -> Record | None:
        """The record of the latest run of one kata; None if there is none.

        Raises:
            LedgerError: it cannot be read, or it is damaged.
        """
        from checker.record_format import from_json

        if not self.file.exists():
            return None
        with self._open(write=False) as connection:
            if _is_empty(connection):
                return None
            row = connection.execute(
                "SELECT record FROM runs WHERE kata = ? ORDER BY id DESC LIMIT 1", (kata,)
            ).fetchone()
        try:
            return from_json(row["record"]) if row else None
        except ValueError as error:
            raise self._damaged(str(error)) from error

    def one_more_hint(self, kata: str, available: int) -> int:
        """Count one more hint as shown, at most `available`; the number shown so far."""
        self.prepare()
        with self._open(write=True) as connection:
            connection.execute(
                "INSERT INTO hints VALUES (?1, MIN(1, ?2))"
                " ON CONFLICT (kata) DO UPDATE SET shown = MIN(MAX(shown, 0) + 1, ?2)",
                (kata, available),
            )
            return int(connection.execute("SELECT shown FROM hints WHERE kata = ?", (kata,)).fetchone()[0])

    def check(self) -> None:
        """Read the whole file and verify it.

        Raises:
            LedgerError: it cannot be read, or it is damaged.
        """
        if self.file.exists():
            with self._open(write=False) as connection:
                answer = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
                if not _is_empty(connection):
                    connection.execute("SELECT count(*) FROM runs").fetchone()
            if answer != "ok":
                raise self._damaged(str(answer))

    def repair(self) -> Path | None:
        """Make the ledger usable: a damaged one is moved aside, never deleted. Its new name, if so.

        Raises:
            LedgerError: it cannot be used for another reason.
        """
        try:
            self.check()
            self.prepare()
        except LedgerDamagedError:
            return self.move_aside()
        return None

    def move_aside(self) -> Path:
        """Rename a damaged file, with its journal, and start an empty ledger; the new name of the old one."""
        stamp = time.strftime("%Y%m%d-%H%M%S")
        number = 0
        while (aside := self.file.with_name(f"{self.file.name}.damaged-{stamp}-{number}")).exists():
            number += 1
        try:
            self.file.rename(aside)
            journal = self.file.with_name(self.file.name + "-journal")
            if journal.exists():
                journal.rename(aside.with_name(aside.name + "-journal"))
        except OSError as error:
            raise LedgerError(
                say("The damaged ledger {file} cannot be moved aside: {error}.", file=self.file, error=error)
            ) from error
        self.prepare()
        return aside

    @contextmanager
    def _open(self, *, write: bool) -> Iterator[sqlite3.Connection]:
        # Reading too must be able to write: a journal that a kill left behind is rolled back first. Where the
        # file is read-only, SQLite reads it all the same.
        mode = "rwc" if write else "rw"
        path = self.file.absolute().as_posix()
        uri = "file://" + _quoted(path if path.startswith("/") else f"/{path}")
        connection: sqlite3.Connection | None = None
        try:
            connection = sqlite3.connect(
                f"{uri}?mode={mode}", uri=True, timeout=BUSY_SECONDS, isolation_level=None
            )
            connection.row_factory = sqlite3.Row
            if connection.execute("PRAGMA user_version").fetchone()[0] > VERSION:
                raise LedgerError(
                    say(
                        "The ledger {file} was written by a newer version of katas. Update with: python -m pip install "
                        "-U deep-learning-katas",
                        file=self.file,
                    )
                )
            yield connection
        except sqlite3.Error as error:
            raise self._explained(error) from error
        finally:
            if connection is not None:
                connection.close()

    def _explained(self, error: sqlite3.Error) -> LedgerError:
        reason = str(error)
        if "locked" in reason or "busy" in reason:
            return LedgerError(
                say(
                    "The ledger {file} has been in use by another program for {seconds:.0f} seconds. End that "
                    "one, then try again.",
                    file=self.file,
                    seconds=BUSY_SECONDS,
                )
            )
        about_content = "malformed" in reason or reason.startswith("no such ")
        if isinstance(error, sqlite3.OperationalError) and not about_content:
            return LedgerError(
                say(
                    "The ledger {file} cannot be used ({reason}). Make its folder writable and see that "
                    "the disk is not full. `--submission FILE` judges without a ledger.",
                    file=self.file,
                    reason=reason,
                )
            )
        return self._damaged(reason)

    def _damaged(self, reason: str) -> LedgerDamagedError:
        return LedgerDamagedError(
            say(
                "The ledger {file} is damaged ({reason}). Type `katas init` in the workspace: it moves the file "
                "aside, starts an empty ledger, and leaves your solutions as they are.",
                file=self.file,
                reason=reason,
            )
        )


def _quoted(path: str) -> str:
    """The path for a URI. The standard library's `quote` does the same, but its import takes a while."""
    safe = b"/:._-"
    return "".join(
        chr(byte) if (chr(byte).isalnum() and byte < 128) or byte in safe else f"%{byte:02X}"
        for byte in os.fsencode(path)
    )


def _is_empty(connection: sqlite3.Connection) -> bool:
    """Whether nothing was ever written, as after a kill between creating the file and its tables."""
    return bool(connection.execute("PRAGMA user_version").fetchone()[0] == 0)


def _upgrade(connection: sqlite3.Connection) -> None:
    """Bring a ledger of version 1 up to date; its runs stay as they are."""
    if connection.execute("PRAGMA user_version").fetchone()[0] != 1:
        return
    connection.execute("BEGIN IMMEDIATE")
    # Asked again now that nobody else can write: another program may have been first.
    if connection.execute("PRAGMA user_version").fetchone()[0] == 1:
        connection.execute("ALTER TABLE runs ADD COLUMN stars TEXT NOT NULL DEFAULT ''")
        connection.execute(f"PRAGMA user_version = {VERSION}")
    connection.execute("COMMIT")


def _stars_column(connection: sqlite3.Connection) -> str:
    """The column of stars; nothing in a ledger of version 1, which is not upgraded by reading it."""
    return "stars" if connection.execute("PRAGMA user_version").fetchone()[0] > 1 else "''"


def _summary(rows: list[sqlite3.Row], hints: int) -> Summary:
    """One kata's history; the best pass is the one with the best quality, then with the least time."""
    counted = [row for row in rows if row["counts"] and row["outcome"] == PASSED]
    full = [row for row in rows if not row["quick"]] or rows
    nearest = max(full, key=lambda row: row["checks_passed"], default=None)
    best = min(counted, key=_rank, default=None)
    return Summary(
        runs=len(rows),
        passed_on=counted[0]["started"] if counted else "",
        passed_sha256=frozenset(row["submission_sha256"] for row in counted),
        best_done=nearest["checks_passed"] if nearest else 0,
        best_of=nearest["checks"] if nearest else 0,
        measure=best["measure"] if best else "",
        value=best["value"] if best else None,
        limit=best["limit"] if best else None,
        seconds=best["seconds"] if best else None,
        allowed=best["allowed"] if best else None,
        hints=hints,
        stars=_best_stars(counted),
    )


def _best_stars(counted: list[sqlite3.Row]) -> dict[str, bool]:
    """The stars that this kata offers, and whether any counted pass has won them."""
    found: dict[str, bool] = {}
    for row in counted:
        for star, _, state in (part.partition("=") for part in row["stars"].split()):
            found[star] = found.get(star, False) or state == "won"
    return found


def _rank(row: sqlite3.Row) -> tuple[float, float]:
    value = row["value"] if row["value"] is not None else 0.0
    quality = value if row["better"] == "lower" else -value
    return quality, row["seconds"] if row["seconds"] is not None else 0.0
