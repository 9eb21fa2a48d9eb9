"""What a judge process is told, and what it tells: one line of JSON each, read strictly on both sides."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from checker.judging.snapshot import Snapshot
from checker.languages.texts import plain_english


@dataclass(frozen=True)
class Job:
    """What one run needs to know besides the submission, which comes after it in a line of its own.

    `secret` is the text of the secret from which all that is hidden is drawn (see `checker.judging.streams`). `folder` is
    the run's own; `siblings` is the folder in which judgements that run beside each other on purpose tell what they use
    (empty: there are none). `cores` are those that this run may use; none means all. `workers_ahead` are started before the
    submission comes; `draws` asks for pictures.
    """

    kata_folder: str
    secret: str
    tier: str
    level: str
    factors: dict[str, float]
    folder: str
    data: str | None = None
    quick: bool = False
    checks: tuple[str, ...] = ()
    up_to: str | None = None
    reason: str = ""
    cores: tuple[int, ...] = ()
    siblings: str = ""
    workers_ahead: int = 0
    draws: bool = False

    def to_line(self) -> bytes:
        """One line of JSON."""
        return msgspec.json.encode(self, enc_hook=plain_english) + b"\n"

    @staticmethod
    def from_line(line: bytes) -> Job:
        """The job of such a line.

        Raises:
            msgspec.ValidationError: a field is missing or of another type.
        """
        return msgspec.json.decode(line, type=Job)


def submission_line(submission: Snapshot) -> bytes:
    """A submission as one line of JSON; bytes are in base64."""
    return msgspec.json.encode(submission, enc_hook=plain_english) + b"\n"


def submission_of(line: bytes) -> Snapshot:
    """The submission of such a line.

    Raises:
        msgspec.ValidationError: a field is missing or of another type.
    """
    return msgspec.json.decode(line, type=Snapshot)
