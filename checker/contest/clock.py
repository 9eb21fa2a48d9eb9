"""The time of the contest: the server's clock in UTC. All of the contest asks here, so that a test can move it."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> datetime:
    """The present moment."""
    return datetime.now(UTC)


def as_text(moment: datetime) -> str:
    """A moment as text in UTC with microseconds, always of the same length, so that texts sort as moments do."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def said(moment: datetime) -> str:
    """A moment in a sentence."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
