"""A worker's scratch folder on the disk: how full it is, and its removal whatever was left in it.

At the bubblewrap level a memory file system lies over the folder, which then stays empty.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import stat
from pathlib import Path

# More files than this are as good as a full disk.
_MANY_FILES = 50_000
# A path of so many names still fits into what the system takes (255 characters each, 4096 in all).
_DEEP = 12


def used_bytes(folder: Path, enough: int) -> int:
    """Bytes that files below `folder` take; the count ends when it has reached `enough`."""
    total, seen = 0, 0
    folders = [str(folder)]
    while folders and total < enough:
        try:
            entries = list(os.scandir(folders.pop()))
        except OSError:
            continue  # gone meanwhile, or closed to the judge as well
        for entry in entries:
            seen += 1
            with contextlib.suppress(OSError):
                status = entry.stat(follow_symlinks=False)
                total += getattr(status, "st_blocks", -(-status.st_size // 512)) * 512
                if stat.S_ISDIR(status.st_mode):
                    folders.append(entry.path)
        if seen > _MANY_FILES:
            return enough
    return total


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
