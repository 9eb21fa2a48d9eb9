"""The results of a class as a folder: one file a judgement, one line an attempt, and a lock that says who holds it.

    OUT/judgements/KEY.json    a record, whole or not there
    OUT/attempts.jsonl         every attempt: what, where, from when to when, how it ended
    OUT/unpacked/              what came in archives
    OUT/.lock

The key is a hash of all that a judgement depends on, so what is there need not be judged again, and the folders of two
machines merge by copying.
"""

from __future__ import annotations

import hashlib
import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import filelock

from checker import __version__
from checker.catalog import Kata
from checker.errors import KatasError
from checker.judging.snapshot import Snapshot
from checker.record_format import RecordError, from_json, to_json
from checker.verdict import Record
from checker.whole_files import whole_file

MARK = "class.json"


class StoreError(KatasError):
    """The folder of results cannot be used; the text is a sentence for the teacher."""


@dataclass(frozen=True)
class Attempt:
    """One try to judge something. `outcome` is the record's, or empty where there is none; `why` says how it ended."""

    key: str
    kata: str
    host: str
    started: str
    ended: str
    outcome: str
    why: str


def key_of(snapshot: Snapshot, kata: Kata, sandbox: str, data: str | None) -> str:
    """What a judgement depends on, as 32 hexadecimal digits."""
    parts = [
        snapshot.sha256,
        snapshot.entry.name.endswith(".py"),
        kata.suite_sha256(),
        sandbox,
        data or "",
        __version__,
    ]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:32]


def now() -> str:
    """The time of an attempt."""
    return datetime.now(UTC).isoformat(timespec="seconds")


class Store:
    """A folder of results. Several may read it; one holds the lock and writes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.judgements = folder / "judgements"
        self.unpacked = folder / "unpacked"
        self.attempts_file = folder / "attempts.jsonl"

    def prepare(self) -> None:
        """Make the folder, or see that it is one of results.

        Raises:
            StoreError: it cannot be written, or holds something else.
        """
        try:
            if self.folder.exists() and not (self.folder / MARK).exists() and any(self.folder.iterdir()):
                raise StoreError(
                    f"{self.folder} holds other files. Name an empty folder for the results, or one of an earlier "
                    "`katas grade`."
                )
            self.judgements.mkdir(parents=True, exist_ok=True)
            if not (self.folder / MARK).exists():
                with whole_file(self.folder / MARK) as file:
                    file.write(json.dumps({"results of": "katas grade", "made": now()}).encode())
        except OSError as error:
            raise StoreError(f"{self.folder} cannot be written: {error.strerror or error}.") from None

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the lock.

        Raises:
            StoreError: another `katas grade` holds it; the text says which.
        """
        lock = filelock.FileLock(self.folder / ".lock")
        holder = self.folder / ".holder"
        try:
            lock.acquire(timeout=0)
        except filelock.Timeout:
            who = holder.read_text(encoding="utf-8") if holder.exists() else "another process"
            raise StoreError(f"{self.folder} is in use by {who}. Wait for it, or end it.") from None
        try:
            # Told to whoever comes second; a disk without room for it shall not keep the first one from working.
            with suppress(OSError):
                holder.write_text(
                    f"process {os.getpid()} on {socket.gethostname()} since {now()}", encoding="utf-8"
                )
            yield
        finally:
            holder.unlink(missing_ok=True)
            lock.release()

    def record(self, key: str) -> Record | None:
        """The record of a judgement, if it is there and whole."""
        try:
            return from_json((self.judgements / f"{key}.json").read_text(encoding="utf-8"))
        except (FileNotFoundError, RecordError):
            # Half of one is none: it is judged again.
            return None

    def put(self, key: str, record: Record) -> None:
        """Keep a record: after this returns it outlasts a power cut.

        Raises:
            StoreError: the disk is full.
        """
        try:
            with whole_file(self.judgements / f"{key}.json", durable=True) as file:
                file.write(to_json(record).encode())
        except OSError as error:
            raise self._full(error) from None

    def _full(self, error: OSError) -> StoreError:
        return StoreError(
            f"A result could not be written to {self.folder} ({error.strerror or error}). Make room; the same command goes "
            "on where it stopped."
        )

    def note(self, attempt: Attempt) -> None:
        """Add a line about an attempt.

        Raises:
            StoreError: the disk is full.
        """
        try:
            with self.attempts_file.open("a", encoding="utf-8") as file:
                file.write(json.dumps(asdict(attempt)) + "\n")
        except OSError as error:
            raise self._full(error) from None

    def attempts(self) -> list[Attempt]:
        """All attempts; a line that a kill cut off is passed over."""
        found = []
        if self.attempts_file.exists():
            for line in self.attempts_file.read_text(encoding="utf-8", errors="replace").splitlines():
                try:
                    found.append(Attempt(**json.loads(line)))
                except (ValueError, TypeError):
                    continue
        return found
