"""Reading the submission: once, as a regular file of at most 16 KiB. Its bytes then go to every worker."""

from __future__ import annotations

import codecs
import hashlib
import io
import os
import stat
import tokenize
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
        SubmissionProblem: it is missing, no regular file, empty, too long, or not text that Python reads.
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
    if problem := _encoding_problem(source):
        raise _invalid(f"{path} {problem}")
    return Snapshot(source, hashlib.sha256(source).hexdigest(), path.name)


def _encoding_problem(source: bytes) -> str:
    """Why Python could not read these bytes as text, as the end of a sentence; empty if it can.

    A file is UTF-8, or what the coding line in its first two lines says (PEP 263).
    """
    half = len(source) // 2
    if source.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or source.count(0) > 0.5 * half:
        # Latin letters in UTF-16 are zeros at every second place.
        return "was saved as UTF-16. Save it as UTF-8."
    if 0 in source:
        line = source[: source.index(0)].count(b"\n") + 1
        return (
            f"holds a NUL character in line {line}, which no program text has. Delete it and save as UTF-8."
        )
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(source).readline)
    except SyntaxError as error:
        if "unknown encoding" in str(error):
            name = str(error).rpartition(":")[2].strip()
            return (
                f"names the coding {name!r}, which Python does not know. Delete that line and save as UTF-8."
            )
        encoding = "utf-8"
        if source.startswith(codecs.BOM_UTF8) and b"coding" in b"".join(source.splitlines()[:2]):
            return "begins with the mark of UTF-8 and names another coding. Delete the line that names it."
    try:
        source.decode(encoding)
    except UnicodeDecodeError as error:
        line = source[: error.start].count(b"\n") + 1
        said = "UTF-8 text" if encoding.startswith("utf-8") else f"{encoding}, as its first lines say"
        return f"is not {said} (line {line}, byte {error.start}). Save it as UTF-8."
    except LookupError:
        return f"names the coding {encoding!r}, which is none of text. Delete that line and save as UTF-8."
    return ""


def _invalid(message: str) -> SubmissionProblem:
    return SubmissionProblem(Outcome.INVALID, message)
