"""Reading the submission: once, as a regular file of at most 16 KiB. Its bytes then go to every worker."""

from __future__ import annotations

import hashlib
import os
import stat
from dataclasses import dataclass
from pathlib import Path

from checker.verdict import Outcome

MAX_BYTES = 16 * 1024


class SubmissionProblem(Exception):
    """The file cannot be judged at all; the text is one sentence for the learner."""

    def __init__(self, outcome: Outcome, message: str) -> None:
        super().__init__(message)
        self.outcome = outcome


@dataclass(frozen=True)
class Snapshot:
    """A submission's bytes, as they were at one moment."""

    source: bytes
    sha256: str
    name: str


def read_submission(path: Path) -> Snapshot:
    """Read the file at `path`.

    Raises:
        SubmissionProblem: it is missing, no regular file, empty, too long, or not UTF-8 text.
    """
    flags = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        descriptor = os.open(path, flags)
    except FileNotFoundError:
        raise _invalid(
            f"There is no file {path}. Name the file to judge, or run `katas init` to get the stub."
        ) from None
    except OSError as error:
        raise _invalid(f"{path} cannot be read: {error.strerror or error}.") from None
    # A pipe or a device would never end, hence the look at what was opened and not at the name.
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise _invalid(f"{path} is not a regular file. Name the Python file with your solution.")
    with os.fdopen(descriptor, "rb") as file:
        try:
            source = file.read(MAX_BYTES + 1)
        except OSError as error:
            raise _invalid(f"{path} cannot be read: {error.strerror or error}.") from None
    if len(source) > MAX_BYTES:
        raise _invalid(
            f"{path} is longer than {MAX_BYTES // 1024} KiB. A solution is code alone: leave weights and data out of it."
        )
    if not source.strip():
        raise _invalid(f"{path} is empty. `katas init` brings the stub back if you delete the empty file.")
    try:
        source.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _invalid(f"{path} is not UTF-8 text (byte {error.start}); save it as UTF-8.") from None
    return Snapshot(source, hashlib.sha256(source).hexdigest(), path.name)


def _invalid(message: str) -> SubmissionProblem:
    return SubmissionProblem(Outcome.INVALID, message)
