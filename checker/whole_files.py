"""Files that appear under their names whole or not at all: a kill, a full disk or a reader at any moment sees no half."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO


@contextlib.contextmanager
def whole_file(path: Path, *, mode: int | None = None, durable: bool = False) -> Iterator[BinaryIO]:
    """A file to write in; when the block ends it takes the place of `path`, and after an error nothing has changed.

    Args:
        path: its folder must exist.
        mode: the permissions; those of any other new file without.
        durable: whether it must outlast a power cut.

    Raises:
        OSError: the folder cannot be written or the disk is full; nothing is left behind.
    """
    with _beside(path) as temporary, temporary.open("wb") as file:
        yield file
        file.flush()
        if durable:
            os.fsync(file.fileno())
        file.close()
        _permit(temporary, mode)
        temporary.replace(path)


def write_new(path: Path, content: bytes) -> bool:
    """Write a file that is not there, whole or not at all; False if something of that name exists.

    Raises:
        OSError: the folder cannot be written or the disk is full.
    """
    if os.path.lexists(path):
        return False
    with _beside(path) as temporary:
        temporary.write_bytes(content)
        _permit(temporary)
        return move_without_overwriting(temporary, path)


def move_without_overwriting(temporary: Path, path: Path) -> bool:
    """Give a file the name `path` unless that is taken; whether it has it now."""
    try:
        if os.name == "nt":
            # Renaming refuses to overwrite there.
            temporary.rename(path)
        else:
            os.link(temporary, path)
    except FileExistsError:
        return False
    except OSError:
        # A file system without hard links: nobody else is expected to write here at this moment.
        with contextlib.suppress(FileExistsError), path.open("xb") as file:
            file.write(temporary.read_bytes())
            return True
        return False
    return True


@contextlib.contextmanager
def _beside(path: Path) -> Iterator[Path]:
    """A temporary file in the same folder, so that moving it into place is one step."""
    import tempfile  # not for commands that write nothing

    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:100]}-")
    os.close(descriptor)
    try:
        yield Path(name)
    finally:
        with contextlib.suppress(OSError):
            Path(name).unlink(missing_ok=True)


def _permit(file: Path, mode: int | None = None) -> None:
    """Give a file its permissions: mkstemp makes it private, and it is to be like any other new file, or as asked."""
    if os.name == "posix":
        mask = os.umask(0)
        os.umask(mask)
        file.chmod(0o666 & ~mask if mode is None else mode)
