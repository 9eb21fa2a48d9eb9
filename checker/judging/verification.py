"""`katas verify`: does every kata judge as its author promises?

For each kata three promises are tried: the reference passes with room to spare, the stub does not pass,
and every specimen (a submission kept for testing the judge) gets the verdict that its header names:

    # verdict: failed                  (several, separated by "|", where more than one is right)
    # caught by: test_beats_pca        (wrong, slow and cheating ones: the check that must not pass)
    # One line that says what is wrong or special about it.

Specimens lie in `tests/specimens/NN_name/{accepted,wrong,slow,cheating}/*.py` of the checkout, or in a kata's own
folder. Attacks on the judge itself are another matter: see `checker.judging.attacks`.
"""

from __future__ import annotations

import itertools
import re
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from checker.catalog import Kata
from checker.judging.session import Event, JudgeOptions, judge
from checker.report.figures import figure, seconds
from checker.verdict import Measurement, Outcome, Record

KINDS = ("accepted", "wrong", "slow", "cheating")
# Neither says anything about the submission, so neither can be the verdict that was promised.
_UNDECIDED = (Outcome.JUDGE_ERROR, Outcome.INCONCLUSIVE)
_HEADER = re.compile(r"^#\s*(verdict|caught by)\s*:\s*(.+?)\s*$", re.IGNORECASE)


class VerificationError(Exception):
    """A specimen's header is wrong, or there are no specimens where they were asked for."""


@dataclass(frozen=True)
class Trial:
    """One submission to judge and what must come out of it."""

    kata: Kata
    kind: str
    file: Path
    verdicts: tuple[Outcome, ...]
    caught_by: str = ""

    @property
    def name(self) -> str:
        """The trial's name in the table, such as "wrong/no_bias"."""
        return self.kind if self.kind in ("reference", "stub") else f"{self.kind}/{self.file.stem}"


@dataclass(frozen=True)
class Finding:
    """What came of a trial: `problem` is empty if it was as promised, `room` says how far off a limit."""

    trial: Trial
    record: Record
    problem: str
    room: str = ""


def trials(
    katas: Sequence[Kata],
    specimens: Path | None,
    *,
    only_cheating: bool = False,
    with_specimens: bool = True,
) -> list[Trial]:
    """All trials of these katas: references and stubs, then specimens; NumPy katas first, being quick.

    Raises:
        VerificationError: a header is wrong.
    """
    ordered = sorted(katas, key=lambda kata: (kata.framework != "numpy", kata.number))
    found: list[Trial] = []
    if not only_cheating:
        for kata in ordered:
            found.append(Trial(kata, "reference", kata.reference, (Outcome.PASSED,)))
            found.append(Trial(kata, "stub", kata.stub, _not_passed()))
    for kata in ordered if with_specimens else ():
        for kind in ("cheating",) if only_cheating else KINDS:
            # A kata from outside carries its own.
            for folder in (kata.folder / "specimens", *([specimens / kata.name] if specimens else [])):
                found += [_trial(kata, kind, file) for file in sorted((folder / kind).glob("*.py"))]
    return found


def sampled(found: Sequence[Trial], count: int, day: int) -> list[Trial]:
    """References, stubs, and of each kata's specimens `count` of a kind: others on another day, all within some."""
    chosen: list[Trial] = []
    for _, group in itertools.groupby(found, key=lambda trial: (trial.kata.number, trial.kind)):
        members = list(group)
        is_specimen = members[0].kind in KINDS
        start = day * count % len(members)
        turned = [*members[start:], *members[:start]]
        chosen += turned[:count] if is_specimen else members
    return chosen


def run(trial: Trial, options: JudgeOptions, on_event: Callable[[Event], None]) -> Finding:
    """Judge one trial and compare."""
    record = judge(trial.kata, trial.file, options, on_event)
    return Finding(trial, record, problem_of(trial, record), room_of(record))


def run_all(
    chosen: Sequence[Trial], *, full: bool, sandbox: str, jobs: int, pictures: str | None = "drawn"
) -> Iterator[Finding]:
    """The findings in the order of the trials, `jobs` judgements at a time.

    `pictures` are those for katas about cats and dogs: the drawn ones are the same on every machine.

    Wrong, slow and cheating specimens run up to the check that must catch them, unless `full`. Threads do:
    a judgement is a process of its own, for which the thread only waits.
    """
    is_over = threading.Event()

    def stop_if_over(event: Event) -> None:
        # Ctrl-C reaches the main thread alone; the others take it up at their judge's next event.
        if is_over.is_set():
            raise KeyboardInterrupt

    def judge_one(trial: Trial) -> Finding | None:
        if is_over.is_set():
            return None
        up_to = None if full or not trial.caught_by else trial.caught_by
        data = pictures if trial.kata.data == "cats_dogs" else None
        return run(trial, JudgeOptions(up_to=up_to, sandbox=sandbox, data=data), stop_if_over)

    pool = ThreadPoolExecutor(jobs)
    try:
        for future in [pool.submit(judge_one, trial) for trial in chosen]:
            if finding := future.result():
                yield finding
    finally:
        is_over.set()
        pool.shutdown(cancel_futures=True)


def problem_of(trial: Trial, record: Record) -> str:
    """Why a record is not what the trial promised; empty if it is."""
    if record.outcome not in trial.verdicts:
        wanted = " or ".join(str(outcome) for outcome in trial.verdicts)
        if trial.kind == "stub":
            wanted = "any verdict that is not a pass"
        return f"got {record.outcome}, wanted {wanted}: {_reason(record)}"
    if trial.kind == "reference" and (close := [m for m in _qualities(record) if m.is_close]):
        return f"passes without room to spare: {_distance(close[0])}"
    if not trial.caught_by:
        return ""
    named = [c for c in record.checks if _bare(c.id) == trial.caught_by]
    if not named:
        return f"the check {trial.caught_by} that must catch it is not in the record"
    if any(c.outcome not in (Outcome.PASSED, Outcome.NOT_RUN, *_UNDECIDED) for c in named):
        return ""
    caught = [_bare(c.id) for c in record.checks if c.outcome not in (Outcome.PASSED, Outcome.NOT_RUN)]
    return f"{trial.caught_by} is {named[0].outcome}; caught by {', '.join(caught) or 'no check'} instead"


def room_of(record: Record) -> str:
    """How far a passing record is from its limits: the tightest quality and the tightest time."""
    if record.outcome is not Outcome.PASSED:
        return ""
    parts = []
    if with_spread := _qualities(record):
        parts.append(_distance(min(with_spread, key=lambda m: abs(m.value - m.limit) / m.spread)))
    if record.times:
        use = max(record.times, key=lambda time: time.used / time.allowed)
        parts.append(f"{use.step} {seconds(use.used)} of {seconds(use.allowed)} s")
    return ", ".join(parts)


def read_header(file: Path) -> dict[str, str]:
    """The keys of a specimen's header: the comment lines at the top of the file."""
    keys: dict[str, str] = {}
    with file.open(encoding="utf-8", errors="replace") as lines:
        for line in lines:
            if not line.startswith("#"):
                break
            if match := _HEADER.match(line):
                keys[match[1].lower()] = match[2]
    return keys


def _trial(kata: Kata, kind: str, file: Path) -> Trial:
    header = read_header(file)
    named = header.get("verdict", "")
    try:
        # What stands after the verdict's name, in brackets, is for the reader.
        verdicts = tuple(Outcome(part.split("(")[0].strip()) for part in named.split("|"))
    except ValueError:
        known = ", ".join(o.value for o in Outcome if o is not Outcome.NOT_RUN)
        raise VerificationError(
            f"{file}: its header says verdict {named!r}; write `# verdict: NAME` with one of {known}."
        ) from None
    if (kind == "accepted") != (verdicts == (Outcome.PASSED,)):
        raise VerificationError(f"{file}: the verdict {named!r} does not belong into the folder {kind}.")
    return Trial(kata, kind, file, verdicts, header.get("caught by", "").split("(")[0].strip())


def _not_passed() -> tuple[Outcome, ...]:
    return tuple(o for o in Outcome if o not in (Outcome.PASSED, Outcome.NOT_RUN, *_UNDECIDED))


def _qualities(record: Record) -> list[Measurement]:
    """What was measured and depends on chance; times are looked at by themselves."""
    measured = [m for check in record.checks for m in check.measurements]
    return [m for m in measured if m.spread > 0 and not m.name.startswith("time of ")]


def _distance(measurement: Measurement) -> str:
    room = abs(measurement.value - measurement.limit) / measurement.spread
    value, limit = figure(measurement.value), figure(measurement.limit)
    return f"{measurement.name} {value} against {limit}, {room:.1f} spreads off"


def _reason(record: Record) -> str:
    """The first thing that went wrong, on one line."""
    missed = [c for c in record.checks if c.outcome not in (Outcome.PASSED, Outcome.NOT_RUN)]
    if missed:
        return f"{_bare(missed[0].id)}: {missed[0].message}".splitlines()[0][:200]
    return (record.summary.splitlines() or ["no check missed"])[0][:200]


def _bare(check_id: str) -> str:
    """The test function's name alone."""
    return check_id.rpartition("::")[2].partition("[")[0]
