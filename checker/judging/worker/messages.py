"""What an exception says, made short: the cause and the learner's own lines.

TensorFlow writes the whole way to an operation into the message of an error, thirty lines of its own files and of the
judge's, with the cause below them; Keras colours its text. A person wants to know what was wrong, and where in *his* file.
"""

from __future__ import annotations

import linecache
import re
import traceback
from functools import partial
from pathlib import Path
from types import TracebackType

from checker.judging import cell_places
from checker.judging.worker.loading import MODULE_NAME

MAX_READ = 40_000
MAX_CHARACTERS = 1_200
MAX_LINES = 6
MAX_OWN_LINES = 5
MORE = "..."

_FRAME = re.compile(r'^\s*File "(?P<file>[^"]+)", line (?P<line>\d+), in (?P<name>\S+)')
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
# Lines that only lead to other lines.
_NOISE = re.compile(
    r"^\s*(in user code:|Graph execution error:|Detected at node .*|.*defined at \(most recent call last\):"
    r"|<stack traces unavailable>|Traceback \(most recent call last\):|\[\[\{\{node .*|Stack trace for op definition:"
    r"|Original stack trace for .*|[\^~]+|• (mask=None|training=(True|False)|kwargs=<class 'inspect\._empty'>))\s*$"
)
_NAMES_OF_NODES = re.compile(
    r"\{\{function_node [^}]*\}\}\s*|\s*\[Op:\w+\](?: name:\s*)?|\s*\[\[\{\{node [^}]*\}\}\]\]"
)


def plain(text: str, name: str, folder: Path) -> tuple[str, list[str]]:
    """An exception's text without other people's frames, in at most six lines, and the own lines that it names.

    Args:
        text: what `str(error)` gives.
        name: the exception's type, which the text may repeat.
        folder: where the submission lies.
    """
    kept, own = [], []
    lines = _COLOUR.sub("", _from_both_ends(text, MAX_READ)).splitlines()
    while lines:
        line = lines.pop(0)
        frame = _FRAME.match(line)
        if frame is None:
            if not _NOISE.match(line):
                kept.append(_NAMES_OF_NODES.sub("", line).rstrip())
            continue
        code = ""
        if lines and lines[0].strip() and not _FRAME.match(lines[0]) and _indent(lines[0]) > _indent(line):
            code = lines.pop(0).strip()
        if Path(frame["file"]).parent == folder:
            own.append(_own_line(frame["file"], int(frame["line"]), frame["name"], code))
    message = "\n".join(_without_gaps(kept)).removeprefix(f"{name}: ")
    return _shortened(message or text.strip()), own


def own_lines(trace: TracebackType | None, folder: Path) -> list[str]:
    """The lines of the traceback that stand in the submission, outermost first."""
    return [
        _own_line(frame.filename, frame.lineno or 0, frame.name, (frame.line or "").strip())
        for frame in traceback.extract_tb(trace, limit=-2_000)
        if Path(frame.filename).parent == folder
    ]


def most_telling(lines: list[str]) -> list[str]:
    """At most five of them, none twice: where it began, and where it ended."""
    lines = list(dict.fromkeys(lines))
    return lines if len(lines) <= MAX_OWN_LINES else [lines[0], *lines[1 - MAX_OWN_LINES :]]


def place(file: str, line: int) -> str:
    """Where a line stands: its number and its notebook's cell, or its number and the module beside the submission."""
    name = Path(file).name
    if name != f"{MODULE_NAME}.py":
        return f"{name}, line {line}"
    return cell_places.place(line, partial(linecache.getline, file))


def _own_line(file: str, line: int, name: str, code: str) -> str:
    return f"{place(file, line)}, in {name}: {code or linecache.getline(file, line).strip()}"


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _without_gaps(lines: list[str]) -> list[str]:
    """The lines without those that are empty, and without what all are indented by."""
    lines = [line for line in lines if line.strip()]
    margin = min((_indent(line) for line in lines), default=0)
    return [line[margin:] for line in lines]


def _shortened(message: str) -> str:
    """Too long a message loses its middle: what it is about stands at the start, the cause often at the end."""
    lines = message.splitlines()
    if len(lines) > MAX_LINES:
        half = MAX_LINES // 2
        lines = [*lines[:half], MORE, *lines[half + 1 - MAX_LINES :]]
    return _from_both_ends("\n".join(lines), MAX_CHARACTERS)


def _from_both_ends(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most // 2]} {MORE} {text[-most // 2 :]}"
