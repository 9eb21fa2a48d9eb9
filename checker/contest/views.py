"""What pages and commands get to see of a contest: plain data, without codes, hashes or sources."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from checker.catalog import Kata


class Phase(enum.StrEnum):
    """Where a contest stands."""

    BEFORE = "before"
    RUNNING = "running"
    FROZEN = "frozen"
    ENDED = "ended"
    FINAL = "final"


@dataclass(frozen=True)
class Viewer:
    """Who looks: everybody, a team, or the organiser."""

    kind: Literal["public", "team", "organiser"] = "public"
    team_id: int | None = None

    @property
    def is_organiser(self) -> bool:
        """Whether all may be seen."""
        return self.kind == "organiser"

    def owns(self, team_id: int) -> bool:
        """Whether what belongs to a team may be seen in full."""
        return self.is_organiser or (self.kind == "team" and self.team_id == team_id)


PUBLIC, ORGANISER = Viewer(), Viewer("organiser")


@dataclass(frozen=True)
class Team:
    """A team. `disqualified_because` is empty where it is not."""

    id: int
    name: str
    language: str
    disqualified_because: str
    created_at: datetime


@dataclass(frozen=True)
class Submission:
    """A submission that was accepted: it is committed, with its bytes."""

    id: int
    team_id: int
    kata: str
    received_at: datetime
    practice: bool


@dataclass(frozen=True)
class SubmissionView:
    """A submission and how far it is.

    Attributes:
        kata: the number.
        state: received, judging, done, or void.
        place: how many are before it in the queue, and one; None where it does not wait.
        phase: what happens to it now, in a key: "waiting", "judging", "done", "void".
        phase_text: what the judge is at, in its own words; empty where that is not known.
        since: when that began.
        outcome: the verdict's word; empty before.
        why_waiting: why it waits, in a key and its figures; see `overview.Waiting`.
        attempt_returned: it does not count as an attempt.
        final_note: how the final changed the verdict, in a sentence; empty where it did not.
    """

    id: int
    team_id: int
    team: str
    kata: str
    entry_name: str
    source_sha256: str
    received_at: datetime
    state: str
    phase: str
    phase_text: str
    since: datetime
    place: int | None
    outcome: str
    stars: tuple[str, ...]
    quality: float | None
    cpu_seconds: float | None
    why_waiting: Waiting | None
    attempt_returned: bool
    practice: bool
    final_note: str


@dataclass(frozen=True)
class Waiting:
    """Why something waits.

    `key` is one of: paused (by the organiser), no_judge (none is connected), judge_waits (`says` tells for what),
    busy (all of `slots` judge), next (it will be taken in a moment).
    """

    key: str
    slots: int = 0
    says: str = ""

    @property
    def sentence(self) -> str:
        """In English."""
        return {
            "paused": "judging this kata was paused by the organiser",
            "no_judge": "no judge is connected",
            "judge_waits": self.says,
            "busy": f"all of {self.slots} judges are busy" if self.slots != 1 else "the one judge is busy",
            "next": "it is taken in a moment",
        }[self.key]


@dataclass(frozen=True)
class KataStanding:
    """A kata as one team has it. `state` is locked, open or passed; `needs` is the number to pass first where locked.

    `stars` are those won in any counted pass; `next_attempt_at` is set where no attempt is left.
    """

    kata: Kata
    state: str
    needs: str
    stars: tuple[str, ...]
    attempts_left_this_hour: int
    next_attempt_at: datetime | None
    best: SubmissionView | None


@dataclass(frozen=True)
class JudgeView:
    """A process that judges. `says` is what it waits for; `is_here` whether it was heard of within a lease."""

    name: str
    slots: int
    seen_at: datetime
    says: str
    is_here: bool


@dataclass(frozen=True)
class LogRow:
    """A row of the log."""

    seq: int
    at: datetime
    who: str
    what: str
    detail: dict[str, Any]


@dataclass(frozen=True)
class Difference:
    """What a rejudging would change of one submission; `after` is empty while it is judged."""

    submission_id: int
    team: str
    kata: str
    before: str
    after: str
    stars_before: tuple[str, ...]
    stars_after: tuple[str, ...]
    quality_before: float | None
    quality_after: float | None
    cpu_before: float | None
    cpu_after: float | None

    @property
    def changes_verdict(self) -> bool:
        """Whether outcome or stars differ."""
        return bool(self.after) and (self.before, self.stars_before) != (self.after, self.stars_after)


@dataclass(frozen=True)
class RejudgingView:
    """A rejudging: state judging, ready, applied or dropped; how many of how many are judged; each submission's difference."""

    id: int
    filter: dict[str, Any]
    state: str
    made_by: str
    made_at: datetime
    ended_at: datetime | None
    done: int
    total: int
    differences: tuple[Difference, ...]


@dataclass(frozen=True)
class ContestState:
    """How the contest stands, for the organiser.

    `counts` are the submissions by state; `waiting` those that wait, in the order of the queue; `judge_errors` those that
    could not be judged; `log` the newest rows, newest first; `problems` sentences on what does not work.
    """

    phase: Phase
    now: datetime
    end: datetime
    judges: tuple[JudgeView, ...]
    counts: dict[str, int]
    waiting: tuple[SubmissionView, ...]
    judging: tuple[SubmissionView, ...]
    judge_errors: tuple[SubmissionView, ...]
    rejudgings: tuple[RejudgingView, ...]
    paused: tuple[str, ...]
    announcement: str
    log: tuple[LogRow, ...]
    disk_free: int | None
    problems: tuple[str, ...] = field(default=())
