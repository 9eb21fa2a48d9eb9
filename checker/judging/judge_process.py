"""The judge's process as its session sees it: started, told what to judge, listened to, ended.

It is told what is known beforehand first, and the submission when there is one. Between the two it can wait, with all imported
that it needs and its first workers started: then a verdict comes sooner.
"""

from __future__ import annotations

import base64
import hashlib
import json
import logging
import os
import queue
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from checker.cache_folder import bytecode_folder
from checker.errors import KatasError
from checker.hardware.threads import blas_threads
from checker.judging.job import Job, submission_line
from checker.judging.sandbox import scratch
from checker.judging.snapshot import Snapshot
from checker.languages.texts import restored, say
from checker.record_format import SAID, from_plain
from checker.variables import LANGUAGE, MACHINE, NETWORK, PLACES, SYSTEM, kept
from checker.verdict import Artifact, CheckResult, DataSource, Run

_log = logging.getLogger("katas.session")
# A cancelled judgement is noticed within so many seconds.
LOOK_EVERY = 0.1


class Cancelled(KatasError):
    """The judgement was ended from outside; there is no record of it."""

    def __init__(self) -> None:
        super().__init__(say("The judgement was cancelled. Nothing of it was kept."))


@dataclass(frozen=True)
class Event:
    """What happens while judging, for whoever shows it.

    `kind` is "run_started", "check_started", "check_done", "phase" or "log"; `elapsed` and `allowed` are seconds of
    the running step (0 where there is no budget).
    """

    kind: str
    text: str = ""
    check: CheckResult | None = None
    elapsed: float = 0.0
    allowed: float = 0.0


@dataclass
class RunResult:
    """What one judge process brought."""

    run: Run | None = None
    sources: tuple[DataSource, ...] = ()
    errors: list[str] = field(default_factory=list)
    peak_memory: int = 0
    pictures: list[tuple[Artifact, bytes]] = field(default_factory=list)


class JudgeProcess:
    """One judge process with a folder of its own, from its start to its end."""

    def __init__(self, job: Job, folder: Path | None) -> None:
        """Start it and tell it the job. `folder` is where it gets its own; the system's temporary one if None."""
        self._folder = Path(tempfile.mkdtemp(prefix="katas-", dir=folder))
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 (closed in `end`)
        try:
            self._process = subprocess.Popen(
                _command(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._log,
                cwd=self._folder,
                env=_variables(),
                # Ctrl-C reaches only this process, which then ends the judge in order.
                start_new_session=os.name == "posix",
                creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
            )
        except BaseException:
            self._log.close()
            scratch.remove(self._folder)
            raise
        _log.debug("judge process %d in %s", self._process.pid, self._folder)
        self._send(replace(job, folder=str(self._folder)).to_line())

    @property
    def is_alive(self) -> bool:
        """Whether it still waits or judges."""
        return self._process.poll() is None

    def judge(
        self, submission: Snapshot, on_event: Callable[[Event], None], cancel: threading.Event
    ) -> RunResult:
        """Hand it the submission, and listen until it has ended.

        Raises:
            Cancelled: `cancel` was set.
        """
        assert self._process.stdout is not None
        self._send(submission_line(submission))
        try:
            result = _follow(self._process.stdout, on_event, cancel)
            self._process.wait()
        finally:
            self._end_process()
        if result.run is None:
            self._log.seek(0)
            said = self._log.read()[-4000:].decode("utf-8", "replace").strip()
            result.errors.append(said or "the judge ended without a word")
        return result

    def end(self) -> None:
        """End it if it still runs, with all that it started, and remove its folder."""
        self._end_process()
        self._log.close()
        scratch.remove(self._folder)

    def _send(self, line: bytes) -> None:
        assert self._process.stdin is not None
        # One that has gone is noticed by its silence.
        with suppress(BrokenPipeError):
            self._process.stdin.write(line)
            self._process.stdin.flush()

    def _end_process(self) -> None:
        """Close the judge's input, which makes it end its workers and itself; insist if it does not."""
        with suppress(OSError):
            assert self._process.stdin
            self._process.stdin.close()
        try:
            self._process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            from checker.judging.host.process_tree import ProcessTree

            ProcessTree(self._process.pid).kill()
            self._process.wait()
        _log.debug("judge process %d ended with %s", self._process.pid, self._process.returncode)


def _command() -> list[str]:
    """Python, isolated. Suites are parsed and rewritten by pytest once, not at each judgement."""
    folder = bytecode_folder()
    compiled = ["-X", f"pycache_prefix={folder}"] if folder else ["-B"]
    return [sys.executable, "-I", *compiled, "-m", "checker.judging.suite"]


def _follow(stream: Any, on_event: Callable[[Event], None], cancel: threading.Event) -> RunResult:
    """Pass the judge's events on until its last one. A thread reads, so that Ctrl-C is seen at once on Windows too."""
    lines: queue.Queue[bytes] = queue.Queue()

    def read() -> None:
        with suppress(ValueError, OSError), stream:
            for line in stream:
                lines.put(line)
        lines.put(b"")

    threading.Thread(target=read, daemon=True).start()
    pictures: list[tuple[Artifact, bytes]] = []
    while True:
        if cancel.is_set():
            raise Cancelled
        try:
            line = lines.get(timeout=LOOK_EVERY)
        except queue.Empty:
            continue
        if not line:
            return RunResult()
        event = json.loads(line)
        event = restored(event, event.pop(SAID, None))
        kind = event.pop("event")
        if kind == "run":
            return RunResult(
                from_plain(event["run"], Run),
                from_plain(event["sources"], tuple[DataSource, ...]),
                event["errors"],
                event["peak_memory"],
                pictures,
            )
        if kind == "picture":
            pictures.append(_picture(event))
            continue
        check = from_plain(event["check"], CheckResult) if event.get("check") else None
        on_event(
            Event(kind, event.get("text", ""), check, event.get("elapsed", 0.0), event.get("allowed", 0.0))
        )


def _picture(event: dict[str, Any]) -> tuple[Artifact, bytes]:
    content = base64.b64decode(event.pop("content"))
    made = {**event, "sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}
    return from_plain(made, Artifact), content


def _variables() -> dict[str, str]:
    """The judge process's whole environment."""
    pip = {name: value for name, value in os.environ.items() if name.startswith("PIP_")}
    return {
        **kept(SYSTEM, PLACES, NETWORK, MACHINE, LANGUAGE),
        **pip,  # a data set may come as a package
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        # Its own arithmetic needs one thread; more would take the cores from the worker that is timed.
        **blas_threads(),
    }
