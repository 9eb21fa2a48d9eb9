"""`katas verify`: does every kata judge as its author promises?

For each kata three promises are tried: the reference passes with room to spare, the stub does not pass,
and every specimen (a submission kept for testing the judge) gets the verdict that its header names:

    # verdict: failed                  (several, separated by "|", where more than one is right)
    # caught by: test_beats_pca        (all but accepted ones: the check that must not pass)
    # misses: robust                   (partial ones: the stars that it must not win, separated by ",")
    # says: divides by n               (words that the first miss must hold, in its message, causes or hint)
    # diagnosis: mean_over_rows        (the id of the cause that must be named first)
    # One line that says what is wrong or special about it.

Partial ones are right and miss a star. Of those that pass, every timed step must leave half of its limit (Kattis' rule:
twice what the slowest accepted one needs); slow ones must need one and a half times the limit.

Specimens lie in `tests/specimens/NN_name/{accepted,partial,wrong,slow,cheating}/*.py` of the checkout, or in a kata's
own folder. Attacks on the judge itself are another matter: see `checker.verification.attacks`.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from checker.catalog import Kata
from checker.errors import KatasError
from checker.judging.decide import CLEARLY_OVER
from checker.judging.judge_process import Cancelled, Event
from checker.judging.session import ALONE, JudgeOptions, Surroundings, judge
from checker.judging.side_by_side import SideBySide
from checker.report.figures import figure, seconds
from checker.verdict import MISSED, OPEN, STARS, WON, CheckResult, Measurement, Outcome, Record, TimeUse

KINDS = ("accepted", "partial", "wrong", "slow", "cheating")
PASSING = ("reference", "accepted", "partial")
# Kattis' rule: a limit is at least twice what the slowest accepted one needs, and what must be too slow needs at least
# one and a half times the limit.
MOST_OF_LIMIT, LEAST_OF_SLOW = 0.5, 1.5
# Neither says anything about the submission, so neither can be the verdict that was promised.
_UNDECIDED = (Outcome.JUDGE_ERROR, Outcome.INCONCLUSIVE)
_HEADER = re.compile(r"^#\s*(verdict|caught by|misses|says|diagnosis)\s*:\s*(.+?)\s*$", re.IGNORECASE)


class VerificationError(KatasError):
    """A specimen's header is wrong, or there are no specimens where they were asked for."""


@dataclass(frozen=True)
class Trial:
    """One submission to judge and what must come out of it."""

    kata: Kata
    kind: str
    file: Path
    verdicts: tuple[Outcome, ...]
    caught_by: str = ""
    misses: tuple[str, ...] = ()
    says: str = ""
    diagnosis: str = ""

    @property
    def name(self) -> str:
        """The trial's name in the table, such as "wrong/no_bias"."""
        return self.kind if self.kind in ("reference", "stub") else f"{self.kind}/{self.file.stem}"


@dataclass(frozen=True)
class Finding:
    """What came of a trial: `problem` is empty if it was as promised, `margin` says how far off a limit."""

    trial: Trial
    record: Record
    problem: str
    margin: str = ""


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
    """References, stubs, and of each kata's specimens `count` of a kind: others on another day, all within some.

    Networks take minutes each, so of the Keras katas one a day, in turn, has more than its stub judged.
    """
    chosen: list[Trial] = []
    keras = sorted({trial.kata.number for trial in found if trial.kata.framework == "keras"})
    of_the_day = keras[day % len(keras)] if keras else ""
    for _, group in itertools.groupby(found, key=lambda trial: (trial.kata.number, trial.kind)):
        members = list(group)
        is_specimen = members[0].kind in KINDS
        waits = members[0].kata.framework == "keras" and members[0].kata.number != of_the_day
        if waits and members[0].kind != "stub":
            continue
        start = day * count % len(members)
        turned = [*members[start:], *members[:start]]
        chosen += turned[:count] if is_specimen else members
    return chosen


def run(
    trial: Trial,
    options: JudgeOptions,
    on_event: Callable[[Event], None] = lambda event: None,
    surroundings: Surroundings = ALONE,
) -> Finding:
    """Judge one trial and compare."""
    record = judge(trial.kata, trial.file, options, on_event, surroundings)
    return Finding(trial, record, problem_of(trial, record), margin_of(record))


def run_all(
    chosen: Sequence[Trial], *, full: bool, sandbox: str, jobs: int, choice: str | None = None
) -> Iterator[Finding]:
    """The findings in the order of the trials, `jobs` judgements at a time.

    `choice` is the data for katas that have one; without it, what is the same on every machine.

    Wrong, slow and cheating specimens run up to the check that must catch them, unless `full`. Threads do:
    a judgement is a process of its own, for which the thread only waits.
    """

    def judge_one(trial: Trial) -> Finding | None:
        up_to = None if full or not trial.caught_by else trial.caught_by
        source = trial.kata.source
        data = (choice or source.repeatable_choice) if source.choices else None
        with suppress(Cancelled), beside.one() as surroundings:
            options = JudgeOptions(up_to=up_to, sandbox=sandbox, data=data)
            return run(trial, options, surroundings=surroundings)
        return None

    with SideBySide(jobs, sets_cores=False) as beside:
        pool = ThreadPoolExecutor(jobs)
        try:
            for future in [pool.submit(judge_one, trial) for trial in chosen]:
                if finding := future.result():
                    yield finding
        finally:
            # Ctrl-C reaches the main thread alone; the others end their judgements at once.
            beside.cancel.set()
            pool.shutdown(cancel_futures=True)


def problem_of(trial: Trial, record: Record) -> str:
    """Why a record is not what the trial promised; empty if it is."""
    if record.outcome not in trial.verdicts:
        wanted = " or ".join(str(outcome) for outcome in trial.verdicts)
        if trial.kind == "stub":
            wanted = "any verdict that is not a pass"
        return f"got {record.outcome}, wanted {wanted}: {_reason(record)}"
    if record.runs and (errors := [error for run in record.runs for error in run.suite_errors]):
        return f"a check of the suite itself failed: {errors[0].strip().splitlines()[-1]}"
    if problem := _time_problem(trial, record) or _star_problem(trial, record):
        return problem
    if trial.says and not _says(trial, record):
        return f"the first miss does not say {trial.says!r}: {_reason(record)}"
    causes = diagnoses_of(trial, record)
    if trial.diagnosis and trial.diagnosis not in causes[:1]:
        return f"the cause {trial.diagnosis!r} is not named first, but {', '.join(causes) or 'none'}: {_reason(record)}"
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


def _time_problem(trial: Trial, record: Record) -> str:
    """Whether Kattis' rule is broken, also if what a busy machine may have added is taken off."""
    if trial.kind in PASSING:
        for use in record.times:
            added = CLEARLY_OVER if use.disturbed else 1.0
            if use.used > added * MOST_OF_LIMIT * use.allowed:
                return f"{use.step} needs {_share(use)} of its limit; the limit must be twice what an accepted one needs"
    if trial.kind == "slow":
        slowest = max(
            (m.value / m.limit for c in record.checks for m in c.measurements if m.kind == "time"),
            default=None,
        )
        if slowest is not None and slowest < LEAST_OF_SLOW:
            return f"it needs {slowest:.2f} of the limit; what must be too slow needs {LEAST_OF_SLOW:g} times the limit"
    return ""


def _share(use: TimeUse) -> str:
    return f"{use.used / use.allowed:.2f}"


def _star_problem(trial: Trial, record: Record) -> str:
    """Whether a partial specimen won a star that it must miss; a reference must win its own, but for a busy machine.

    The star of quality may ask for a longer recipe than the reference's, which is kept short to be read and repeated.
    """
    for star in trial.misses:
        if record.stars.get(star) != MISSED:
            return f"it must miss the star {star}, which is {record.stars.get(star, 'not offered')}"
    if trial.kind == "reference":
        for star, state in record.stars.items():
            if star != "quality" and state not in (WON, OPEN):
                missed = next((c for c in record.checks if c.star == star and c.is_missed), None)
                return f"the reference does not win the star {star}: {missed.message if missed else state}"
    return ""


def first_miss(trial: Trial, record: Record) -> CheckResult | None:
    """The first check that was missed: of a star for partial specimens, of the core for all others."""
    return next((c for c in record.checks if c.is_missed and bool(c.star) == (trial.kind == "partial")), None)


def diagnoses_of(trial: Trial, record: Record) -> list[str]:
    """The ids of the causes that were named for the first miss, the likelier first."""
    missed = first_miss(trial, record)
    return [d.id for d in missed.diagnoses] if missed else []


def _says(trial: Trial, record: Record) -> bool:
    """Whether the first miss holds the words of the header."""
    missed = first_miss(trial, record)
    parts = (missed.message, missed.hint, *missed.advice) if missed else ()
    return " ".join(trial.says.split()).lower() in " ".join(" ".join(parts).split()).lower()


def margin_of(record: Record) -> str:
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
    misses = tuple(part.split("(")[0].strip() for part in header.get("misses", "").split(",") if part.strip())
    if unknown := [star for star in misses if star not in STARS]:
        raise VerificationError(f"{file}: there is no star {unknown[0]!r}; stars are {', '.join(STARS)}.")
    if (kind == "partial") != bool(misses):
        raise VerificationError(
            f"{file}: a specimen in the folder partial, and no other, says `# misses: STAR`."
        )
    if (kind in PASSING) != (verdicts == (Outcome.PASSED,)):
        raise VerificationError(f"{file}: the verdict {named!r} does not belong into the folder {kind}.")
    caught_by = header.get("caught by", "").split("(")[0].strip()
    return Trial(
        kata,
        kind,
        file,
        verdicts,
        caught_by,
        misses,
        header.get("says", ""),
        header.get("diagnosis", "").split("(")[0].strip(),
    )


def _not_passed() -> tuple[Outcome, ...]:
    return tuple(o for o in Outcome if o not in (Outcome.PASSED, Outcome.NOT_RUN, *_UNDECIDED))


def _qualities(record: Record) -> list[Measurement]:
    """What the core measured and depends on chance; times are looked at by themselves."""
    measured = [m for check in record.checks if not check.star for m in check.measurements]
    return [m for m in measured if m.spread > 0 and m.kind == "quality"]


def _distance(measurement: Measurement) -> str:
    spreads = abs(measurement.value - measurement.limit) / measurement.spread
    value, limit = figure(measurement.value), figure(measurement.limit)
    return f"{measurement.name} {value} against {limit}, {spreads:.1f} spreads off"


def _reason(record: Record) -> str:
    """The first thing that went wrong, on one line."""
    missed = [c for c in record.checks if c.is_missed and not c.star] or [
        c for c in record.checks if c.is_missed
    ]
    if missed:
        return f"{_bare(missed[0].id)}: {missed[0].message}".splitlines()[0][:200]
    return (record.summary.splitlines() or ["no check missed"])[0][:200]


def _bare(check_id: str) -> str:
    """The test function's name alone."""
    return check_id.rpartition("::")[2].partition("[")[0]
