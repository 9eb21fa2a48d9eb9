"""A worker's files: how much room they take, whatever name they have or have not, and their removal.

At the bubblewrap level memory file systems lie over the scratch folder and its like, which then stay empty: what is
in them is counted as memory. Elsewhere the folder is on the disk. Then files are looked for by descriptor, not by path,
since a path may be longer than the system takes, and those without a name in the worker's own table of open files and
maps. Looks are spaced by what they cost, but for one that is due at once where the disk has become fuller by what is
still allowed, or by thousands of files.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import stat
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from checker.languages.texts import say
from checker.units import MB

# Nobody needs more: a set of photographs has some thousands.
MANY_FILES = 20_000
MANY_FOLDERS_DEEP = 60
# The disk has lost so many since the last look: somebody makes files quickly.
_MANY_MORE = MANY_FILES // 4
# Pipes and sockets hold memory that is in no process's figure.
MANY_PIPES = 128
# A look may take this share of the judge's time.
SHARE_OF_TIME = 0.05
_SHORTEST_PAUSE = 0.2
# A path of so many names still fits into what the system takes (255 characters each, 4096 in all).
_DEEP = 12
_BY_DESCRIPTOR = os.scandir in os.supports_fd


class TooMuch(Exception):
    """What a worker has more of than it may; the text completes "train() ..."."""


@dataclass
class Scratch:
    """The files of one worker.

    `folder` is its scratch folder, `allowed_bytes` how many it may hold, `in_memory` the folders over which it has
    memory file systems (none, where its files are on the disk), `largest` the size that a single file may have.
    """

    folder: Path
    allowed_bytes: int
    largest: int
    in_memory: tuple[Path, ...] = ()
    _next: float = 0.0
    _used: int = 0
    _free: int = 0
    _free_files: int = 0
    _mounts: list[int] = field(default_factory=list)

    def look(self, pids: Sequence[int]) -> int:
        """Bytes of memory that files, pipes and sockets of these processes take beyond what the processes show.

        Raises:
            TooMuch: files take more room than they may, or are too many.
        """
        if self.in_memory:
            return self._look_into_memory(pids)
        started = time.monotonic()
        free, free_files = _free(self.folder)
        fuller = (
            self._free - free > self.allowed_bytes - self._used or self._free_files - free_files > _MANY_MORE
        )
        if started >= self._next or fuller:
            self._used = used_bytes(self.folder, self.allowed_bytes, pids, self.largest)
            if self._used >= self.allowed_bytes:
                raise TooMuch(say("wrote more than {most} MB of files", most=self.allowed_bytes // MB))
            self._free, self._free_files = free, free_files
            now = time.monotonic()
            self._next = now + max(_SHORTEST_PAUSE, (now - started) / SHARE_OF_TIME)
        return 0

    def _look_into_memory(self, pids: Sequence[int]) -> int:
        if not self._mounts and pids:
            self._mounts = _open_mounts(pids[-1], self.in_memory)
        states = [os.fstatvfs(mount) for mount in self._mounts]
        if sum(state.f_files - state.f_ffree for state in states) > MANY_FILES:
            raise TooMuch(say("made more than {most:,} files", most=MANY_FILES))
        return sum((state.f_blocks - state.f_bfree) * state.f_frsize for state in states)

    def close(self) -> None:
        """Let go of the worker's file systems, which vanish with it."""
        while self._mounts:
            os.close(self._mounts.pop())


def _open_mounts(pid: int, folders: Sequence[Path]) -> list[int]:
    """The file systems that a process has at these places, once they are others than the judge's own there."""
    found: list[int] = []
    for folder in folders:
        try:
            mount = os.open(f"/proc/{pid}/root{folder}", os.O_RDONLY | os.O_DIRECTORY)
        except OSError:
            continue  # not built yet, or out of the judge's reach
        found.append(mount)
        with contextlib.suppress(OSError):
            if os.fstat(mount).st_dev == folder.stat().st_dev:
                for opened in found:
                    os.close(opened)
                return []
    return found


def _free(folder: Path) -> tuple[int, int]:
    """Bytes and files for which the folder's disk has room; 0 where it is not known."""
    try:
        state = os.statvfs(folder)
    except (OSError, AttributeError):  # gone; or Windows
        return 0, 0
    return state.f_bavail * state.f_frsize, state.f_ffree


def used_bytes(folder: Path, enough: int, pids: Sequence[int] = (), largest: int = 0) -> int:
    """Bytes that the files below `folder` take, and those without a name that these processes hold.

    Args:
        folder: on the disk.
        enough: the count ends when it has reached this.
        pids: the processes of the worker (Linux).
        largest: what is taken for the size of a file that can only be seen in a memory map.

    Raises:
        TooMuch: there are too many files, or folders in folders.
    """
    files: dict[tuple[int, int], int] = {}
    total = 0
    for status in _files_below(folder):
        key = (status.st_dev, status.st_ino)
        if key in files and key != (0, 0):
            continue
        files[key] = _size(status)
        total += files[key]
        if len(files) > MANY_FILES:
            raise TooMuch(say("made more than {most:,} files", most=MANY_FILES))
        if total >= enough:
            return total
    for pid in pids:
        for key, size in _nameless(pid, folder, largest).items():
            if key not in files:
                files[key] = size
                total += size
    return total


def _size(status: os.stat_result) -> int:
    return int(getattr(status, "st_blocks", -(-status.st_size // 512))) * 512


def _files_below(folder: Path) -> Iterator[os.stat_result]:
    """The state of everything below a folder, links not followed; by descriptor where the system has that."""
    place: int | str = str(folder)
    if _BY_DESCRIPTOR:
        try:
            place = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        except OSError:
            return
    # Of each folder on the way: its descriptor (or path) and the names in it that are folders still to be seen.
    way: list[tuple[int | str, list[str]]] = []
    try:
        inner: list[str] = []
        yield from _entries(place, inner)
        way.append((place, inner))
        while way:
            here, names = way[-1]
            if not names:
                _close(way.pop()[0])
                continue
            if len(way) > MANY_FOLDERS_DEEP:
                raise TooMuch(
                    say("made folders in folders, more than {most} of them", most=MANY_FOLDERS_DEEP)
                )
            below = _enter(here, names.pop())
            if below is not None:
                inner = []
                way.append((below, inner))
                yield from _entries(below, inner)
    finally:
        for opened, _ in way:
            _close(opened)


def _entries(place: int | str, folders: list[str]) -> Iterator[os.stat_result]:
    """The state of what is in one folder; the names of folders are added to `folders`."""
    try:
        with os.scandir(place) as entries:
            for entry in entries:
                with contextlib.suppress(OSError):  # gone meanwhile
                    status = entry.stat(follow_symlinks=False)
                    if stat.S_ISDIR(status.st_mode):
                        folders.append(entry.name)
                    yield status
    except OSError:
        return


def _enter(here: int | str, name: str) -> int | str | None:
    if isinstance(here, str):
        return f"{here}{os.sep}{name}"
    flags = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
    for _ in range(2):
        try:
            return os.open(name, flags, dir_fd=here)
        except PermissionError:
            # Closed to its owner too, who the judge is as well.
            with contextlib.suppress(OSError):
                os.chmod(name, 0o700, dir_fd=here)
        except OSError:
            return None  # gone meanwhile
    return None


def _close(place: int | str) -> None:
    if isinstance(place, int):
        os.close(place)


def _nameless(pid: int, folder: Path, largest: int) -> dict[tuple[int, int], int]:
    """Files on the folder's disk that a process keeps although their names are gone, by (device, number).

    Raises:
        TooMuch: it has more pipes and sockets than anybody needs.
    """
    found: dict[tuple[int, int], int] = {}
    pipes: set[int] = set()
    for status in _open_files(pid):
        if stat.S_ISREG(status.st_mode) and status.st_nlink == 0:
            found[status.st_dev, status.st_ino] = _size(status)
        elif stat.S_ISFIFO(status.st_mode) or stat.S_ISSOCK(status.st_mode):
            pipes.add(status.st_ino)
    if len(pipes) > MANY_PIPES:
        raise TooMuch(say("opened more than {most} pipes and sockets", most=MANY_PIPES))
    beginning = f"{folder.resolve()}/".encode()
    for address, device, number, path in _maps(pid):
        if path.endswith(b" (deleted)") and path.startswith(beginning) and (device, number) not in found:
            try:
                found[device, number] = _size(Path(f"/proc/{pid}/map_files/{address}").stat())
            except OSError:  # root alone may look there
                found[device, number] = largest
    return found


def _open_files(pid: int) -> Iterator[os.stat_result]:
    """The state of what a process has open. A first thread that has left shows nothing; the others share its table."""
    folders = [f"/proc/{pid}/fd"]
    with contextlib.suppress(OSError):
        folders += [f"{entry.path}/fd" for entry in os.scandir(f"/proc/{pid}/task") if entry.name != str(pid)]
    for folder in folders:
        seen = False
        try:
            with os.scandir(folder) as entries:
                for entry in entries:
                    seen = True
                    with contextlib.suppress(OSError):
                        yield entry.stat()
        except OSError:
            continue
        if seen:
            return


def _maps(pid: int) -> Iterator[tuple[str, int, int, bytes]]:
    """A process's maps of files without a name: addresses, device, number and path."""
    try:
        content = Path(f"/proc/{pid}/maps").read_bytes()
    except OSError:
        return
    if b"(deleted)" not in content:
        return
    for line in content.splitlines():
        fields = line.split(None, 5)
        if len(fields) == 6 and line.endswith(b"(deleted)"):
            major, _, minor = fields[3].decode().partition(":")
            addresses = "-".join(f"{int(part, 16):x}" for part in fields[0].decode().split("-"))
            yield addresses, os.makedev(int(major, 16), int(minor, 16)), int(fields[4]), fields[5]


def remove(folder: Path) -> None:
    """Remove a folder with all that is in it: closed folders are opened, and deep trees are cut into pieces."""
    for _ in range(100):
        try:
            shutil.rmtree(folder)
            return
        except FileNotFoundError:
            return
        except (OSError, RecursionError):
            if not _make_removable(folder):
                break
    shutil.rmtree(folder, ignore_errors=True)


def _make_removable(top: Path) -> bool:
    """Open closed folders, and bring what lies deep down to the top; whether anything changed."""
    changed = False
    folders = [(top, 0)]
    while folders:
        path, depth = folders.pop()
        with contextlib.suppress(OSError):
            if not os.access(path, os.R_OK | os.W_OK | os.X_OK):
                path.chmod(0o700)
                changed = True
        if depth == _DEEP:
            with contextlib.suppress(OSError):
                path = path.rename(top / f"cut-{secrets.token_hex(8)}")
                folders.append((path, 1))
                changed = True
            continue
        try:
            folders += [
                (Path(e.path), depth + 1) for e in os.scandir(path) if e.is_dir(follow_symlinks=False)
            ]
        except OSError:
            continue
    return changed
