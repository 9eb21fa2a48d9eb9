"""The rules that depend on the clock, as they are at this moment: settings, and what the organiser changed since."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from checker.contest.settings import ContestSettings
from checker.contest.views import Phase


@dataclass(frozen=True)
class Times:
    """When the contest begins, freezes and ends, and what goes with that.

    `revealed` counts the steps of the unfreezing, None before the first; `final` is the rejudging that is the final.
    """

    start: datetime
    end: datetime
    freeze: datetime | None
    revealed: int | None
    final: int | None
    open_katas: str
    attempts_per_hour: int

    def phase(self, now: datetime) -> Phase:
        """Where the contest stands."""
        if now < self.start:
            return Phase.BEFORE
        if now < self.end:
            return Phase.FROZEN if self.freeze is not None and now >= self.freeze else Phase.RUNNING
        return Phase.ENDED if self.final is None else Phase.FINAL


def times_of(settings: ContestSettings, row: Any) -> Times:
    """From the settings and the row of the contest."""
    return Times(
        settings.start,
        row.extended_to or settings.end,
        settings.freeze,
        row.revealed,
        row.final,
        settings.open_katas,
        settings.attempts_per_hour,
    )
