"""Standard output and error that never decide what a command comes to.

Whoever reads our output may leave (`katas check | head -1`), the disk behind it may be full, a service may have closed
it altogether. What was found out stays found out: what cannot be written is dropped and remembered, and `cli.main` says
so in one sentence where there is still a place to say it.
"""

from __future__ import annotations

import contextlib
import errno
import io
import os
import select
import sys
from typing import TextIO

# Somebody who stops reading is in order; everything else that keeps us from writing is told.
_READER_LEFT = (errno.EPIPE, errno.ESHUTDOWN, errno.ECONNRESET)
_STANDARD = (0, 1, 2)


class _Raw(io.FileIO):
    """A file descriptor that takes everything, also where the system does not."""

    lost: OSError | None = None

    def write(self, data: object) -> int:
        """Write, or drop: the number of bytes is that of `data` whenever it could not be written."""
        view = memoryview(data).cast("B")  # type: ignore[arg-type]
        if self.lost is not None:
            return len(view)
        try:
            written = super().write(view)
            while written is None:
                # Another program made the terminal or pipe non-blocking: wait until there is room.
                select.select([], [self.fileno()], [], 1.0)
                written = super().write(view)
            return written
        except OSError as error:
            self.lost = error
            return len(view)


def replace() -> None:
    """Let `sys.stdout` and `sys.stderr` take whatever is written to them; open those that are closed.

    A descriptor that is closed would else be given to the next file that is opened, such as the ledger.
    """
    _open_closed_descriptors()
    for number, name in ((1, "stdout"), (2, "stderr")):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, _forgiving(number, "utf-8", "replace", line_buffering=True))
            continue
        # A Windows console and whatever a notebook has put here are no files.
        raw = _raw(stream)
        if type(raw) is not io.FileIO or raw.fileno() != number:
            continue
        with contextlib.suppress(OSError):
            stream.flush()
        is_by_line = stream.line_buffering or stream.write_through or number == 2
        setattr(sys, name, _forgiving(number, stream.encoding, stream.errors, line_buffering=is_by_line))


def _raw(stream: TextIO) -> object:
    """What is below a text stream; there is no buffer between where Python runs with `-u`."""
    buffer = getattr(stream, "buffer", None)
    return getattr(buffer, "raw", buffer)


def _forgiving(number: int, encoding: str, errors: str | None, *, line_buffering: bool) -> io.TextIOWrapper:
    writer = io.BufferedWriter(_Raw(number, "w", closefd=False))
    return io.TextIOWrapper(writer, encoding=encoding, errors=errors, line_buffering=line_buffering)


def _open_closed_descriptors() -> None:
    for number in _STANDARD:
        try:
            os.fstat(number)
        except OSError:
            # The lowest free number is given, which is this one.
            os.open(os.devnull, os.O_RDWR)
    if sys.stdin is None:
        # Python has set the object of a closed descriptor to None.
        sys.stdin = io.TextIOWrapper(io.BufferedReader(io.FileIO(0, closefd=False)), encoding="utf-8")


def what_was_lost() -> str:
    """Why output could not be written, as the system says it; empty where nothing was, or where the reader left."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            stream.flush()
        raw = _raw(stream)
        if isinstance(raw, _Raw) and raw.lost is not None and raw.lost.errno not in _READER_LEFT:
            return raw.lost.strerror or str(raw.lost)
    return ""
