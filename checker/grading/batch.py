"""What is judged when: each key once, what is lost once more, what is open once more at the end and alone.

The store alone is the truth. A batch that is killed at any moment goes on from it; nothing is judged twice that is there.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from checker.catalog import Kata
from checker.errors import KatasError
from checker.grading.engine import Ended, Engine, Work
from checker.grading.store import Attempt, Store, now
from checker.verdict import CheckResult, Outcome, Record

# Tries for a judgement that was lost, or in which the judge itself failed.
MOST_TRIES = 2
# So many failures of the judge in a row, on different submissions, are the host's fault.
MOST_IN_A_ROW = 3
OPEN, ERRORS, ALL = "open", "errors", "all"


class HostLost(KatasError):
    """This host cannot judge: the judge itself failed on one submission after the other."""


@dataclass
class Progress:
    """How far a batch is: of `total` works, the outcomes by key."""

    total: int
    outcomes: dict[str, Outcome] = field(default_factory=dict)

    @property
    def done(self) -> int:
        """How many are judged."""
        return len(self.outcomes)


def still_to_judge(works: Iterable[Work], store: Store, again: str = "") -> list[Work]:
    """Those of which the store has no record, or one that is to be made anew; the longest first.

    Args:
        works: each key once.
        store: what is there already.
        again: "open", "errors" or "all": which records are not good enough.
    """
    anew = {
        OPEN: {Outcome.INCONCLUSIVE},
        ERRORS: {Outcome.JUDGE_ERROR},
        ALL: set(Outcome),
    }.get(again, set())
    missing = []
    for work in works:
        record = store.record(work.key)
        if record is None or record.outcome in anew:
            missing.append(work)
    return sorted(missing, key=lambda work: -work.deadline)


class Batch:
    """Judges works through an engine and keeps the records in a store."""

    def __init__(
        self,
        store: Store,
        engine: Engine,
        on_change: Callable[[Progress, Work, Record], None] = lambda progress, work, record: None,
    ) -> None:
        self._store = store
        self._engine = engine
        self._on_change = on_change
        self._works: dict[str, Work] = {}
        self._tries: Counter[str] = Counter()
        self._reasons: dict[str, list[str]] = {}
        # By host, the submissions on which the judge failed since it last judged one.
        self._failed_in_a_row: dict[str, list[str]] = {}
        self._started: dict[str, str] = {}
        self.progress = Progress(0)

    def run(self, works: Sequence[Work]) -> Progress:
        """Judge them all.

        Raises:
            HostLost: the judge failed on three submissions in a row. What was judged before is kept.
            StoreError: a record could not be written.
            KeyboardInterrupt: passed on; everything that ran has ended.
        """
        self._works = {work.key: work for work in works}
        self.progress = Progress(len(works))
        try:
            still_open = self._through(deque(self._works), len(self._works), is_last=False)
            # What stood near a limit beside others is tried once more, alone.
            self._through(deque(still_open), 1, is_last=True)
        finally:
            self._engine.close()
        return self.progress

    def _through(self, waiting: deque[str], most: int, is_last: bool) -> list[str]:
        """Judge what waits, at most so many at a time; the keys of those that stayed open."""
        running: set[str] = set()
        still_open: list[str] = []
        while waiting or running:
            while waiting and len(running) < min(most, self._engine.slots):
                key = waiting[0]
                self._started[key] = now()
                if not self._engine.start(self._works[key]):
                    break
                running.add(waiting.popleft())
            for ended in self._engine.ended():
                running.discard(ended.key)
                if self._is_tried_again(ended):
                    waiting.append(ended.key)
                elif not is_last and self._outcome(ended) is Outcome.INCONCLUSIVE:
                    still_open.append(ended.key)
        return still_open

    def _outcome(self, ended: Ended) -> Outcome | None:
        return ended.record.outcome if ended.record else None

    def _is_tried_again(self, ended: Ended) -> bool:
        """Keep what came of an attempt, or say that there is to be another one."""
        work, record = self._works[ended.key], ended.record
        self._note(ended)
        if record is not None and record.outcome is not Outcome.JUDGE_ERROR:
            self._failed_in_a_row.pop(ended.host, None)
            self._keep(work, record)
            return False
        self._tries[ended.key] += 1
        reason = record.checks[-1].message if record is not None and record.checks else ended.why
        self._reasons.setdefault(ended.key, []).append(f"{ended.host}: {reason}")
        failed = self._failed_in_a_row.setdefault(ended.host, [])
        if ended.key not in failed:
            failed.append(ended.key)
        if len(failed) >= MOST_IN_A_ROW and not self._engine.retire(ended.host):
            raise HostLost(
                f"The judge failed on {MOST_IN_A_ROW} submissions in a row on {ended.host}, so it is given up. The last "
                f"reason: {reason.splitlines()[0] if reason else 'none'} Type `katas doctor` there; then the same command "
                "goes on."
            )
        if self._tries[ended.key] < MOST_TRIES:
            return True
        self._keep(work, unjudged(work.kata, work.sandbox, self._reasons[ended.key]))
        return False

    def _keep(self, work: Work, record: Record) -> None:
        self._store.put(work.key, record)
        self.progress.outcomes[work.key] = record.outcome
        self._on_change(self.progress, work, record)

    def _note(self, ended: Ended) -> None:
        outcome = self._outcome(ended)
        self._store.note(
            Attempt(
                ended.key,
                self._works[ended.key].kata.name,
                ended.host,
                self._started[ended.key],
                now(),
                outcome.value if outcome else "",
                ended.why,
            )
        )


def unjudged(kata: Kata, sandbox: str, reasons: Sequence[str]) -> Record:
    """The record of something that could not be judged: a judge error with all reasons. It is never a 0."""
    message = "The judge itself failed; this is not the submission's fault.\n" + "\n".join(reasons)
    check = CheckResult("judge", "The judge worked", Outcome.JUDGE_ERROR, 0.0, message)
    return Record(
        kata=kata.name,
        outcome=Outcome.JUDGE_ERROR,
        quick=False,
        summary=f"Tried {len(reasons)} times.",
        started=now(),
        seconds=0.0,
        tier="cpu",
        sandbox=sandbox,
        checks=(check,),
        times=(),
        runs=(),
        data=(),
        machine={},
        calibration={},
        versions={},
        submission_sha256="",
        suite_sha256=kata.suite_sha256(),
    )
