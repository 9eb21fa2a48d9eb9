"""Where the project keeps what it can make or fetch again: data sets, calibration."""

from __future__ import annotations

import os
from pathlib import Path


def cache_folder() -> Path:
    """The cache: `KATAS_CACHE` if set, else the user's cache folder for this project. It may not exist yet."""
    chosen = os.environ.get("KATAS_CACHE")
    if chosen:
        return Path(chosen).expanduser()
    import platformdirs

    return Path(platformdirs.user_cache_dir("deep-learning-katas"))
