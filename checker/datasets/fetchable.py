"""The data sets that can be fetched: what they are called, how they are got, how they stand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from checker.languages.texts import say

# Any size makes the archive come; this one is prepared at once, since kata 05 uses it on a CPU.
PICTURE_SIZE = 32
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class DataSet:
    """One data set. `fetch` gives its source in words; `state` the same, or "" where the cache has none.

    `folder` holds images.npy and labels.npy, which are fetched where they are not there yet. All raise
    `checker.datasets.errors.DataError`.
    """

    name: str
    title: str
    fetch: Callable[[Progress | None, str | None], str]
    state: Callable[[], str]
    folder: Callable[[Progress | None, str | None], Path]


def known_sets() -> tuple[DataSet, ...]:
    """All data sets that are fetched rather than generated."""
    return (
        DataSet("mnist", "MNIST", _fetch_mnist, _state_of_mnist, _folder_of_mnist),
        DataSet("cats_dogs", say("Photos"), _fetch_cats_dogs, _state_of_cats_dogs, _folder_of_cats_dogs),
    )


def _fetch_mnist(progress: Progress | None, choice: str | None) -> str:
    from checker.datasets import mnist

    found = mnist.load(progress=progress)
    return say("{count} digits from {source}, hashes right", count=len(found.images), source=found.source)


def _state_of_mnist() -> str:
    from checker.datasets import mnist

    # Reading is verifying: a damaged cache must not be called good.
    return _fetch_mnist(None, None) if mnist.is_cached() else ""


def _folder_of_mnist(progress: Progress | None, choice: str | None) -> Path:
    from checker.datasets import mnist

    return _file_of(mnist.load(progress=progress).images).parent


def _folder_of_cats_dogs(progress: Progress | None, choice: str | None) -> Path:
    from checker.datasets import cats_dogs

    return _file_of(cats_dogs.load(PICTURE_SIZE, choice, progress).images).parent


def _file_of(array: Any) -> Path:
    """The file behind a memory map."""
    return Path(array.filename)


def _fetch_cats_dogs(progress: Progress | None, choice: str | None) -> str:
    from checker.datasets import cats_dogs

    found = cats_dogs.load(PICTURE_SIZE, choice, progress)
    if found.kind == "drawn" and choice is None:
        return say("no photos could be fetched, so pictures are used that are {source}", source=found.source)
    return found.source


def _state_of_cats_dogs() -> str:
    from checker.cache_folder import cache_folder

    folder = cache_folder() / "cats_dogs"
    archives = sorted(file.name for file in (folder / "archives").glob("*.zip"))
    if archives:
        return say("in the cache: {archives}", archives=", ".join(archives))
    prepared = [file.parent.name for file in sorted(folder.glob("*/about.json"))]
    if any(name.startswith("drawn") for name in prepared):
        return say("drawn pictures are used; `katas data fetch cats_dogs` tries to get the photos")
    return ", ".join(prepared)
