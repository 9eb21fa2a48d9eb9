"""What is unlocked: the one place that knows the rule.

The first kata is open. A kata opens when the one before it has a counted pass: a full run, judged in its
turn (not with --quick, --all or --submission). A pass is never taken back.
"""

from __future__ import annotations

import enum
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from checker.catalog import Kata


class State(enum.StrEnum):
    """Where a kata stands for one learner."""

    PASSED = "passed"
    OPEN = "open"
    LOCKED = "locked"


@dataclass(frozen=True)
class Summary:
    """What the ledger knows of one kata.

    `best_done` of `best_of` checks is the best run so far; `measure` (with its value and limit) and
    `seconds` (with what was allowed) belong to the best pass and are empty or None before.
    `passed_sha256` holds the hashes of all submissions that had a counted pass. `stars` are those that the kata offers,
    each with whether it was won in any counted pass.
    """

    runs: int = 0
    passed_on: str = ""
    passed_sha256: frozenset[str] = frozenset()
    best_done: int = 0
    best_of: int = 0
    measure: str = ""
    value: float | None = None
    limit: float | None = None
    seconds: float | None = None
    allowed: float | None = None
    hints: int = 0
    stars: Mapping[str, bool] = field(default_factory=dict)


@dataclass(frozen=True)
class Standing:
    """One kata of the path with its state and its history."""

    kata: Kata
    state: State
    summary: Summary


def standings(katas: Sequence[Kata], summaries: Mapping[str, Summary]) -> list[Standing]:
    """The path in order; `summaries` is by kata name and may lack katas without runs."""
    path = []
    before_is_passed = True
    for kata in katas:
        summary = summaries.get(kata.name, Summary())
        passed = bool(summary.passed_on)
        state = State.PASSED if passed else State.OPEN if before_is_passed else State.LOCKED
        path.append(Standing(kata, state, summary))
        before_is_passed = passed
    return path


def current(path: Sequence[Standing]) -> Standing | None:
    """The kata to work on: the first open one; None when all are passed."""
    return next((standing for standing in path if standing.state is State.OPEN), None)


def unlocked_by(katas: Sequence[Kata], kata: Kata) -> Kata | None:
    """The kata after this one, or None at the end of the path."""
    index = [k.name for k in katas].index(kata.name)
    return katas[index + 1] if index + 1 < len(katas) else None


def needed_for(path: Sequence[Standing], kata: Kata) -> Kata:
    """The kata to pass first when `kata` is locked: the first one that is open."""
    standing = current(path)
    return standing.kata if standing else kata


def differs_from_passed(summary: Summary, solution: Path) -> bool:
    """Whether the solution in the folder is another one than any that was passed; also when it is gone."""
    try:
        digest = hashlib.sha256(solution.read_bytes()).hexdigest()
    except OSError:
        return True
    return digest not in summary.passed_sha256
