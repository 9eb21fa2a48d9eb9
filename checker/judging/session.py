"""One judgement: the submission is read once, run up to three times, and decided."""

from __future__ import annotations

import base64
import dataclasses
import json
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
from checker.hardware import calibration, probe
from checker.judging import sandbox
from checker.judging.decide import Decision, Repeat, decide
from checker.judging.process import Job
from checker.judging.sandbox import scratch
from checker.judging.snapshot import Snapshot, SubmissionProblem, read_submission
from checker.judging.streams import Streams, draw_secret
from checker.verdict import (
    CheckResult,
    DataSource,
    Outcome,
    Record,
    Run,
    TimeUse,
    check_from,
    run_from,
    to_plain,
)

COMMAND = (sys.executable, "-I", "-B", "-m", "checker.judging.process")
# Variables that the judge keeps. PYTEST_* and PYTHON* never are: they belong to the learner's world.
KEPT_VARIABLES = (
    "PATH", "HOME", "USERPROFILE", "HOMEDRIVE", "HOMEPATH", "APPDATA", "LOCALAPPDATA", "SYSTEMROOT", "SYSTEMDRIVE",
    "WINDIR", "COMSPEC", "TEMP", "TMP", "TMPDIR", "LANG", "LC_ALL", "XDG_CACHE_HOME", "KATAS_CACHE", "KATAS_TIER",
    "CUDA_VISIBLE_DEVICES", "LD_LIBRARY_PATH", "OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE", "HTTP_PROXY", "HTTPS_PROXY",
    "NO_PROXY", "http_proxy", "https_proxy", "no_proxy", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE",
)  # fmt: skip
KEPT_PREFIXES = ("PIP_",)
DISTURBED_CALIBRATION = (
    "This machine was busy when its speed was measured: let it rest, then `katas calibrate`."
)


@dataclass(frozen=True)
class JudgeOptions:
    """How to judge.

    `seed` repeats a judgement (see `checker.judging.streams`); `sandbox` is "any" or "strict"; `data` chooses a data source.
    """

    seed: int | None = None
    quick: bool = False
    sandbox: str = "any"
    data: str | None = None
    only: tuple[str, ...] = ()
    up_to: str | None = None


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
class _Outcome:
    """What one judge process brought."""

    run: Run | None = None
    sources: tuple[DataSource, ...] = ()
    errors: list[str] = field(default_factory=list)
    peak_memory: int = 0


def judge(
    kata: Kata,
    submission: Path,
    options: JudgeOptions = JudgeOptions(),
    on_event: Callable[[Event], None] = lambda event: None,
) -> Record:
    """Judge the file `submission` against the suite of `kata`.

    Whatever is wrong with the file, or goes wrong in the judge, is in the record. KeyboardInterrupt passes
    through, after everything that was started has been ended.

    Raises:
        sandbox.SandboxError: `options.sandbox` is "strict" and this machine has no such level.
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
        snapshot = read_submission(submission)
    except SubmissionProblem as problem:
        return _record(base, clock, _refused(problem), [], (), {}, "")
    measured = _calibrated(kata, options, on_event)
    factors = measured.factors
    runs: list[Run] = []
    result = _Outcome()
    # The secret of all that is hidden. It goes to the judge over its private pipe, and from there to no worker.
    streams = Streams(draw_secret() if options.seed is None else options.seed)
    decision: Decision | Repeat = Repeat(options.only, "")
    while isinstance(decision, Repeat):
        on_event(Event("run_started", _announced(decision, runs)))
        secret = streams.repeat(len(runs)).secret
        result = _run_once(kata, snapshot, options, decision, secret, tier, level, factors, on_event)
        if result.run is None or result.errors:
            decision = _broken(result)
        else:
            runs.append(result.run)
            decision = decide(runs)
    if result.run is not None and result.run not in runs:
        runs.append(result.run)
    if measured.disturbed:
        decision = replace(decision, remark=f"{decision.remark} {DISTURBED_CALIBRATION}".strip())
    return _record(base, clock, decision, runs, result.sources, factors, snapshot.sha256, result.peak_memory)


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


def _run_once(
    kata: Kata,
    snapshot: Snapshot,
    options: JudgeOptions,
    repeat: Repeat,
    secret: int,
    tier: str,
    level: sandbox.Level,
    factors: dict[str, float],
    on_event: Callable[[Event], None],
) -> _Outcome:
    folder = Path(tempfile.mkdtemp(prefix="katas-"))
    job = Job(
        kata_folder=str(kata.folder),
        source=base64.b64encode(snapshot.source).decode(),
        secret=secret,
        tier=tier,
        level=level.value,
        factors=factors,
        folder=str(folder),
        data=options.data,
        quick=options.quick,
        only=repeat.checks,
        # A repeat names its checks one by one.
        up_to=None if repeat.reason else options.up_to,
        reason=repeat.reason,
    )
    try:
        return _run_judge(job, on_event)
    finally:
        scratch.remove(folder)


def _run_judge(job: Job, on_event: Callable[[Event], None]) -> _Outcome:
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            COMMAND,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            cwd=job.folder,
            env=_environment(),
            # Ctrl-C reaches only this process, which then ends the judge in order.
            start_new_session=os.name == "posix",
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
        )
        assert process.stdin and process.stdout
        try:
            process.stdin.write(json.dumps(dataclasses.asdict(job)).encode() + b"\n")
            process.stdin.flush()
            result = _follow(process.stdout, on_event)
            process.wait()
        except BrokenPipeError:
            result = _Outcome()
        finally:
            _end(process)
        if result.run is None:
            log.seek(0)
            result.errors.append(
                log.read()[-4000:].decode("utf-8", "replace").strip() or "the judge ended without a word"
            )
        return result


def _follow(stream: Any, on_event: Callable[[Event], None]) -> _Outcome:
    """Pass the judge's events on until its last one. A thread reads, so that Ctrl-C is seen at once on Windows too."""
    lines: queue.Queue[bytes] = queue.Queue()

    def read() -> None:
        with suppress(ValueError, OSError), stream:
            for line in stream:
                lines.put(line)
        lines.put(b"")

    threading.Thread(target=read, daemon=True).start()
    while True:
        try:
            line = lines.get(timeout=0.5)
        except queue.Empty:
            continue
        if not line:
            return _Outcome()
        event = json.loads(line)
        kind = event.pop("event")
        if kind == "run":
            return _Outcome(
                run_from(event["run"]),
                tuple(DataSource(**source) for source in event["sources"]),
                event["errors"],
                event["peak_memory"],
            )
        check = check_from(event["check"]) if event.get("check") else None
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
        from checker.judging.processes import ProcessTree

        ProcessTree(process.pid).kill()
        process.wait()


def _environment() -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if k in KEPT_VARIABLES or k.startswith(KEPT_PREFIXES)}
    # The judge's own arithmetic needs one thread; more would take the cores from the worker that is timed.
    return {
        **kept,
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
    }


def _refused(problem: SubmissionProblem) -> Decision:
    check = CheckResult("submission", "The file can be read", problem.outcome, 0.0, str(problem))
    return Decision(problem.outcome, (check,))


def _broken(result: _Outcome) -> Decision:
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
    sha256: str,
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
        submission_sha256=sha256,
    )
