"""From runs to an outcome.

The core decides the outcome, the stars are told beside it. The word of a verdict is that of the first core check
that was missed, in the path's order.

Chance and a busy machine may decide a measurement that lies near its limit. What is near is run again with a fresh
seed, at most twice, and the measurements of all runs are pooled: the mean, never the best. A repeat runs only the
checks that decide. What is then still near the limit stays open. Stars are decided on the runs that there are.

With z = 2, n runs and one run's standard deviation s (the larger of the expected and the observed one), a pooled
mean further than z s / sqrt(n) from the limit is decided; by then the chance of a wrong decision is below 2.3 % for
a true value at the limit, and far smaller for one that is a step away from it.

How often this decides wrongly, alone and beside busy neighbours, is in `tests/benchmarks/busy_machine.md`; how the
references' times and qualities spread, in `tests/benchmarks/reference_spread.md`.
"""

from __future__ import annotations

import math
import statistics
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from checker.languages.texts import say
from checker.verdict import MISSED, NOT_TRIED, OPEN, STARS, WON, CheckResult, Measurement, Outcome, Run

MAX_RUNS = 3
# A step that stood still is tried once more; a third time would cost minutes and tell nothing new.
MAX_RUNS_OF_STANDING = 2
Z = 2.0
# From this multiple of its budget on, a step is too slow whatever the machine does, and is ended there. A disturbed
# machine adds CPU seconds (caches, clock): measured up to 1.6 times for memory-bound work. Below it, one run decides
# nothing even where no disturbance was seen: a virtual machine's host slows it down unseen (measured: 3 of 100 runs
# by a fifth and more).
CLEARLY_OVER = 1.6


@dataclass(frozen=True)
class Decision:
    """The pooled checks, the outcome, the stars, and a sentence on how it was decided where it was not plain."""

    outcome: Outcome
    checks: tuple[CheckResult, ...]
    remark: str = ""
    stars: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Repeat:
    """Another run is needed, of these checks, for a reason that is a sentence for the learner."""

    checks: tuple[str, ...]
    reason: str


def decide(runs: Sequence[Run]) -> Decision | Repeat:
    """The decision that the runs allow, or what must be run again. The first run holds every check."""
    pooled = tuple(_pool([_same(run, check) for run in runs], check) for check in _merged(runs))
    core = [check for check in pooled if not check.star]
    open_ones = [check for check in core if check.outcome is Outcome.INCONCLUSIVE]
    is_missed = any(check.is_missed and check not in open_ones for check in core)
    if is_missed or not open_ones or len(runs) >= _most_runs(open_ones):
        outcome = _word(core)
        return Decision(outcome, pooled, _remark(runs, outcome), stars_of(pooled))
    waiting = [check for check in pooled if check.outcome is Outcome.NOT_RUN]
    return Repeat(tuple(check.id for check in (*open_ones, *waiting)), _why(open_ones[0]))


def _merged(runs: Sequence[Run]) -> tuple[CheckResult, ...]:
    """Every check of the first run, as the latest run that tried it saw it."""
    latest: dict[str, CheckResult] = {}
    for run in runs:
        latest |= {check.id: check for check in run.checks if check.outcome is not Outcome.NOT_RUN}
    return tuple(latest.get(check.id, check) for check in runs[0].checks)


def _same(run: Run, wanted: CheckResult) -> CheckResult | None:
    return next((check for check in run.checks if check.id == wanted.id), None)


def _most_runs(open_ones: Sequence[CheckResult]) -> int:
    return MAX_RUNS_OF_STANDING if any(_stood_still(check) for check in open_ones) else MAX_RUNS


def _stood_still(check: CheckResult) -> bool:
    """Open for another reason than a measurement near its limit."""
    return check.outcome is Outcome.INCONCLUSIVE and not any(_is_near(m, 1) for m in check.measurements)


def _word(core: Sequence[CheckResult]) -> Outcome:
    """The outcome of the first check that was missed; open only where nothing else was."""
    missed = [check.outcome for check in core if check.is_missed]
    for outcome in missed:
        if outcome is not Outcome.INCONCLUSIVE:
            return outcome
    if missed:
        return Outcome.INCONCLUSIVE
    # Nothing was run, or something waited for a check that is not there: never a pass.
    is_passed = bool(core) and all(check.outcome is Outcome.PASSED for check in core)
    return Outcome.PASSED if is_passed else Outcome.JUDGE_ERROR


def stars_of(checks: Sequence[CheckResult]) -> dict[str, str]:
    """Of each star that has checks here, how it ended."""
    found = {}
    for star in STARS:
        outcomes = {check.outcome for check in checks if check.star == star}
        if not outcomes:
            continue
        if outcomes == {Outcome.PASSED}:
            found[star] = WON
        elif outcomes - {Outcome.PASSED, Outcome.NOT_RUN, Outcome.INCONCLUSIVE}:
            found[star] = MISSED
        else:
            found[star] = OPEN if Outcome.INCONCLUSIVE in outcomes else NOT_TRIED
    return found


def is_near(check: CheckResult) -> bool:
    """Whether one run's miss of this check may be chance or a busy machine, so that others need not wait for it."""
    return not _is_definitely_missed(check)


def _is_definitely_missed(check: CheckResult) -> bool:
    """Missed by something that another run would not change."""
    if check.outcome in (Outcome.PASSED, Outcome.NOT_RUN, Outcome.INCONCLUSIVE):
        return False
    if check.outcome not in (Outcome.FAILED, Outcome.TOO_SLOW):
        return True
    missed = [m for m in check.measurements if not m.holds]
    return not missed or not all(_is_near(m, 1) for m in missed)


def _is_near(measured: Measurement, count: int) -> bool:
    """Whether chance, or a disturbed machine, may have put the (pooled) value on its side of the limit."""
    if not math.isfinite(measured.value) or not math.isfinite(measured.limit):
        return False
    if measured.spread > 0 and abs(measured.value - measured.limit) <= Z * measured.spread / math.sqrt(count):
        return True
    return (
        measured.kind == "time"
        and (measured.disturbed or count == 1)
        and not measured.holds
        and measured.value < CLEARLY_OVER * measured.limit
    )


def _pool(results: Sequence[CheckResult | None], merged: CheckResult) -> CheckResult:
    """One check over all runs. A run in which it waited for an open one counts as not measured."""
    tried = [check for check in results if check is not None and check.outcome is not Outcome.NOT_RUN]
    definite = next((check for check in reversed(tried) if _is_definitely_missed(check)), None)
    if definite is not None:
        return definite if not definite.star else _star(definite, definite.measurements)
    measured = [check for check in tried if not _stood_still(check)]
    if not measured:
        # It stood still each time, or waits for one that did.
        return tried[-1] if tried else merged
    template = measured[-1]
    pooled = [_mean(same) for same in _by_place(measured).values()]
    missed = next((check for check in reversed(measured) if check.is_missed), template)
    if template.star:
        return _star(missed, pooled)
    near = [m for m in pooled if _is_near(m, len(measured))]
    if near:
        return replace(
            template,
            outcome=Outcome.INCONCLUSIVE,
            measurements=tuple(pooled),
            message=say(
                "The {name} is too near its limit to be decided ({value:.4g} on average of {count}, limit {limit:.4g}).",
                name=near[0].name,
                value=near[0].value,
                count=len(measured),
                limit=near[0].limit,
            ),
        )
    if all(m.holds for m in pooled):
        return replace(
            template, outcome=Outcome.PASSED, measurements=tuple(pooled), message="", hint="", diagnoses=()
        )
    outcome = missed.outcome if missed.is_missed else Outcome.FAILED
    return replace(missed, outcome=outcome, measurements=tuple(pooled))


def _star(check: CheckResult, pooled: Sequence[Measurement]) -> CheckResult:
    """A star's check is decided on what there is; only a time that a busy machine explains is left open."""
    missed = [m for m in pooled if not m.holds]
    if not check.is_missed:
        return replace(check, measurements=tuple(pooled))
    if missed and all(m.kind == "time" and m.disturbed and m.value < CLEARLY_OVER * m.limit for m in missed):
        message = say("The machine was busy with other work while this was measured, so it is left open.")
        return replace(
            check, outcome=Outcome.INCONCLUSIVE, message=message, hint="", measurements=tuple(pooled)
        )
    return replace(check, measurements=tuple(pooled))


def _by_place(checks: Sequence[CheckResult]) -> dict[tuple[str, int], list[Measurement]]:
    """The measurements of several runs that belong together: of one name, and the same one of that name in its run."""
    places: dict[tuple[str, int], list[Measurement]] = {}
    for check in checks:
        seen: Counter[str] = Counter()
        for m in check.measurements:
            places.setdefault((m.name, seen[m.name]), []).append(m)
            seen[m.name] += 1
    return places


def _mean(same: Sequence[Measurement]) -> Measurement:
    """The mean over runs. The limit is averaged too, since it may depend on the data that a run drew.

    Where the runs differ by more than the spread that was expected, theirs counts: one slow moment of the machine
    among them must not decide.
    """
    if len(same) == 1:
        return same[0]
    values = [m.value for m in same]
    limit = math.fsum(m.limit for m in same) / len(same)
    spread = same[-1].spread
    if spread > 0 and all(map(math.isfinite, values)):
        spread = max(spread, statistics.stdev(values))
    disturbed = same[-1].disturbed
    return replace(
        same[-1], value=math.fsum(values) / len(same), limit=limit, spread=spread, disturbed=disturbed
    )


def _why(check: CheckResult) -> str:
    """Why a run is repeated, as a sentence."""
    if _stood_still(check):
        return say("the run stood still, which may have been the machine")
    near = next((m for m in check.measurements if _is_near(m, 1)), None)
    if near is None:
        return say("a measurement was near its limit")
    if near.kind == "time":
        told = say(
            "{step} took {value:.3g} of {limit:.3g} {unit}",
            step=near.step,
            value=near.value,
            limit=near.limit,
            unit=near.unit,
        )
        return say("{told} while the machine was busy", told=told) if near.disturbed else told
    return say(
        "{name} is {value:.4g}, near its limit of {limit:.4g}",
        name=near.name,
        value=near.value,
        limit=near.limit,
    )


def _remark(runs: Sequence[Run], outcome: Outcome) -> str:
    if len(runs) == 1:
        return ""
    counted = say(
        "A measurement was so near its limit that it was repeated: {count} runs in all", count=len(runs)
    )
    if outcome is Outcome.INCONCLUSIVE:
        return say("{counted}, and it is still open.", counted=counted)
    return say("{counted}, decided on their mean.", counted=counted)
