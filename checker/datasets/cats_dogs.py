"""Cats and dogs: photos from an archive or a folder of one's own, or pictures that the project draws itself.

Whatever the source, the pictures are decoded, cut to squares and scaled once, into array files below the
cache folder, keyed by what they were made from and their size:

    cats_dogs/archives/NAME.zip      as downloaded
    cats_dogs/KEY/images.npy         uint8 (n, size, size, 3), in a fixed random order
    cats_dogs/KEY/labels.npy         int64 (n,)
    cats_dogs/KEY/about.json         source, hash of both arrays, number of damaged files
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from checker.cache_folder import cache_folder, with_home
from checker.datasets.array_files import array_sha256, map_array, write_array, write_text
from checker.datasets.download import Progress, download
from checker.datasets.errors import DataError, disk_errors_explained
from checker.languages.texts import say

FEWEST_OF_A_KIND = 200
SIZES = (16, 128)

_Filled = tuple[npt.NDArray[np.uint8], npt.NDArray[np.int64], int]


@dataclass(frozen=True)
class CatsDogs:
    """Pictures of cats and dogs, memory-mapped.

    `images` is uint8 (n, size, size, 3), `labels` int64 (n,): 1 for a dog, 0 for a cat, both kinds mixed.
    `kind` is "photos", "full", "own" or "drawn"; `source` says so in words, with the number of pictures.
    `sha256` is a hash over both arrays, `damaged` the number of files that could not be read.
    """

    images: npt.NDArray[np.uint8]
    labels: npt.NDArray[np.int64]
    kind: str
    source: str
    sha256: str
    damaged: int


@dataclass(frozen=True)
class Archive:
    """A zip archive of photos on a server. `sha256` is None where its maker states none."""

    title: str
    url: str
    sha256: str | None


ARCHIVES: dict[str, Archive] = {
    "photos": Archive(
        say("photo archive cats_and_dogs_filtered.zip"),
        "https://storage.googleapis.com/mledu-datasets/cats_and_dogs_filtered.zip",
        None,
    ),
    "full": Archive(
        say("full photo archive kagglecatsanddogs_5340.zip"),
        "https://download.microsoft.com/download/3/E/1/3E1C3F21-ECDB-4869-8368-6DEBA77B919F/"
        "kagglecatsanddogs_5340.zip",
        # The checksum that TensorFlow Datasets keeps for cats_vs_dogs.
        "b7974bd00a84a99921f36ee4403f089853777b5ae8d151c76a86e64900334af9",
    ),
}


def load(
    size: int,
    choice: str | None = None,
    progress: Progress | None = None,
    *,
    drawn: int = 6_000,
    most: int = 12_000,
    archives: Mapping[str, Archive] = ARCHIVES,
) -> CatsDogs:
    """The pictures at `size` x `size` pixels.

    `choice` is "photos" (the 68 MB archive), "full" (787 MB), "drawn", or the path of a folder or zip archive
    of one's own; None takes the photos if they are cached or can be fetched, and drawn pictures otherwise.
    `drawn` is the number of drawn pictures, `most` the largest number of photos. `progress` is called with
    bytes while a file is fetched and with pictures while they are prepared.

    Raises:
        DataError: what was chosen cannot be had; the text says why and what to do.
    """
    if not SIZES[0] <= size <= SIZES[1]:
        raise DataError(
            say(
                "Pictures of {size} pixels are not made; choose a size from {least} to {most}.",
                size=size,
                least=SIZES[0],
                most=SIZES[1],
            )
        )
    if choice is None:
        try:
            return _from_archive(size, "photos", most, progress, archives)
        except DataError:
            choice = "drawn"
    if choice == "drawn":
        return _drawn(size, drawn, progress)
    if choice in archives:
        return _from_archive(size, choice, most, progress, archives)
    return _own(size, choice, most, progress)


def _drawn(size: int, count: int, progress: Progress | None) -> CatsDogs:
    from checker.datasets import drawn as renderer

    def fill() -> _Filled:
        return *renderer.render(count, size, progress=progress), 0

    return _cached(f"drawn-{renderer.VERSION}-{count}-{size}", "drawn", say("drawn by the project"), fill)


def _own(size: int, choice: str, most: int, progress: Progress | None) -> CatsDogs:
    place = with_home(choice)
    if not place.exists():
        raise DataError(
            say(
                "--data {choice!r} is neither photos, full or drawn, nor a folder that exists; check the "
                "spelling.",
                choice=choice,
            )
        )
    return _photos(size, place, "own", say("own photos in {name}", name=place.name), most, progress)


def _from_archive(
    size: int, kind: str, most: int, progress: Progress | None, archives: Mapping[str, Archive]
) -> CatsDogs:
    archive = archives[kind]
    folder = cache_folder() / "cats_dogs" / "archives"
    file = folder / archive.url.rsplit("/", 1)[-1]
    for fresh in (False, True):
        if fresh or not file.is_file():
            _fetch(archive, file, progress)
        try:
            return _photos(size, file, kind, archive.title, most, progress)
        except DataError:
            if fresh:
                raise
            # A cached archive that cannot be used is damaged: it is fetched once more.
            continue
    raise AssertionError("the loop returns or raises")


def _fetch(archive: Archive, file: Path, progress: Progress | None) -> None:
    with disk_errors_explained(file.parent):
        file.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=file.parent, ignore_cleanup_errors=True) as scratch:
            try:
                download(archive.url, archive.sha256, Path(scratch), progress).replace(file)
            except DataError as error:
                raise DataError(
                    say(
                        "The {title} could not be fetched ({error}). Check the network connection, or use --data drawn "
                        "or --data FOLDER with photos of your own.",
                        title=archive.title,
                        error=error,
                    )
                ) from error


def _photos(size: int, place: Path, kind: str, title: str, most: int, progress: Progress | None) -> CatsDogs:
    from checker.datasets.photo_files import decode_all, open_photos

    with open_photos(place) as photos:
        digest = hashlib.sha256(
            "\n".join(f"{p.name} {p.size} {p.stamp}" for p in photos).encode("utf-8", "surrogateescape")
        )
        # One fixed order for all, so that any first part of the set is a fair sample of it.
        order = np.random.default_rng(0).permutation(len(photos))[:most]

        def fill() -> _Filled:
            images, labels, damaged = decode_all([photos[i] for i in order], size, progress)
            if damaged > len(order) / 2:
                raise DataError(
                    say(
                        "{damaged} of the {count} photos in {place} are damaged.",
                        damaged=damaged,
                        count=len(order),
                        place=place,
                    )
                )
            for count, animal in ((int(np.sum(labels == 0)), "cats"), (int(np.sum(labels == 1)), "dogs")):
                if count < FEWEST_OF_A_KIND:
                    raise DataError(
                        say(
                            "{place} has {count} readable photos of {animal}, at least {least} are needed; put "
                            "them into folders named cats and dogs, or name them cat.0.jpg and dog.0.jpg.",
                            place=place,
                            count=count,
                            animal=animal,
                            least=FEWEST_OF_A_KIND,
                        )
                    )
            return images, labels, damaged

        return _cached(f"{kind}-{digest.hexdigest()[:16]}-{most}-{size}", kind, title, fill)


def _cached(key: str, kind: str, title: str, fill: Callable[[], _Filled]) -> CatsDogs:
    """The set under `key`, made by `fill` where it is missing or its hash does not fit."""
    folder = cache_folder() / "cats_dogs" / key
    found = _read(folder, kind, title)
    if found is not None:
        return found
    with disk_errors_explained(folder):
        images, labels, damaged = fill()
        about = {"sha256": _hash(images, labels), "damaged": damaged}
        write_array(folder / "labels.npy", labels)
        write_array(folder / "images.npy", images)
        write_text(folder / "about.json", json.dumps(about))
    found = _read(folder, kind, title)
    if found is None:
        raise DataError(
            say(
                "The pictures in {folder} change while they are read; delete that folder and try again.",
                folder=folder,
            )
        )
    return found


def _read(folder: Path, kind: str, title: str) -> CatsDogs | None:
    images, labels = map_array(folder / "images.npy"), map_array(folder / "labels.npy")
    try:
        about: dict[str, Any] = json.loads((folder / "about.json").read_text(encoding="utf-8"))
        sha256, damaged = str(about["sha256"]), int(about["damaged"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    if images is None or labels is None or _hash(images, labels) != sha256:
        return None
    source = say(
        "{title} ({count:,} pictures of {height} x {width})",
        title=title,
        count=len(images),
        height=images.shape[1],
        width=images.shape[2],
    )
    if damaged:
        source = say("{source}, damaged files left out: {damaged}", source=source, damaged=damaged)
    return CatsDogs(images, labels, kind, source, sha256, damaged)


def _hash(images: npt.NDArray[Any], labels: npt.NDArray[Any]) -> str:
    text = f"{images.shape} {array_sha256(images)} {array_sha256(labels)}"
    return hashlib.sha256(text.encode()).hexdigest()
