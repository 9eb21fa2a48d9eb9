"""From runs to an outcome.

Chance and a busy machine may decide a measurement that lies near its limit. Such a run is repeated with a
fresh seed, at most twice, and the measurements of all runs are pooled: the mean, never the best. What is
then still near the limit stays open.

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
from dataclasses import dataclass, replace

from checker.verdict import CheckResult, Measurement, Outcome, Run

MAX_RUNS = 3
Z = 2.0
# A disturbed machine adds CPU seconds (caches, clock): measured up to 1.6 times for memory-bound work. Beyond
# this multiple of the budget, disturbance is no excuse. Below it, one run decides nothing even where no disturbance
# was seen: a virtual machine's host slows it down unseen (measured: 3 of 100 runs by a fifth and more).
DISTURBANCE_COVERS = 1.6
# What decides when several checks did not pass: the first of these that occurs.
SEVERITY = (
    Outcome.JUDGE_ERROR,
    Outcome.FORBIDDEN,
    Outcome.INVALID,
    Outcome.CRASHED,
    Outcome.OUT_OF_MEMORY,
    Outcome.FAILED,
    Outcome.TOO_SLOW,
    Outcome.INCONCLUSIVE,
)


@dataclass(frozen=True)
class Decision:
    """The pooled checks, the outcome, and a sentence on how it was decided where it was not plain."""

    outcome: Outcome
    checks: tuple[CheckResult, ...]
    remark: str = ""


def decide(runs: Sequence[Run]) -> Decision | None:
    """The decision that the runs allow, or None where another run is needed."""
    last = runs[-1]
    definite = [check for check in last.checks if _is_definitely_missed(check, last)]
    if definite or not last.checks:
        return Decision(_worst(last.checks), last.checks, _remark(runs, False))
    pooled = tuple(_pool([_same(run, check) for run in runs], runs) for check in last.checks)
    is_open = any(check.outcome is Outcome.INCONCLUSIVE for check in pooled)
    if is_open and len(runs) < MAX_RUNS:
        return None
    return Decision(_worst(pooled), pooled, _remark(runs, is_open))


def _same(run: Run, wanted: CheckResult) -> CheckResult | None:
    return next((check for check in run.checks if check.id == wanted.id), None)


def _worst(checks: Sequence[CheckResult]) -> Outcome:
    outcomes = {check.outcome for check in checks}
    for outcome in SEVERITY:
        if outcome in outcomes:
            return outcome
    # Nothing was run, or something waited for a check that is not there: never a pass.
    return Outcome.PASSED if outcomes == {Outcome.PASSED} else Outcome.JUDGE_ERROR


def _is_definitely_missed(check: CheckResult, run: Run) -> bool:
    """Missed by something that another run would not change."""
    if check.outcome in (Outcome.PASSED, Outcome.NOT_RUN):
        return False
    if check.outcome not in (Outcome.FAILED, Outcome.TOO_SLOW):
        return True
    missed = [m for m in check.measurements if not m.holds]
    return not missed or not all(_is_open(m, 1, run) for m in missed)


def _is_open(measured: Measurement, count: int, run: Run) -> bool:
    """Whether chance, or a disturbed machine, may have put the (pooled) value on its side of the limit."""
    if not math.isfinite(measured.value):
        return False
    if measured.spread > 0 and abs(measured.value - measured.limit) <= Z * measured.spread / math.sqrt(count):
        return True
    use = next((t for t in run.times if f"time of {t.step}" == measured.name), None)
    return (
        use is not None
        and (use.disturbed or count == 1)
        and not measured.holds
        and measured.value <= DISTURBANCE_COVERS * measured.limit
    )


def _pool(results: Sequence[CheckResult | None], runs: Sequence[Run]) -> CheckResult:
    """One check over all runs. A run in which it waited for an open one counts as not measured."""
    measured = [check for check in results if check is not None and check.outcome is not Outcome.NOT_RUN]
    if not measured:
        last = results[-1]
        assert last is not None
        return replace(last, outcome=Outcome.INCONCLUSIVE)
    template = measured[-1]
    pooled = [_mean(same) for same in _by_place(measured).values()]
    open_ones = [m for m in pooled if _is_open(m, len(measured), runs[-1])]
    if open_ones:
        return replace(
            template,
            outcome=Outcome.INCONCLUSIVE,
            measurements=tuple(pooled),
            message=f"The {open_ones[0].name} is too near its limit to be decided "
            f"({open_ones[0].value:.4g} on average of {len(measured)}, limit {open_ones[0].limit:.4g}).",
        )
    if all(m.holds for m in pooled):
        return replace(template, outcome=Outcome.PASSED, measurements=tuple(pooled), message="", hint="")
    missed = next((c for c in reversed(measured) if c.outcome is not Outcome.PASSED), template)
    outcome = missed.outcome if missed.outcome is not Outcome.PASSED else Outcome.FAILED
    return replace(missed, outcome=outcome, measurements=tuple(pooled))


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
    return replace(same[-1], value=math.fsum(values) / len(same), limit=limit, spread=spread)


def _remark(runs: Sequence[Run], is_open: bool) -> str:
    if len(runs) == 1 and not is_open:
        return ""
    counted = f"A measurement was so near its limit that it was repeated: {len(runs)} runs in all"
    return f"{counted}, and it is still open." if is_open else f"{counted}, decided on their mean."
