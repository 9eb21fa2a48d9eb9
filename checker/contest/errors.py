"""What goes wrong in a contest for a reason that is known: each text is a sentence for whoever reads it."""

from __future__ import annotations

from datetime import datetime

from checker.errors import KatasError


class ContestError(KatasError):
    """The contest cannot be used as asked."""


class DatabaseUnavailable(ContestError):
    """The database does not answer, or has no room. What was accepted before is kept."""


class CannotJudge(ContestError):
    """Nothing can be judged on this machine: exit code 4."""


class Refused(ContestError):
    """A submission is not accepted; `next_at` says when the next one would be, where time alone stands in the way."""

    def __init__(self, message: str, reason: str, next_at: datetime | None = None) -> None:
        super().__init__(message)
        self.reason = reason
        self.next_at = next_at
