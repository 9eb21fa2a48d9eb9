"""One judgement: the submission is read once, run up to three times, and decided."""

from __future__ import annotations

import logging
import math
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from checker import __version__
from checker.catalog import Kata
from checker.hardware import calibration, probe
from checker.hardware.calibration import Calibration
from checker.judging import sandbox
from checker.judging.decide import Decision, Repeat, decide
from checker.judging.job import Job
from checker.judging.judge_process import Event, JudgeProcess, RunResult
from checker.judging.snapshot import Snapshot, SubmissionProblem, read_submission
from checker.judging.streams import Streams, as_text, draw_secret
from checker.languages.texts import say
from checker.record_format import to_plain
from checker.verdict import Artifact, CheckResult, DataSource, Outcome, Record, Run, SourceFile, TimeUse
from checker.whole_files import whole_file

_log = logging.getLogger("katas.session")
MAX_PICTURES_BYTES = 2_000_000
DISTURBED_CALIBRATION = say(
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
        pictures: the folder into which pictures of what was learned are written, each under its hash; none are drawn if
            None.
    """

    scratch: Path | None = None
    calibration: Calibration | None = None
    cores: tuple[int, ...] = ()
    siblings: Path | None = None
    cancel: threading.Event | None = None
    pictures: Path | None = None


ALONE = Surroundings()


class ReadyJudge:
    """A judge that waits for a submission to one kata, with all imported that it needs: the verdict comes sooner.

    It serves one judgement. `end` it if there is none.
    """

    def __init__(self, kata: Kata, options: JudgeOptions, surroundings: Surroundings = ALONE) -> None:
        """Start it.

        Raises:
            The errors of `judge`.
        """
        self._serves = (kata.name, kata.suite_sha256(), replace(options, whole_notebook=False))
        self.calibration = surroundings.calibration or _calibrated(kata, options, lambda event: None)
        self.streams = _streams(options)
        job = _job(kata, options, surroundings, self.calibration.factors, self.streams)
        self._process: JudgeProcess | None = JudgeProcess(replace(job, workers_ahead=1), surroundings.scratch)

    def serves(self, kata: Kata, options: JudgeOptions) -> bool:
        """Whether it still waits, and for this: the same suite, judged in the same way."""
        asked = (kata.name, kata.suite_sha256(), replace(options, whole_notebook=False))
        return self._process is not None and self._process.is_alive and self._serves == asked

    def take(self) -> JudgeProcess:
        """The process, which is no longer this one's to end."""
        assert self._process is not None
        process, self._process = self._process, None
        return process

    def end(self) -> None:
        """End the process if it still waits."""
        if self._process is not None:
            self.take().end()


def judge(
    kata: Kata,
    submission: Path | Snapshot,
    options: JudgeOptions = JudgeOptions(),
    on_event: Callable[[Event], None] = lambda event: None,
    surroundings: Surroundings = ALONE,
    ready: ReadyJudge | None = None,
) -> Record:
    """Judge `submission` against the suite of `kata`: a file, which is read once, or what was read before.

    Whatever is wrong with the file, or goes wrong in the judge, is in the record. Everything that was started has ended
    when this returns or raises; a `ready` judge that fits is used up.

    Raises:
        sandbox.SandboxError: `options.sandbox` asks for a level that this machine does not have.
        HardwareError: the environment names a tier that there is not (`KATAS_TIER`), or too few cores.
        CalibrationError: this machine's speed could not be measured.
        Cancelled: `surroundings.cancel` was set.
        KeyboardInterrupt: passed on.

    All but the last are below `checker.errors.KatasError`.
    """
    started, clock = datetime.now(UTC).isoformat(timespec="seconds"), time.monotonic()
    base: dict[str, Any] = {
        "kata": kata.name,
        "quick": options.quick,
        "started": started,
        "tier": _tier(kata),
        "sandbox": sandbox.choose(options.sandbox).value,
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
    _log.debug("judging %s for kata %s at the level %s", snapshot.entry.name, kata.name, base["sandbox"])
    ready = ready if ready is not None and ready.serves(kata, options) else None
    measured = (
        ready.calibration if ready else surroundings.calibration or _calibrated(kata, options, on_event)
    )
    streams = ready.streams if ready else _streams(options)
    job = _job(kata, options, surroundings, measured.factors, streams)
    waiting = ready.take() if ready else None
    cancel = surroundings.cancel or threading.Event()
    runs: list[Run] = []
    pictures: list[tuple[Artifact, bytes]] = []
    result = RunResult()
    decision: Decision | Repeat = Repeat((), "")
    while isinstance(decision, Repeat):
        on_event(Event("run_started", _announced(decision, runs)))
        if runs:
            secret = as_text(streams.repeat(len(runs)).secret)
            # A repeat names its checks one by one.
            job = replace(
                job, secret=secret, checks=decision.checks, up_to=None, reason=decision.reason, draws=False
            )
        process, waiting = waiting or JudgeProcess(job, surroundings.scratch), None
        try:
            result = process.judge(snapshot, on_event, cancel)
        finally:
            process.end()
        pictures += result.pictures
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
    made = _record(
        base, clock, decision, runs, result.sources, measured.factors, snapshot, result.peak_memory
    )
    return replace(made, artifacts=_kept(pictures, surroundings.pictures))


def _kept(pictures: Sequence[tuple[Artifact, bytes]], folder: Path | None) -> tuple[Artifact, ...]:
    """Write the pictures, as long as they are not too large together; those that could be."""
    kept: list[Artifact] = []
    for artifact, content in pictures if folder is not None else ():
        if sum(one.size for one in kept) + artifact.size > MAX_PICTURES_BYTES:
            break
        assert folder is not None
        with suppress(OSError):  # a verdict does not depend on them
            folder.mkdir(parents=True, exist_ok=True)
            with whole_file(folder / artifact.sha256) as file:
                file.write(content)
            kept.append(artifact)
    return tuple(kept)


def _tier(kata: Kata) -> str:
    return probe.tier() if kata.framework == "keras" else "cpu"


def _streams(options: JudgeOptions) -> Streams:
    """The secret of all that is hidden. It goes to the judge over its private pipe, and from there to no worker."""
    return Streams(draw_secret() if options.seed is None else options.seed)


def _job(
    kata: Kata, options: JudgeOptions, surroundings: Surroundings, factors: dict[str, float], streams: Streams
) -> Job:
    """What the first run needs to know besides the submission."""
    return Job(
        kata_folder=str(kata.folder),
        secret=as_text(streams.repeat(0).secret),
        tier=_tier(kata),
        level=sandbox.choose(options.sandbox).value,
        factors=factors,
        folder="",
        data=options.data,
        quick=options.quick,
        up_to=options.up_to,
        cores=surroundings.cores,
        siblings=str(surroundings.siblings or ""),
        draws=surroundings.pictures is not None,
    )


def _announced(repeat: Repeat, runs: Sequence[Run]) -> str:
    """Why there is another run, and how long it may take, for the live line."""
    if not runs:
        return ""
    longest = max(run.seconds for run in runs)
    span = (
        say("{minutes} min", minutes=math.ceil(longest / 60))
        if longest > 90
        else say("{seconds:.0f} s", seconds=longest)
    )
    return say("once more, at most about {span}: {reason}", span=span, reason=repeat.reason)


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
        on_event(Event("phase", say("measuring how fast this machine is, once")))
    return calibration.calibrate(workloads)


def _refused(problem: SubmissionProblem) -> Decision:
    check = CheckResult("submission", say("The file can be read"), problem.outcome, 0.0, str(problem))
    return Decision(problem.outcome, (check,))


def _broken(result: RunResult) -> Decision:
    """The judge itself failed: say where, and keep what it had found out."""
    text = "\n".join(result.errors)[-4000:]
    known = tuple(result.run.checks) if result.run else ()
    check = CheckResult(
        "judge", say("The judge worked"), Outcome.JUDGE_ERROR, 0.0,
        say("The judge itself failed; this is not your fault, and nothing was counted. Please report "
"it.\n{text}", text=text),
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
