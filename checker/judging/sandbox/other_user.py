"""A user id that nobody has, for workers of a judge that is root in a container without name spaces.

Such a worker owns nothing but its scratch folder: it reads what everybody may read, writes nowhere else, and cannot
signal or look into any process but its own. Hosted graders are such containers.
"""

from __future__ import annotations

import ctypes
import os
import secrets
import stat
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from checker.judging.sandbox import reaper
from checker.languages.texts import say

# Within the 65,536 ids that a container has at least, and neither people's nor packages'.
_FIRST, _AFTER = 61_184, 65_500
_PR_SET_DUMPABLE = 4


def missing() -> str:
    """Why workers cannot get a user id of their own here; empty if they can."""
    if not sys.platform.startswith("linux"):
        return say("changing to another user is done on Linux alone")
    if os.geteuid() != 0:
        return say("only root can become another user")
    needed = (sys.prefix, sys.base_prefix, *(entry for entry in sys.path if Path(entry).is_dir()))
    for place in dict.fromkeys(folder for path in needed for folder in _way_to(Path(path).resolve())):
        if not place.stat().st_mode & stat.S_IXOTH:
            return say("other users cannot reach {place}, where Python or its packages are", place=place)
    return ""


def _way_to(path: Path) -> list[Path]:
    return [*reversed(path.parents), path]


def free_id() -> int:
    """A number that belongs to no user and to no process."""
    while True:
        user = _FIRST + secrets.randbelow(_AFTER - _FIRST)
        if not _is_known(user) and user not in _users_of_processes():
            return user


def _is_known(user: int) -> bool:
    import pwd  # Windows has none

    try:
        pwd.getpwuid(user)
    except KeyError:
        return False
    return True


def _users_of_processes() -> set[int]:
    found = set()
    for entry in os.scandir("/proc"):
        if entry.name.isdigit():
            try:
                found.add(entry.stat().st_uid)
            except OSError:
                continue  # it has ended
    return found


def hand_over(scratch: Path, readable: Iterable[Path], user: int) -> None:
    """Give a user the scratch folder, and let it pass through the temporary folders around that and `readable`."""
    os.chown(scratch, user, user)
    scratch.chmod(0o700)
    for path in (scratch, *readable):
        real = path.resolve()
        # The temporary folder is everybody's, which its sticky bit says; what the judge has made lies below it.
        shared = [folder for folder in real.parents if folder.stat().st_mode & stat.S_ISVTX]
        top = shared[-1] if shared else Path(tempfile.gettempdir()).resolve()
        if path is not scratch and real.is_dir():
            _add(real, 0o055)
        for folder in real.parents:
            if folder == top or not folder.is_relative_to(top):
                break
            _add(folder, 0o011)


def _add(folder: Path, bits: int) -> None:
    mode = stat.S_IMODE(folder.stat().st_mode)
    if mode & bits != bits:
        folder.chmod(mode | bits)


def become(user: int) -> None:
    """Change to that user and group, with no others, for good.

    Raises:
        OSError: the kernel refuses.
    """
    parent = os.getppid()
    os.setgroups([])
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)
    # Without this its own files in /proc would be root's.
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_DUMPABLE, 1, 0, 0, 0)
    reaper.end_with(parent)
