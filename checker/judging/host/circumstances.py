"""What all workers of a run are started with, and what a budget is on this machine."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from checker.catalog import Budget, Kata
from checker.judging import sandbox
from checker.judging.host.others import Siblings
from checker.judging.host.waiting import Waiting

# Taken for the factor of a machine that was not measured: such times are not judged, only ended.
OF_UNKNOWN_SPEED = 4.0


@dataclass(frozen=True)
class Circumstances:
    """What a run's workers are started with."""

    kata: Kata
    folder: Path
    level: sandbox.Level
    tier: str
    factors: dict[str, float]
    on_line: Callable[[str], None] = lambda line: None
    on_step: Callable[[str, float, float], None] = lambda step, used, allowed: None
    waiting: Waiting = field(default_factory=Waiting)
    # Functions of which a call was ended by its limit: asking them again would only take as long again.
    ended: set[str] = field(default_factory=set)
    siblings: Siblings | None = None

    @property
    def slowness(self) -> float:
        """How much slower than the machine of factor 1 this one is, for limits that are generous anyway."""
        return max([1.0, *self.factors.values()])

    def allowed_seconds(self, budget: Budget) -> float:
        """The budget on this machine, in CPU seconds (wall seconds where a GPU does the work)."""
        return budget.reference_seconds * budget.margin * (budget.factor(self.factors) or OF_UNKNOWN_SPEED)
