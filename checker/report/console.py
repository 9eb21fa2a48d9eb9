"""Where a report is written: colours, width, and signs that the terminal can show."""

from __future__ import annotations

import os
import re
import shutil
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, TextIO

from checker.report import escape
from checker.report.columns import cells, wrapped

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

MAX_WIDTH = 100
# A command that is to be copied: what stands in backquotes, or `katas` with its words that are none of a sentence.
_COMMAND = re.compile(r"`[^`\n]+`|\bkatas [a-z-]+(?: [!-~]*[0-9A-Z./\\_'\"=&-][!-~]*)*")
_GLUE = "\0"


@dataclass(frozen=True)
class Signs:
    """The marks of a report, in Unicode or, where the terminal's encoding has no such signs, in ASCII."""

    passed: str = "✓"
    failed: str = "✗"
    skipped: str = "–"
    open: str = "▸"
    locked: str = "·"
    won: str = "★"
    star: str = "☆"
    arrow: str = "→"
    bars: str = "▁▂▃▄▅▆▇█"


ASCII = Signs(
    passed="+", failed="x", skipped="-", open=">", locked=".", won="*", star="o", arrow="->", bars="_.-=*#"
)


def signs_for(stream: TextIO) -> Signs:
    """The signs that this stream's encoding can write."""
    signs = Signs()
    every = "".join(vars(signs).values())
    try:
        every.encode(getattr(stream, "encoding", None) or "ascii")
    except (UnicodeEncodeError, LookupError):
        return ASCII
    return signs


def never_fail_on_encoding() -> None:
    """Let a character that a console cannot show become "?" instead of ending the program."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")


def console_for(stream: TextIO) -> Console:
    """A console that interprets no markup in what it prints and is at most MAX_WIDTH columns wide.

    NO_COLOR is honoured by rich itself.
    """
    from rich.console import Console

    console = Console(file=stream, markup=False, highlight=False, emoji=False)
    if console.width > MAX_WIDTH:
        console.width = MAX_WIDTH
    return console


def print_trimmed(console: Console, part: RenderableType) -> None:
    """Print without the spaces that tables put at the ends of lines: they would fill logs and copied text."""
    from rich.segment import Segment, Segments

    trimmed: list[Segment] = []
    for line in console.render_lines(part, pad=False):
        while line and not line[-1].text.strip():
            line.pop()
        if line:
            text, style, control = line[-1]
            line[-1] = Segment(text.rstrip(), style, control)
        trimmed += [*line, Segment.line()]
    console.print(Segments(trimmed), end="")


def fitted(text: str, stream: TextIO) -> str:
    """The text in lines as wide as the terminal, with commands whole; as it is in a pipe, where nobody looks."""
    if not stream.isatty():
        return text
    width = min(shutil.get_terminal_size().columns, MAX_WIDTH)
    lines: list[str] = []
    for line in text.split("\n"):
        whole = _COMMAND.sub(lambda found: found[0].replace(" ", _GLUE), line)
        lines += [line] if cells(line) <= width else wrapped(whole, width)
    return "\n".join(lines).replace(_GLUE, " ")


def shown(text: str) -> str:
    """Text of a submission for the terminal; in a GitHub log also without workflow commands."""
    text = escape.terminal(text)
    return escape.workflow(text) if os.environ.get("GITHUB_ACTIONS") else text
