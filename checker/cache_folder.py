"""Where the project keeps what it can make or fetch again: data sets, calibration."""

from __future__ import annotations

import functools
import os
import tempfile
from pathlib import Path


def cache_folder() -> Path:
    """The cache: `KATAS_CACHE` if set, else the user's cache folder for this project. It may not exist yet."""
    chosen = os.environ.get("KATAS_CACHE")
    if chosen:
        return with_home(chosen)
    import platformdirs

    try:
        return Path(platformdirs.user_cache_dir("deep-learning-katas"))
    except RuntimeError:
        # A user number without a name, and no HOME, as in a container that was started with --user.
        return _without_home()


def with_home(path: str) -> Path:
    """The path with a leading ~ as the user's home; as it is where there is no home."""
    try:
        return Path(path).expanduser()
    except RuntimeError:
        return Path(path)


@functools.cache
def _without_home() -> Path:
    """A folder of this user's own among the temporary ones; nobody else may have prepared it."""
    number = getattr(os, "getuid", lambda: 0)()
    place = Path(tempfile.gettempdir()) / f"deep-learning-katas-{number}"
    try:
        place.mkdir(mode=0o700, exist_ok=True)
        found = place.lstat()
        if found.st_uid == number and not found.st_mode & 0o077 and place.is_dir() and not place.is_symlink():
            return place
    except OSError:
        pass
    return Path(tempfile.mkdtemp(prefix="deep-learning-katas-"))
