"""Where judgements run. An engine starts them, says which have ended, and can end all; what they mean is not its matter."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

import msgspec

from checker.catalog import Kata
from checker.grading.one import Order, phase_file
from checker.judging.host.process_tree import ProcessTree
from checker.judging.session import Surroundings
from checker.judging.side_by_side import SideBySide
from checker.judging.snapshot import Snapshot
from checker.languages.texts import plain_english
from checker.record_format import RecordError, from_json
from checker.verdict import Record

COMMAND = (sys.executable, "-m", "checker.grading.one")
# A judgement may take three runs, each ten times its budgets by the clock on the wall, on a machine four times slower than
# the one that counts as 1; starting, importing and fetching data come on top. Beyond that it is lost, not slow.
RUNS, WALL_SHARE, SLOWEST, LEAST_SECONDS = 3, 10.0, 4.0, 60.0
STARTING_SECONDS = {"numpy": 180.0, "keras": 600.0}
LOOK_EVERY = 0.05
# One that is told to end has so long, then it is killed.
ENDING_SECONDS = 20.0


@dataclass(frozen=True)
class Work:
    """One thing to judge: what was read when its key was computed, so that a record belongs to its key."""

    key: str
    kata: Kata
    submission: Snapshot
    sandbox: str
    data: str | None = None

    @property
    def deadline(self) -> float:
        """Seconds by the clock on the wall after which its process is given up."""
        steps = sum(budget.reference_seconds * budget.margin for budget in self.kata.budgets.values())
        return RUNS * (WALL_SHARE * SLOWEST * steps + STARTING_SECONDS[self.kata.framework]) + LEAST_SECONDS


@dataclass(frozen=True)
class Ended:
    """A judgement that has ended, with its record, or with the reason why there is none."""

    key: str
    record: Record | None
    why: str
    host: str
    seconds: float


class Engine(Protocol):
    """Judges what it is given, as many at a time as it has slots."""

    @property
    def slots(self) -> int:
        """How many judgements run at once."""

    def start(self, work: Work) -> bool:
        """Begin one, where a slot is free; whether it was begun, since a slot may go between asking and starting."""

    def ended(self) -> Sequence[Ended]:
        """Those that have ended since the last call; waits a moment where there are none."""

    def phases(self) -> Mapping[str, str]:
        """What those that run are at, by key, as far as it is known."""

    def retire(self, host: str) -> bool:
        """Use a host no more; whether others are left."""

    def close(self) -> None:
        """End everything that still runs."""


@dataclass
class _Running:
    work: Work
    process: subprocess.Popen[bytes]
    result: Path
    log: Path
    since: float
    # Gives the slot's cores back.
    slot: ExitStack
    folder: Path


@dataclass
class LocalEngine:
    """Processes on this machine: each judgement in one of its own, with cores and a scratch folder set aside for it."""

    jobs: int = 1
    scratch: Path | None = None
    # Of every judgement; the one that `Work` computes where it is None.
    deadline: float | None = None
    _running: dict[str, _Running] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="katas-grade-", dir=self.scratch))
        self._beside = SideBySide(self.jobs, self._folder)

    @property
    def slots(self) -> int:
        """How many judgements run at once."""
        return self.jobs

    def start(self, work: Work) -> bool:
        """Begin one in a process of its own."""
        slot = ExitStack()
        surroundings = slot.enter_context(self._beside.one())
        folder = Path(tempfile.mkdtemp(prefix="judgement-", dir=self._folder))
        order = _order(work, folder, surroundings)
        log = folder / "log"
        process = begin(order, folder, log)
        self._running[work.key] = _Running(
            work, process, Path(order.result), log, time.monotonic(), slot, folder
        )
        return True

    def ended(self) -> Sequence[Ended]:
        """Those whose process has ended, or was given up."""
        found = [
            self._take(running)
            for running in list(self._running.values())
            if running.process.poll() is not None or self._is_over(running)
        ]
        if not found:
            time.sleep(LOOK_EVERY)
        return found

    def phases(self) -> Mapping[str, str]:
        """What those that run are at, by key."""
        found = {}
        for key, running in self._running.items():
            with suppress(OSError):
                found[key] = phase_file(running.result).read_text(encoding="utf-8", errors="replace")
        return found

    def retire(self, host: str) -> bool:
        """There is no other machine."""
        return False

    def close(self) -> None:
        """End everything that still runs, and remove what it left."""
        for running in self._running.values():
            _close_input(running.process)
        for running in list(self._running.values()):
            self._end(running)
            running.slot.close()
        self._running.clear()
        self._beside.cancel.set()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _is_over(self, running: _Running) -> bool:
        limit = running.work.deadline if self.deadline is None else self.deadline
        return time.monotonic() - running.since > limit

    def _take(self, running: _Running) -> Ended:
        seconds = time.monotonic() - running.since
        code = running.process.poll()
        if code is None:
            _close_input(running.process)
            why = f"it was given up after {seconds:.0f} s"
        else:
            why = f"its process ended with {'signal' if code < 0 else 'exit code'} {abs(code)}"
        self._end(running)
        record = _read(running.result)
        if record is None and code is not None:
            said = running.log.read_text(encoding="utf-8", errors="replace")[-1000:].strip().splitlines()
            why = f"{why}: {said[-1]}" if said else why
        running.slot.close()
        del self._running[running.work.key]
        shutil.rmtree(running.folder, ignore_errors=True)
        return Ended(running.work.key, record, "judged" if record else why, socket.gethostname(), seconds)

    @staticmethod
    def _end(running: _Running) -> None:
        """See that the process and all that it started are gone."""
        _close_input(running.process)
        try:
            running.process.wait(timeout=ENDING_SECONDS)
        except subprocess.TimeoutExpired:
            ProcessTree(running.process.pid).kill()
            running.process.wait()


def begin(order: Order, folder: Path, log: Path) -> subprocess.Popen[bytes]:
    """Start the process of one judgement; it ends, with all that it started, when its input is closed."""
    with log.open("wb") as stream:
        process = subprocess.Popen(
            COMMAND,
            stdin=subprocess.PIPE,
            stdout=stream,
            stderr=stream,
            cwd=folder,
            # Ctrl-C reaches whoever grades, who then ends this in order.
            start_new_session=os.name == "posix",
        )
    assert process.stdin is not None
    with suppress(BrokenPipeError):
        process.stdin.write(msgspec.json.encode(order, enc_hook=plain_english) + b"\n")
        process.stdin.flush()
    return process


def _order(work: Work, folder: Path, surroundings: Surroundings) -> Order:
    return replace(
        Order(str(work.kata.folder), work.submission, work.sandbox, str(folder), str(folder / "record.json")),
        data=work.data,
        cores=surroundings.cores,
        siblings=str(surroundings.siblings or ""),
    )


def _close_input(process: subprocess.Popen[bytes]) -> None:
    with suppress(OSError):
        assert process.stdin is not None
        process.stdin.close()


def _read(file: Path) -> Record | None:
    try:
        return from_json(file.read_text(encoding="utf-8"))
    except (OSError, RecordError):
        return None
