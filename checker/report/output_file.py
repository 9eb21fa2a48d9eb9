"""Writing a file that a user named: `--junit FILE`.

A regular file is replaced as a whole or left as it was, a link is followed, and what is no regular file (a pipe, a
terminal, /dev/stdout) is written into: it is never replaced.
"""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path
from typing import TextIO

from checker.languages.texts import say
from checker.whole_files import whole_file


def problem_with(file: Path) -> str:
    """Why the file cannot be written, in a few words; empty if it can, as far as one can tell without writing."""
    if not str(file) or file == Path():
        return say("name a file")
    try:
        target = file.resolve()
        found = _stat(file)
    except (OSError, RuntimeError) as error:
        # A loop of links, a name that is too long, a folder that was deleted.
        return getattr(error, "strerror", None) or str(error)
    if found is not None and stat.S_ISDIR(found.st_mode):
        return say("it is a folder; name a file in it")
    if found is not None and os.access(file, os.W_OK):
        return ""
    if found is not None and not stat.S_ISREG(found.st_mode):
        return say("it may not be written")
    if not target.parent.is_dir():
        return say("name a file in a folder that exists")
    if not os.access(target.parent, os.W_OK):
        return say("its folder is read-only")
    return ""


def write(file: Path, content: bytes) -> None:
    """Write `content` to what `file` names.

    Raises:
        OSError: it cannot be written; a regular file is then as it was before.
    """
    found = _stat(file)
    if found is not None and not stat.S_ISREG(found.st_mode):
        _write_into(file, content, found)
        return
    for number, stream in ((1, sys.stdout), (2, sys.stderr)):
        # A name for our own output, which the shell has sent to a file.
        if found is not None and _is_open_as(number, found):
            _write_to_stream(stream, content)
            return
    target = file.resolve()
    try:
        _replace(target, content, found)
    except PermissionError:
        # The folder is not ours, but the file may be, as where a single file is mounted into a container.
        if found is None or not os.access(target, os.W_OK):
            raise
        target.write_bytes(content)


def _stat(file: Path) -> os.stat_result | None:
    try:
        return file.stat()
    except FileNotFoundError:
        return None


def _is_open_as(number: int, found: os.stat_result) -> bool:
    try:
        return os.path.samestat(os.fstat(number), found)
    except OSError:
        return False


def _write_into(file: Path, content: bytes, found: os.stat_result) -> None:
    for number, stream in ((1, sys.stdout), (2, sys.stderr)):
        if _is_open_as(number, found):
            # The same pipe or terminal: our own order of writing holds only within one stream.
            _write_to_stream(stream, content)
            return
    with file.open("wb", buffering=0) as stream_of_its_own:
        rest = memoryview(content)
        while rest:
            rest = rest[stream_of_its_own.write(rest) :]


def _write_to_stream(stream: TextIO, content: bytes) -> None:
    stream.flush()
    buffer = getattr(stream, "buffer", None)
    if buffer is None:
        stream.write(content.decode("utf-8"))
    else:
        buffer.write(content)
    stream.flush()


def _replace(target: Path, content: bytes, found: os.stat_result | None) -> None:
    with whole_file(target, mode=stat.S_IMODE(found.st_mode) if found else None) as file:
        file.write(content)
