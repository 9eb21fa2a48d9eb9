"""Commands as a person types them: what a message names must work as it stands there."""

from __future__ import annotations

import contextlib
import os
import shlex
from collections.abc import Sequence
from contextvars import ContextVar
from pathlib import Path

# The further folders of katas that were named on the command line: without them the next command finds no such kata.
_folders: ContextVar[tuple[Path, ...]] = ContextVar("_folders", default=())


def remember_folders(folders: Sequence[Path]) -> None:
    """From now on commands name these further folders of katas too."""
    _folders.set(tuple(folders))


def typed(*words: str | Path) -> str:
    """The command `katas` with these words, quoted where the shell needs it."""
    folders = [word for folder in _folders.get() for word in ("--katas", str(folder))]
    return quoted("katas", *map(str, words), *folders)


def quoted(*words: str | Path) -> str:
    """Words as one would type them: quoted for a POSIX shell, or for Windows."""
    plain = [str(word) for word in words]
    if os.name == "nt":
        import subprocess

        return subprocess.list2cmdline(plain)
    return shlex.join(plain)


def here() -> Path:
    """The current folder as the shell shows it: where one came through a link, the link's path.

    Raises:
        FileNotFoundError: the folder was deleted.
    """
    place = Path.cwd()
    shown = Path(os.environ.get("PWD", ""))
    with contextlib.suppress(OSError):
        if shown.is_absolute() and shown.samefile(place):
            return shown
    return place


def from_here(path: Path) -> str:
    """The path as one would name it in a sentence, from the current folder."""
    try:
        start = here()
        relative = os.path.relpath(path, start)
    except (ValueError, FileNotFoundError):
        # Another drive, or the current folder was deleted.
        return str(path)
    # Up from a folder that is a link leads elsewhere, but for the shell's own `cd`.
    leads_astray = relative.startswith(os.pardir) and start != start.resolve()
    return str(path) if leads_astray else relative
