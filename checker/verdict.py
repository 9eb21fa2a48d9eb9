"""What a judgement says: checks, budgets and the one record from which everything shown is made.

A record is plain data. `checker.record_format` writes and reads it; every other output (terminal, JUnit, ...) is made
from a record and from nothing else.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import Any

FORMAT_VERSION = 6
# What can be won beyond the core, in the order in which it is shown.
STARS = ("robust", "quality", "speed")
WON, MISSED, OPEN, NOT_TRIED = "won", "missed", "open", "not tried"


class Outcome(enum.StrEnum):
    """How a check, and a whole judgement, can end."""

    PASSED = "passed"
    FAILED = "failed"
    TOO_SLOW = "too_slow"
    CRASHED = "crashed"
    OUT_OF_MEMORY = "out_of_memory"
    FORBIDDEN = "forbidden"
    INVALID = "invalid"
    INCONCLUSIVE = "inconclusive"
    JUDGE_ERROR = "judge_error"
    # Of a check only: it waits for another one that did not pass.
    NOT_RUN = "not_run"

    def __str__(self) -> str:
        return self.value

    @property
    def exit_code(self) -> int:
        """The exit code of `katas check`: 0 passed, 1 not passed, 3 inconclusive, 4 judge error."""
        return {"passed": 0, "inconclusive": 3, "judge_error": 4}.get(self.value, 1)


@dataclass(frozen=True)
class Yardstick:
    """A figure to compare a measurement with: the mean image, a linear model, chance."""

    name: str
    value: float


@dataclass(frozen=True)
class Measurement:
    """One number against its limit.

    `better` is "lower" or "higher". `spread` is one standard deviation of the number over seeds, in the
    same unit; 0 where it does not depend on chance. A measurement within its spread of the limit is
    repeated before it is decided.

    `kind` is "quality", "time" (of the step that `step` names, measured on a machine that others kept busy where
    `disturbed`), or "note" (told, not judged: its limit is infinite).
    """

    name: str
    value: float
    limit: float
    better: str
    unit: str = ""
    spread: float = 0.0
    yardsticks: tuple[Yardstick, ...] = ()
    kind: str = "quality"
    step: str = ""
    disturbed: bool = False

    @property
    def holds(self) -> bool:
        """Whether the value is on the right side of the limit; not-a-number never is."""
        return self.value <= self.limit if self.better == "lower" else self.value >= self.limit

    @property
    def is_close(self) -> bool:
        """Whether the value is so near the limit that chance may have decided."""
        return self.spread > 0 and abs(self.value - self.limit) <= 2 * self.spread


@dataclass(frozen=True)
class Diagnosis:
    """A cause of a miss that the judge's look-alikes or experiments found.

    `id` is a short name in the field's words ("labels_turned_round"), the same in every language; `text` says what was
    seen, with its figures, and what to do.
    """

    id: str
    text: str


@dataclass(frozen=True)
class CheckResult:
    """One test of a suite: what it promises, how it ended, and what was measured.

    `star` names the star that the check belongs to; it is empty for a check of the core, which alone decides the
    outcome. `log` is the end of what the submission printed in the worker in which it went wrong. `diagnoses` are the
    causes that were found for a miss, the likelier first; `hint` is the one idea where there are none.
    """

    id: str
    title: str
    outcome: Outcome
    seconds: float
    message: str = ""
    hint: str = ""
    measurements: tuple[Measurement, ...] = ()
    needs_training: bool = False
    star: str = ""
    log: str = ""
    diagnoses: tuple[Diagnosis, ...] = ()

    @property
    def advice(self) -> tuple[str, ...]:
        """What to tell whoever missed it: the causes that were found, or else the one idea."""
        return tuple(d.text for d in self.diagnoses) or ((self.hint,) if self.hint else ())

    @property
    def is_missed(self) -> bool:
        """Whether it was tried and did not pass (open ones count as missed here)."""
        return self.outcome not in (Outcome.PASSED, Outcome.NOT_RUN)


@dataclass(frozen=True)
class TimeUse:
    """What a timed step was allowed and what it used, in CPU seconds (wall seconds on a GPU).

    `reference` is the reference's time carried over to this machine; `ended` says that the step was interrupted
    because its time was up.
    """

    step: str
    used: float
    allowed: float
    reference: float
    clock: str
    wall: float
    spread: float = 0.0
    disturbed: bool = False
    ended: bool = False


@dataclass(frozen=True)
class Curve:
    """One line of a training history that `train` returned: a name and its values per epoch."""

    name: str
    values: tuple[float, ...]


@dataclass(frozen=True)
class Run:
    """One pass of the suite; a repeat holds only the checks that decide.

    `seed` is the secret from which all was drawn, as `--seed` takes it (that of the first run repeats all of them).
    `reason` says why a repeat was made. `suite_errors` are faults of the suite itself that did not decide the outcome.
    """

    seed: str
    disguise: str
    checks: tuple[CheckResult, ...]
    times: tuple[TimeUse, ...] = ()
    curves: tuple[Curve, ...] = ()
    log_tail: str = ""
    seconds: float = 0.0
    versions: dict[str, str] = field(default_factory=dict)
    reason: str = ""
    suite_errors: tuple[str, ...] = ()


@dataclass(frozen=True)
class DataSource:
    """The data that a judgement used: its name, where it came from, and its hash."""

    name: str
    source: str
    sha256: str


@dataclass(frozen=True)
class Artifact:
    """Something that belongs to a record and lies beside it, such as a picture: its name, media type, SHA-256 and bytes.

    Whoever keeps the record keeps the bytes under the hash. `caption` says what is to be seen, `alt` what somebody who
    cannot see it should know; both in Korean too.
    """

    name: str
    media_type: str
    sha256: str
    size: int
    caption: str = ""
    caption_ko: str = ""
    alt: str = ""
    alt_ko: str = ""


@dataclass(frozen=True)
class SourceFile:
    """A file of the submission, as it was judged: its name, SHA-256 and bytes. The first one is the entry."""

    name: str
    sha256: str
    size: int


@dataclass(frozen=True)
class Record:
    """One judgement, complete. The fields are the specification of `katas check --json`.

    `outcome` is that of the core. `stars` says of each star that the kata offers whether it is "won", "missed",
    "open" (the machine was too busy to tell) or "not tried". `seed_was_set` says that the secret was chosen and not drawn:
    such a record shows what an author wanted to see again, and counts for nothing. `submission_sha256` is that of the
    file, or of the list of hashes where there are several. `left_out` says what of a notebook was not judged.
    """

    kata: str
    outcome: Outcome
    quick: bool
    summary: str
    started: str
    seconds: float
    tier: str
    sandbox: str
    checks: tuple[CheckResult, ...]
    times: tuple[TimeUse, ...]
    runs: tuple[Run, ...]
    data: tuple[DataSource, ...]
    machine: dict[str, Any]
    calibration: dict[str, float]
    versions: dict[str, str]
    submission_sha256: str
    suite_sha256: str
    next_kata: str = ""
    stars: dict[str, str] = field(default_factory=dict)
    seed_was_set: bool = False
    artifacts: tuple[Artifact, ...] = ()
    files: tuple[SourceFile, ...] = ()
    left_out: tuple[str, ...] = ()
    format_version: int = FORMAT_VERSION

    @property
    def quality(self) -> Measurement | None:
        """The figure that stands for the submission: the core's first quality that depends on chance."""
        measured = [m for check in self.checks if not check.star for m in check.measurements]
        return next((m for m in measured if m.spread > 0 and m.kind == "quality"), None)
