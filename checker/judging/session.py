"""One judgement: the submission is read once, run up to three times, and decided."""

from __future__ import annotations

import json
import logging
import math
import os
import queue
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from checker import __version__
from checker.catalog import Kata
from checker.errors import KatasError
from checker.hardware import calibration, probe
from checker.hardware.calibration import Calibration
from checker.hardware.threads import blas_threads
from checker.judging import sandbox
from checker.judging.decide import Decision, Repeat, decide
from checker.judging.job import Job
from checker.judging.sandbox import scratch
from checker.judging.snapshot import Snapshot, SubmissionProblem, read_submission
from checker.judging.streams import Streams, as_text, draw_secret
from checker.record_format import from_plain, to_plain
from checker.variables import LANGUAGE, MACHINE, NETWORK, PLACES, SYSTEM, kept
from checker.verdict import CheckResult, DataSource, Outcome, Record, Run, SourceFile, TimeUse

_log = logging.getLogger("katas.session")
# A cancelled judgement is noticed within so many seconds.
LOOK_EVERY = 0.1
COMMAND = (sys.executable, "-I", "-B", "-m", "checker.judging.suite")
DISTURBED_CALIBRATION = (
    "This machine was busy when its speed was measured: let it rest, then `katas calibrate`."
)


@dataclass(frozen=True)
class JudgeOptions:
    """How to judge.

    `seed` repeats a judgement (see `checker.judging.streams`); `sandbox` is "any" or "strict", or names a level; `data`
    chooses a data source; `up_to` ends the first run with the check of that name; `whole_notebook` takes all code of a
    notebook and not only what the kata's functions need.
    """

    seed: int | None = None
    quick: bool = False
    sandbox: str = "any"
    data: str | None = None
    up_to: str | None = None
    whole_notebook: bool = False


@dataclass(frozen=True)
class Surroundings:
    """Where a judgement works, and beside whom. Several can run at once, in one process or in several.

    Attributes:
        scratch: the folder in which each run makes one of its own, and removes it; the system's temporary one if None.
        calibration: how fast this machine is; measured or read from the cache if None.
        cores: the cores set aside for this judgement (as `os.sched_setaffinity` takes them); none means all.
        siblings: a folder that judgements share which run beside each other on purpose, so that what the others use is
            not taken for a disturbance.
        cancel: ends the judgement, with everything that it started, soon after it is set.
    """

    scratch: Path | None = None
    calibration: Calibration | None = None
    cores: tuple[int, ...] = ()
    siblings: Path | None = None
    cancel: threading.Event | None = None


ALONE = Surroundings()


class Cancelled(KatasError):
    """The judgement was ended from outside; there is no record of it."""

    def __init__(self) -> None:
        super().__init__("The judgement was cancelled. Nothing of it was kept.")


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
class _RunResult:
    """What one judge process brought."""

    run: Run | None = None
    sources: tuple[DataSource, ...] = ()
    errors: list[str] = field(default_factory=list)
    peak_memory: int = 0


def judge(
    kata: Kata,
    submission: Path | Snapshot,
    options: JudgeOptions = JudgeOptions(),
    on_event: Callable[[Event], None] = lambda event: None,
    surroundings: Surroundings = ALONE,
) -> Record:
    """Judge `submission` against the suite of `kata`: a file, which is read once, or what was read before.

    Whatever is wrong with the file, or goes wrong in the judge, is in the record. Everything that was started has ended
    when this returns or raises.

    Raises:
        sandbox.SandboxError: `options.sandbox` asks for a level that this machine does not have.
        HardwareError: the environment names a tier that there is not (`KATAS_TIER`), or too few cores.
        CalibrationError: this machine's speed could not be measured.
        Cancelled: `surroundings.cancel` was set.
        KeyboardInterrupt: passed on.

    All but the last are below `checker.errors.KatasError`.
    """
    started, clock = datetime.now(UTC).isoformat(timespec="seconds"), time.monotonic()
    level = sandbox.choose(options.sandbox)
    tier = probe.tier() if kata.framework == "keras" else "cpu"
    base: dict[str, Any] = {
        "kata": kata.name,
        "quick": options.quick,
        "started": started,
        "tier": tier,
        "sandbox": level.value,
        "machine": to_plain(probe.probe()),
        "suite_sha256": kata.suite_sha256(),
        "seed_was_set": options.seed is not None,
    }
    try:
        snapshot = (
            submission
            if isinstance(submission, Snapshot)
            else read_submission(submission, kata, whole_notebook=options.whole_notebook)
        )
    except SubmissionProblem as problem:
        return _record(base, clock, _refused(problem), [], (), {}, None)
    _log.debug("judging %s for kata %s at the level %s", snapshot.entry.name, kata.name, level)
    measured = surroundings.calibration or _calibrated(kata, options, on_event)
    factors = measured.factors
    runs: list[Run] = []
    result = _RunResult()
    # The secret of all that is hidden. It goes to the judge over its private pipe, and from there to no worker.
    streams = Streams(draw_secret() if options.seed is None else options.seed)
    decision: Decision | Repeat = Repeat((), "")
    while isinstance(decision, Repeat):
        on_event(Event("run_started", _announced(decision, runs)))
        job = Job(
            kata_folder=str(kata.folder),
            submission=snapshot,
            secret=as_text(streams.repeat(len(runs)).secret),
            tier=tier,
            level=level.value,
            factors=factors,
            folder="",
            data=options.data,
            quick=options.quick,
            checks=decision.checks,
            # A repeat names its checks one by one.
            up_to=None if decision.reason else options.up_to,
            reason=decision.reason,
            cores=surroundings.cores,
            siblings=str(surroundings.siblings or ""),
        )
        result = _run_once(job, surroundings, on_event)
        if result.run is None or result.errors:
            decision = _broken(result)
        else:
            runs.append(result.run)
            decision = decide(runs)
    if result.run is not None and result.run not in runs:
        runs.append(result.run)
    if measured.disturbed:
        decision = replace(decision, remark=f"{decision.remark} {DISTURBED_CALIBRATION}".strip())
    _log.debug("%s: %s after %d runs", snapshot.entry.name, decision.outcome, len(runs))
    return _record(base, clock, decision, runs, result.sources, factors, snapshot, result.peak_memory)


def _announced(repeat: Repeat, runs: Sequence[Run]) -> str:
    """Why there is another run, and how long it may take, for the live line."""
    if not runs:
        return ""
    longest = max(run.seconds for run in runs)
    span = f"{math.ceil(longest / 60)} min" if longest > 90 else f"{longest:.0f} s"
    return f"once more, at most about {span}: {repeat.reason}"


def _calibrated(
    kata: Kata, options: JudgeOptions, on_event: Callable[[Event], None]
) -> calibration.Calibration:
    """How fast this machine is at what the kata's budgets consist of, measured where it is not known yet."""
    workloads = [name for budget in kata.budgets.values() for name in budget.workloads]
    missing = calibration.missing(workloads)
    if missing and options.quick and kata.framework == "keras":
        # Nothing that a quick run times is worth starting TensorFlow for; its times are not judged then.
        workloads = missing = []
    if missing:
        on_event(Event("phase", "measuring how fast this machine is, once"))
    return calibration.calibrate(workloads)


def _run_once(job: Job, surroundings: Surroundings, on_event: Callable[[Event], None]) -> _RunResult:
    folder = Path(tempfile.mkdtemp(prefix="katas-", dir=surroundings.scratch))
    try:
        return _run_judge(
            replace(job, folder=str(folder)), on_event, surroundings.cancel or threading.Event()
        )
    finally:
        scratch.remove(folder)


def _run_judge(job: Job, on_event: Callable[[Event], None], cancel: threading.Event) -> _RunResult:
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            COMMAND,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            cwd=job.folder,
            env=_variables(),
            # Ctrl-C reaches only this process, which then ends the judge in order.
            start_new_session=os.name == "posix",
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
        )
        _log.debug("judge process %d in %s", process.pid, job.folder)
        assert process.stdin and process.stdout
        try:
            process.stdin.write(job.to_line())
            process.stdin.flush()
            result = _follow(process.stdout, on_event, cancel)
            process.wait()
        except BrokenPipeError:
            result = _RunResult()
        finally:
            _end(process)
        _log.debug("judge process %d ended with %s", process.pid, process.returncode)
        if result.run is None:
            log.seek(0)
            result.errors.append(
                log.read()[-4000:].decode("utf-8", "replace").strip() or "the judge ended without a word"
            )
        return result


def _follow(stream: Any, on_event: Callable[[Event], None], cancel: threading.Event) -> _RunResult:
    """Pass the judge's events on until its last one. A thread reads, so that Ctrl-C is seen at once on Windows too."""
    lines: queue.Queue[bytes] = queue.Queue()

    def read() -> None:
        with suppress(ValueError, OSError), stream:
            for line in stream:
                lines.put(line)
        lines.put(b"")

    threading.Thread(target=read, daemon=True).start()
    while True:
        if cancel.is_set():
            raise Cancelled
        try:
            line = lines.get(timeout=LOOK_EVERY)
        except queue.Empty:
            continue
        if not line:
            return _RunResult()
        event = json.loads(line)
        kind = event.pop("event")
        if kind == "run":
            return _RunResult(
                from_plain(event["run"], Run),
                from_plain(event["sources"], tuple[DataSource, ...]),
                event["errors"],
                event["peak_memory"],
            )
        check = from_plain(event["check"], CheckResult) if event.get("check") else None
        on_event(
            Event(kind, event.get("text", ""), check, event.get("elapsed", 0.0), event.get("allowed", 0.0))
        )


def _end(process: subprocess.Popen[bytes]) -> None:
    """Close the judge's input, which makes it end its workers and itself; insist if it does not."""
    with suppress(OSError):
        assert process.stdin
        process.stdin.close()
    try:
        process.wait(timeout=15)
    except subprocess.TimeoutExpired:
        from checker.judging.host.process_tree import ProcessTree

        ProcessTree(process.pid).kill()
        process.wait()


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


def _refused(problem: SubmissionProblem) -> Decision:
    check = CheckResult("submission", "The file can be read", problem.outcome, 0.0, str(problem))
    return Decision(problem.outcome, (check,))


def _broken(result: _RunResult) -> Decision:
    """The judge itself failed: say where, and keep what it had found out."""
    text = "\n".join(result.errors)[-4000:]
    known = tuple(result.run.checks) if result.run else ()
    check = CheckResult(
        "judge", "The judge worked", Outcome.JUDGE_ERROR, 0.0,
        f"The judge itself failed; this is not your fault, and nothing was counted. Please report it.\n{text}",
    )  # fmt: skip
    return Decision(Outcome.JUDGE_ERROR, (*known, check))


def _times(runs: Sequence[Run]) -> tuple[TimeUse, ...]:
    """The times of the latest run in which each step was taken."""
    latest: dict[str, list[TimeUse]] = {}
    for run in runs:
        latest |= {use.step: [u for u in run.times if u.step == use.step] for use in run.times}
    return tuple(use for uses in latest.values() for use in uses)


def _record(
    base: dict[str, Any],
    clock: float,
    decision: Decision,
    runs: Sequence[Run],
    sources: tuple[DataSource, ...],
    factors: dict[str, float],
    snapshot: Snapshot | None,
    peak_memory: int = 0,
) -> Record:
    versions = {"katas": __version__, **(runs[-1].versions if runs else {})}
    machine = {**base["machine"], "worker_peak_memory": peak_memory}
    return Record(
        **{**base, "machine": machine},
        outcome=decision.outcome,
        summary=decision.remark,
        seconds=round(time.monotonic() - clock, 3),
        checks=decision.checks,
        times=_times(runs),
        stars=decision.stars,
        runs=tuple(runs),
        data=sources,
        calibration=factors,
        versions=versions,
        submission_sha256=snapshot.sha256 if snapshot else "",
        left_out=snapshot.left_out if snapshot else (),
        files=tuple(SourceFile(f.name, f.sha256, len(f.source)) for f in snapshot.files) if snapshot else (),
    )
