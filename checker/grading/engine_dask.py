"""Judgements on many machines: Dask carries them there and back, and nothing else.

Never more is in flight than there are workers, a result is taken at once, and what Dask says of lost work is only believed so
far: the deadline, the second try and the truth are ours. A worker is admitted if it judges as this machine does.

Workers are started so, one thread each, and again when they have ended (they leave when the scheduler is gone):

    dask scheduler --host 127.0.0.1
    dask worker tcp://127.0.0.1:8786 --nworkers 1 --nthreads 1 --memory-limit 0 --no-dashboard

Whoever reaches a Dask port can run programs there: keep it on the machine itself or in a network of your own, or use TLS.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from checker import __version__
from checker.catalog import Kata, load
from checker.errors import KatasError
from checker.grading.engine import LOOK_EVERY, Ended, Work, begin
from checker.grading.one import Order
from checker.judging.snapshot import Snapshot
from checker.languages.texts import plain_english
from checker.record_format import RecordError, from_json

# A worker that the scheduler does not name for so long is gone; so is a scheduler that does not answer.
GONE_SECONDS = 5.0
CONNECT_SECONDS = 10.0
TELL_EVERY = 30.0
ADMISSION_SECONDS = 300.0


class ClusterError(KatasError):
    """The cluster cannot be used; the text is a sentence for the teacher."""


@dataclass(frozen=True)
class Task:
    """What goes to a worker, as JSON: a submission's files, and which kata."""

    kata: str
    katas: tuple[str, ...]
    submission: Snapshot
    sandbox: str
    data: str | None
    deadline: float


def admission(katas: tuple[str, ...], wanted: tuple[str, ...], sandbox: str) -> dict[str, Any]:
    """What a worker says of itself: runs there."""
    from checker.judging import sandbox as levels

    found = {kata.name: kata.suite_sha256() for kata in load(None, *map(Path, katas))}
    try:
        level = levels.choose(sandbox).value
    except KatasError as error:
        level = f"none: {error}"
    return {
        "version": __version__,
        "suites": {name: found.get(name, "") for name in wanted},
        "sandbox": level,
        "python": sys.version.split()[0],
    }


def judge_here(task: bytes) -> bytes:
    """Judge one submission in a process of its own: runs on a worker. A record as JSON, or why there is none."""
    order = msgspec.json.decode(task, type=Task)
    kata = next(k for k in load(None, *map(Path, order.katas)) if k.name == order.kata)
    with tempfile.TemporaryDirectory(prefix="katas-grade-") as name:
        folder = Path(name)
        result, log, scratch = folder / "record.json", folder / "log", folder / "scratch"
        scratch.mkdir()
        one = Order(
            str(kata.folder), order.submission, order.sandbox, str(scratch), str(result), data=order.data
        )
        process = begin(one, folder, log)
        try:
            end = time.monotonic() + order.deadline
            while process.poll() is None and time.monotonic() < end:
                time.sleep(LOOK_EVERY)
        finally:
            with suppress(OSError):
                assert process.stdin is not None
                process.stdin.close()  # it ends then, with all that it started
            with suppress(subprocess.TimeoutExpired):
                process.wait(timeout=20)
            if process.poll() is None:
                process.kill()
        if result.exists():
            return result.read_bytes()
        said = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        return json.dumps(
            {"lost": said[-1] if said else f"its process ended with code {process.returncode}"}
        ).encode()


@dataclass
class _InFlight:
    work: Work
    future: Any
    worker: str
    since: float
    missing_since: float | None = None


@dataclass
class DaskEngine:
    """Workers of a Dask scheduler. `tell` gets sentences about what is waited for."""

    address: str
    katas: Sequence[Path]
    wanted: Sequence[Kata]
    sandbox: str
    tell: Callable[[str], None] = lambda sentence: None
    _client: Any = None
    _admitted: dict[str, bool] = field(default_factory=dict)
    _in_flight: dict[str, _InFlight] = field(default_factory=dict)
    _tried: dict[str, set[str]] = field(default_factory=dict)
    _told: float = 0.0

    def __post_init__(self) -> None:
        try:
            import distributed
        except ImportError:
            raise ClusterError(
                'For --cluster Dask is needed: python -m pip install "deep-learning-katas[cluster]".'
            ) from None
        self._distributed = distributed
        self._connect()

    @property
    def slots(self) -> int:
        """How many workers are there that may be used."""
        return len(self._workers())

    def start(self, work: Work) -> bool:
        """Send one to a worker that is free, to another one than before where there is one."""
        busy = {flight.worker for flight in self._in_flight.values()}
        free = [worker for worker in self._workers() if worker not in busy]
        if not free:
            return False
        tried = self._tried.setdefault(work.key, set())
        worker = next((one for one in free if one not in tried), free[0])
        tried.add(worker)
        folders = tuple(str(folder) for folder in self.katas)
        task = Task(work.kata.name, folders, work.submission, work.sandbox, work.data, work.deadline)
        future = self._client.submit(
            judge_here,
            msgspec.json.encode(task, enc_hook=plain_english),
            workers=[worker],
            allow_other_workers=False,
            pure=False,
            retries=0,
            key=f"judge-{uuid.uuid4().hex}",
        )
        self._in_flight[work.key] = _InFlight(work, future, worker, time.monotonic())
        return True

    def ended(self) -> Sequence[Ended]:
        """Those that came back, were lost with their worker, or were given up."""
        there = self._alive()
        found = [
            e for flight in list(self._in_flight.values()) if (e := self._look(flight, there)) is not None
        ]
        if not found:
            time.sleep(LOOK_EVERY)
        return found

    def phases(self) -> Mapping[str, str]:
        """Not known: nothing is asked of a worker while it judges."""
        return {}

    def retire(self, host: str) -> bool:
        """Use a worker no more; whether others are left."""
        self._admitted[host] = False
        return bool(self._workers())

    def close(self) -> None:
        """Give back everything; the workers go on living."""
        with suppress(Exception):
            self._client.cancel([flight.future for flight in self._in_flight.values()], force=True)
        self._in_flight.clear()
        with suppress(Exception):
            self._client.close(timeout=2)

    def _look(self, flight: _InFlight, there: set[str] | None) -> Ended | None:
        seconds = time.monotonic() - flight.since
        if there is None:
            # The scheduler is gone, and with it everything that it carried.
            return self._lost(flight, "the scheduler was lost", seconds)
        status = flight.future.status
        if status == "finished":
            with suppress(Exception):
                return self._came_back(flight, flight.future.result(timeout=CONNECT_SECONDS), seconds)
            return self._lost(flight, "its result could not be fetched", seconds)
        if status in ("error", "cancelled", "lost"):
            reason = ""
            with suppress(Exception):
                reason = f": {flight.future.exception(timeout=1)}"
            return self._lost(flight, f"its worker was lost ({status}{reason[:200]})", seconds)
        if flight.worker in there:
            flight.missing_since = None
        else:
            flight.missing_since = flight.missing_since or time.monotonic()
            if time.monotonic() - flight.missing_since > GONE_SECONDS:
                return self._lost(flight, "its worker has gone", seconds)
        if seconds > flight.work.deadline + GONE_SECONDS:
            return self._lost(flight, f"it was given up after {seconds:.0f} s", seconds)
        return None

    def _came_back(self, flight: _InFlight, answer: bytes, seconds: float) -> Ended:
        self._forget(flight)
        try:
            return Ended(flight.work.key, from_json(answer.decode()), "judged", flight.worker, seconds)
        except (RecordError, UnicodeDecodeError):
            why = "its answer is no record"
            with suppress(ValueError, KeyError, TypeError):
                why = str(json.loads(answer)["lost"])
            return Ended(flight.work.key, None, why, flight.worker, seconds)

    def _lost(self, flight: _InFlight, why: str, seconds: float) -> Ended:
        self._forget(flight)
        return Ended(flight.work.key, None, why, flight.worker, seconds)

    def _forget(self, flight: _InFlight) -> None:
        del self._in_flight[flight.work.key]
        with suppress(Exception):
            self._client.cancel([flight.future], force=True)

    def _workers(self) -> list[str]:
        """The addresses of workers that may be used; new ones are asked first."""
        there = self._alive()
        if there is None:
            self._reconnect()
            there = self._alive() or set()
        for address in there - self._admitted.keys():
            self._admitted[address] = self._is_admitted(address)
        usable = sorted(address for address in there if self._admitted.get(address))
        if not usable and time.monotonic() - self._told > TELL_EVERY:
            self._told = time.monotonic()
            self.tell(f"The scheduler at {self.address} has no worker that may judge. Waiting for one.")
        return usable

    def _is_admitted(self, address: str) -> bool:
        """Whether a worker judges as this machine does; a misfit is named."""
        folders, names = tuple(map(str, self.katas)), tuple(kata.name for kata in self.wanted)
        try:
            said = self._client.submit(
                admission,
                folders,
                names,
                self.sandbox,
                workers=[address],
                allow_other_workers=False,
                pure=False,
            ).result(timeout=ADMISSION_SECONDS)
        except Exception as error:
            self.tell(f"The worker {address} is not used: it does not answer ({error}).")
            return False
        differing = [k.name for k in self.wanted if said["suites"].get(k.name) != k.suite_sha256()]
        problem = ""
        if said["version"] != __version__:
            problem = f"it has katas {said['version']}, here it is {__version__}"
        elif differing:
            problem = f"its suite of {differing[0]} is another one"
        elif said["sandbox"].startswith("none"):
            problem = said["sandbox"].removeprefix("none: ")
        if problem:
            self.tell(f"The worker {address} is not used: {problem}.")
        return not problem

    def _alive(self) -> set[str] | None:
        """The workers that the scheduler names; None where it does not answer."""
        if self._client.status != "running":
            return None
        try:
            return set(self._client.scheduler_info(n_workers=-1)["workers"])
        except Exception:
            return None

    def _connect(self) -> None:
        try:
            self._client = self._distributed.Client(
                self.address, timeout=CONNECT_SECONDS, set_as_default=False
            )
        except (OSError, ValueError, TimeoutError) as error:
            raise ClusterError(
                f"There is no Dask scheduler at {self.address} ({type(error).__name__}). Start one: dask scheduler"
            ) from None

    def _reconnect(self) -> None:
        """Wait for a scheduler that was lost, with a sentence now and then."""
        with suppress(Exception):
            self._client.close(timeout=2)
        self._admitted.clear()
        while True:
            try:
                self._connect()
                return
            except ClusterError:
                if time.monotonic() - self._told > TELL_EVERY:
                    self._told = time.monotonic()
                    self.tell(
                        f"The scheduler at {self.address} is gone. Waiting for it; Ctrl-C ends, nothing is lost."
                    )
                time.sleep(1.0)
