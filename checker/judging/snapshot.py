"""Reading the submission: once, as regular files of at most 16 KiB in all. Their bytes then go to every worker.

A submission is an entry, which defines the functions that the kata asks for, and the modules beside it that it imports.
"""

from __future__ import annotations

import ast
import codecs
import hashlib
import io
import os
import re
import stat
import sys
import tokenize
from dataclasses import dataclass
from pathlib import Path

from checker.catalog import Kata
from checker.errors import KatasError
from checker.languages.texts import say
from checker.verdict import Outcome

MAX_BYTES = 16 * 1024
NOTEBOOK = ".ipynb"
# What these names import is installed, also where a file of that name lies beside the submission.
FRAMEWORKS = frozenset({"numpy", "keras", "tensorflow", "gymnasium"})


class SubmissionProblem(KatasError):
    """The file cannot be judged at all; the text is one sentence for the learner."""

    def __init__(self, outcome: Outcome, message: str) -> None:
        super().__init__(message)
        self.outcome = outcome


@dataclass(frozen=True)
class SubmittedFile:
    """One file of a submission: its name without folders, and its bytes."""

    name: str
    source: bytes

    @property
    def sha256(self) -> str:
        """The hash of its bytes."""
        return hashlib.sha256(self.source).hexdigest()


@dataclass(frozen=True)
class Snapshot:
    """A submission as it was at one moment: the entry, which defines the kata's functions, and modules beside it.

    `left_out` says what of a notebook is no part of the entry, in phrases for the learner.
    """

    entry: SubmittedFile
    modules: tuple[SubmittedFile, ...] = ()
    left_out: tuple[str, ...] = ()

    @property
    def files(self) -> tuple[SubmittedFile, ...]:
        """All files, the entry first."""
        return (self.entry, *self.modules)

    @property
    def sha256(self) -> str:
        """The entry's hash where it stands alone, else one over the names and hashes of all files."""
        if not self.modules:
            return self.entry.sha256
        lines = [f"{file.sha256}  {file.name}\n" for file in self.files]
        return hashlib.sha256("".join(lines).encode()).hexdigest()


def read_submission(path: Path, kata: Kata, *, whole_notebook: bool = False) -> Snapshot:
    """Read the file at `path`, and the modules beside it that it imports.

    Args:
        path: a Python file or a notebook.
        kata: what it is for, which says what of a notebook is needed.
        whole_notebook: take all of a notebook's code.

    Raises:
        SubmissionProblem: a file is missing, no regular file, empty, or not text that Python reads, or all together are
            too long.
    """
    left_out: tuple[str, ...] = ()
    if path.suffix.lower() == NOTEBOOK:
        from checker.notebook import reading

        names = [function.name for function in kata.functions]
        content = _bytes(path, reading.MAX_FILE_BYTES)
        if len(content) > reading.MAX_FILE_BYTES:
            raise _invalid(
                say(
                    "{path} is larger than {most} MB. Clear its outputs and save it.",
                    path=path,
                    most=reading.MAX_FILE_BYTES // 10**6,
                )
            )
        entry, left_out = reading.read_notebook(path, content, names, int(kata.number), whole=whole_notebook)
    else:
        entry = SubmittedFile(_writable(path.name), _read(path, MAX_BYTES))
    modules: dict[str, SubmittedFile] = {}
    waiting = [entry]
    while waiting:
        for name in _imported(waiting.pop().source):
            beside = path.with_name(f"{name}.py")
            if name in modules or beside.name == path.name or not beside.is_file():
                continue
            used = sum(len(file.source) for file in (entry, *modules.values()))
            modules[name] = SubmittedFile(
                beside.name, _read(beside, MAX_BYTES - used, say(" with what {name} takes", name=path.name))
            )
            waiting.append(modules[name])
    return Snapshot(entry, tuple(modules[name] for name in sorted(modules)), left_out)


def received_submission(name: str, content: bytes, kata: Kata) -> Snapshot:
    """The same for a file that was sent and lies nowhere: it stands alone, without modules beside it.

    Args:
        name: what it was called, without folders.
        content: its bytes.
        kata: what it is for.

    Raises:
        SubmissionProblem: as for `read_submission`.
    """
    if Path(name).suffix.lower() != NOTEBOOK:
        return Snapshot(SubmittedFile(name, _checked(name, content, MAX_BYTES)))
    from checker.notebook import reading

    names = [function.name for function in kata.functions]
    entry, left_out = reading.read_notebook(Path(name), content, names, int(kata.number))
    return Snapshot(entry, (), left_out)


def checked(snapshot: Snapshot) -> Snapshot:
    """A snapshot that somebody else read and sent, if it is one that this program could have read.

    Raises:
        SubmissionProblem: it is too long, a file is empty or no text, or a name is none of a file beside the entry.
    """
    used = 0
    name = snapshot.entry.name
    if not name.isprintable() or len(name) > 120 or Path(name).name != name or "\\" in name:
        raise _invalid(f"{name[:120]!r} is no name of a file.")
    for file in snapshot.files:
        is_module = file is not snapshot.entry
        if is_module and not re.fullmatch(r"[^\W\d]\w{0,60}\.py", file.name):
            raise _invalid(f"{file.name!r} is no name of a module beside the solution.")
        _checked(file.name, file.source, MAX_BYTES - used, " with the files before it" if is_module else "")
        used += len(file.source)
    names = [file.name for file in snapshot.files]
    if len(set(names)) < len(names):
        raise _invalid(f"Two of the files have the same name: {', '.join(sorted(names))}.")
    return snapshot


def _writable(name: str) -> str:
    """A file's name as text that can be written anywhere: a system's names need not be text."""
    return os.fsencode(name).decode("utf-8", "replace")


def _imported(source: bytes) -> list[str]:
    """Names that a source imports and that may be modules beside it: not of the standard library, not of a framework."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []  # the worker will say what is wrong
    found: dict[str, None] = {}
    for node in ast.walk(tree):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            names = [node.module]
        found |= dict.fromkeys(name.partition(".")[0] for name in names)
    return [name for name in found if name not in sys.stdlib_module_names and name not in FRAMEWORKS]


def _bytes(path: Path, most: int) -> bytes:
    """What a regular file holds, or the first `most` bytes of it and one."""
    flags = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        descriptor = os.open(path, flags)
    except FileNotFoundError:
        raise _invalid(
            say(
                "There is no file {path}. Name the file to judge, or run `katas init` to get the stub.",
                path=path,
            )
        ) from None
    except OSError as error:
        raise _invalid(
            say("{path} cannot be read: {reason}.", path=path, reason=error.strerror or error)
        ) from None
    # A pipe or a device would never end, hence the look at what was opened and not at the name.
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise _invalid(
            say(
                "{path} is not a regular file. Name the Python file or notebook with your solution.",
                path=path,
            )
        )
    with os.fdopen(descriptor, "rb") as file:
        try:
            return file.read(most + 1)
        except OSError as error:
            raise _invalid(
                say("{path} cannot be read: {reason}.", path=path, reason=error.strerror or error)
            ) from None


def _read(path: Path, most: int, together: str = "") -> bytes:
    """The bytes of one source file, at most so many."""
    return _checked(str(path), _bytes(path, most), most, together)


def _checked(name: str, source: bytes, most: int, together: str = "") -> bytes:
    """One source, if it can be judged; `name` is what messages call it."""
    if len(source) > most:
        raise _invalid(
            say(
                "{path} is{together} longer than {most} KiB. A solution is code alone: leave weights and data "
                "out of it.",
                path=name,
                together=together,
                most=MAX_BYTES // 1024,
            )
        )
    if not source.strip():
        if together:
            return source  # a module may be empty
        raise _invalid(
            say("{path} is empty. `katas init` brings the stub back if you delete the empty file.", path=name)
        )
    if problem := _encoding_problem(source):
        raise _invalid(say("{path} {problem}", path=name, problem=problem))
    return source


def _encoding_problem(source: bytes) -> str:
    """Why Python could not read these bytes as text, as the end of a sentence; empty if it can.

    A file is UTF-8, or what the coding line in its first two lines says (PEP 263).
    """
    half = len(source) // 2
    if source.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or source.count(0) > 0.5 * half:
        # Latin letters in UTF-16 are zeros at every second place.
        return say("was saved as UTF-16. Save it as UTF-8.")
    if 0 in source:
        line = source[: source.index(0)].count(b"\n") + 1
        return say(
            "holds a NUL character in line {line}, which no program text has. Delete it and save as UTF-8.",
            line=line,
        )
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(source).readline)
    except SyntaxError as error:
        if "unknown encoding" in str(error):
            name = str(error).rpartition(":")[2].strip()
            return say(
                "names the coding {name!r}, which Python does not know. Delete that line and save as UTF-8.",
                name=name,
            )
        encoding = "utf-8"
        if source.startswith(codecs.BOM_UTF8) and b"coding" in b"".join(source.splitlines()[:2]):
            return say(
                "begins with the mark of UTF-8 and names another coding. Delete the line that names it."
            )
    try:
        source.decode(encoding)
    except UnicodeDecodeError as error:
        line = source[: error.start].count(b"\n") + 1
        said = (
            say("UTF-8 text")
            if encoding.startswith("utf-8")
            else say("{encoding}, as its first lines say", encoding=encoding)
        )
        return say(
            "is not {said} (line {line}, byte {start}). Save it as UTF-8.",
            said=said,
            line=line,
            start=error.start,
        )
    except LookupError:
        return say(
            "names the coding {encoding!r}, which is none of text. Delete that line and save as UTF-8.",
            encoding=encoding,
        )
    return ""


def _invalid(message: str) -> SubmissionProblem:
    return SubmissionProblem(Outcome.INVALID, message)
