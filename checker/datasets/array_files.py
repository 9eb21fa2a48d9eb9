"""Array files in the cache: written in one step, read as memory maps, compared by hash.

Two processes may fill the cache at once: each writes to a file of its own and moves it into place, and
what they write is the same, so whoever is last changes nothing.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from checker.whole_files import whole_file

Array = npt.NDArray[Any]

_HASH_CHUNK = 1 << 22


def array_sha256(array: Array) -> str:
    """The sha256 of the array's bytes in C order, without a second copy of a C-ordered array."""
    digest = hashlib.sha256()
    flat = np.ascontiguousarray(array).reshape(-1).view(np.uint8)
    for start in range(0, flat.size, _HASH_CHUNK):
        digest.update(flat[start : start + _HASH_CHUNK].data)
    return digest.hexdigest()


def write_array(path: Path, array: Array) -> None:
    """Write `array` as an .npy file that appears under its name complete or not at all.

    Raises:
        OSError: the folder cannot be written or the disk is full; nothing is left behind.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with whole_file(path, durable=True) as file:
        np.lib.format.write_array(file, np.ascontiguousarray(array), allow_pickle=False)


def write_text(path: Path, text: str) -> None:
    """Write a small text file that appears under its name complete or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with whole_file(path) as file:
        file.write(text.encode())


def map_array(path: Path) -> Array | None:
    """The array in an .npy file as a read-only memory map; None where there is no readable array."""
    try:
        return np.lib.format.open_memmap(path, mode="r")
    except (OSError, ValueError):
        return None
