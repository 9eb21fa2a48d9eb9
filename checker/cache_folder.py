"""Where the project keeps what it can make or fetch again: data sets, calibration, compiled suites."""

from __future__ import annotations

import functools
import os
import stat
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


def bytecode_folder() -> Path | None:
    """Where the judge keeps compiled suites, which halve the time it takes to start; None where nobody may.

    What lies there is run, so it has to be a folder that this user alone can write.
    """
    place = cache_folder() / "bytecode"
    return place if os.name != "posix" or is_private(place) else None


def is_private(place: Path) -> bool:
    """Whether a folder is there, or can be made, that this user owns and nobody else may look into."""
    try:
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = place.lstat()
    except OSError:
        return False
    return found.st_uid == _user() and not found.st_mode & 0o077 and stat.S_ISDIR(found.st_mode)


def _user() -> int:
    """The number of this user; 0 where the system has none, as files there have too."""
    return int(getattr(os, "getuid", lambda: 0)())


@functools.cache
def _without_home() -> Path:
    """A folder of this user's own among the temporary ones; nobody else may have prepared it."""
    place = Path(tempfile.gettempdir()) / f"deep-learning-katas-{_user()}"
    return place if is_private(place) else Path(tempfile.mkdtemp(prefix="deep-learning-katas-"))
