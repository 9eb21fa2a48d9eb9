"""The judge process: one run of one kata's suite.

Started as `python -I -m checker.judging.suite`. It reads its job as one line of JSON from standard input, imports what it
needs, and reads the submission as a second line, which may come later. The input stays open: when it closes, whoever ordered
the run is gone, and the judge ends its workers and itself.
Events go to standard output, one line of JSON each; the last is `{"event": "run", ...}`.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

from checker.judging.job import Job, submission_of

LOG_TAIL = 4_000
# The suite's own guard lies beyond what the workers' limits allow: so many seconds, and by the clock on the wall so many
# times all budgets together. It ends a suite that hangs, never a worker that is slow.
GUARD_SECONDS, GUARD_BUDGETS = 1_800.0, 30.0
# All calls of a check together are ended at this share of it, which is then the submission's fault and not the judge's.
CALLS_OF_A_CHECK = 0.8
EXIT_ABANDONED = 5


class Reporter:
    """Writes events, one JSON line each, from any thread."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self._lock = threading.Lock()
        self._last: dict[str, float] = {}

    def __call__(self, event: str, **fields: Any) -> None:
        from checker.languages.texts import said_in
        from checker.record_format import SAID, to_plain

        plain = {k: to_plain(v) for k, v in fields.items()}
        line = json.dumps({"event": event, **plain, SAID: said_in(plain)})
        with self._lock:
            try:
                self._stream.write(line + "\n")
                self._stream.flush()
            except (OSError, ValueError):
                os._exit(EXIT_ABANDONED)

    def seldom(self, event: str, **fields: Any) -> None:
        """As a call, but at most five times a second for each kind of event."""
        now = time.monotonic()
        if now - self._last.get(event, 0.0) >= 0.2:
            self._last[event] = now
            self(event, **fields)


def main() -> None:
    """Read the job, run the suite, report."""
    reporter = Reporter(os.fdopen(os.dup(1), "w", encoding="utf-8"))
    os.dup2(2, 1)  # what pytest prints is for the author of a suite, not for the channel
    job = Job.from_line(sys.stdin.buffer.readline())
    if job.cores and hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, job.cores)
    run(job, sys.stdin.buffer.readline, reporter)
    # Nothing that is left (a thread blocked on a dead worker's pipe) may hold up the end.
    sys.stderr.flush()
    os._exit(0)


def run(job: Job, next_line: Callable[[], bytes], reporter: Reporter) -> None:
    """Run the suite of the job's kata on the submission that the next line brings; report its checks and the run."""
    import pytest

    from checker.catalog import load_kata
    from checker.judging import sandbox
    from checker.judging.host.circumstances import Circumstances
    from checker.judging.host.others import Siblings
    from checker.judging.streams import Streams, from_text
    from checker.judging.suite.data import GivenData
    from checker.judging.suite.plugin import JudgePlugin, Selection
    from checker.judging.suite.submission import Submission
    from checker.verdict import Run

    kata = load_kata(Path(job.kata_folder))
    circumstances = Circumstances(
        kata=kata,
        folder=Path(job.folder),
        level=sandbox.Level(job.level),
        tier=job.tier,
        factors=job.factors,
        siblings=Siblings(Path(job.siblings)) if job.siblings else None,
        on_line=lambda line: reporter.seldom("log", text=line),
        on_step=lambda step, used, allowed: reporter.seldom(
            "phase", text=step, elapsed=used, allowed=allowed
        ),
    )
    submission = Submission(circumstances)
    submission.prepare(job.workers_ahead)
    if not (line := next_line()):
        _leave(submission, Path(job.folder))
    submission.snapshot = submission_of(line)
    started = time.monotonic()
    _watch_parent(submission, Path(job.folder))
    data = GivenData(job.data, job.tier, lambda text: reporter.seldom("phase", text=text))
    selection = Selection(job.quick, job.checks, job.up_to, job.draws)
    plugin = JudgePlugin(
        kata, submission, data, Streams(from_text(job.secret)), job.tier, selection, reporter
    )
    if kata.framework == "keras" and not job.quick and (not job.checks or job.reason):
        # The worker that trains imports TensorFlow while the first one does, not after it.
        submission.prepare(2)
    try:
        allowed = sum(circumstances.allowed_seconds(budget) for budget in kata.budgets.values())
        guard = GUARD_SECONDS + GUARD_BUDGETS * allowed
        circumstances.waiting.longest_check = CALLS_OF_A_CHECK * guard
        pytest.main(_pytest_arguments(kata.suite, Path(job.folder), guard), plugins=[plugin])
    finally:
        submission.end()
    expect = plugin._expect
    logs = [worker.log_tail for worker in submission.workers if worker.log_tail.strip()]
    versions = {k: v for worker in submission.workers for k, v in worker.versions.items()}
    reporter(
        "run",
        run=Run(
            seed=job.secret,
            disguise="; ".join(data.disguises),
            checks=tuple(plugin.checks),
            times=tuple(expect.times),
            curves=tuple(expect.noted_curves),
            log_tail=logs[-1][-LOG_TAIL:] if logs else "",
            seconds=round(time.monotonic() - started, 3),
            versions=versions,
            reason=job.reason,
            suite_errors=tuple(plugin.harmless_errors),
        ),
        sources=data.sources,
        errors=plugin.suite_errors,
        peak_memory=max((worker.peak_memory for worker in submission.workers), default=0),
    )


def _pytest_arguments(suite: Path, folder: Path, guard: float) -> list[str]:
    """No configuration file, no cache, no plugin but the judge's own and pytest-timeout; conftest.py of the suite alone."""
    empty = folder / "pytest.ini"
    empty.write_text("[pytest]\n", encoding="utf-8")
    return [
        str(suite),
        "-q",
        "--no-header",
        "-p", "pytest_timeout",
        "-p", "no:cacheprovider",
        "-p", "no:randomly",
        "-c", str(empty),
        "--rootdir", str(suite),
        "--confcutdir", str(suite),
        "--import-mode", "importlib",
        "--timeout", str(guard),
        "--basetemp", str(folder / "pytest"),
    ]  # fmt: skip


def _watch_parent(submission: Any, folder: Path) -> None:
    """End everything when standard input closes: then nobody waits for the run any more."""
    # A descriptor of its own: pytest puts other files on 0 while it captures. The raw one, since a read through
    # sys.stdin would keep its lock while the interpreter ends.
    orders = os.dup(0)

    def watch() -> None:
        while os.read(orders, 4096):
            pass
        _leave(submission, folder)

    threading.Thread(target=watch, daemon=True).start()


def _leave(submission: Any, folder: Path) -> NoReturn:
    from checker.judging.sandbox import scratch

    submission.end()
    scratch.remove(folder)
    os._exit(EXIT_ABANDONED)


if __name__ == "__main__":
    main()
