"""Photos of cats and dogs in a folder or a zip archive, whatever the layout: found, decoded, cut to squares.

Known layouts: folders named cat(s) and dog(s) at any depth (`train/cats/1.jpg`, `PetImages/Cat/1.jpg`), and
file names that begin with cat or dog (`train/cat.0.jpg`). Other files are left alone. Nothing is extracted
to disk; members of an archive are read in memory, with limits on their size and on the number of pixels.
"""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageOps

from checker.datasets.errors import DataError
from checker.languages.texts import say

CAT, DOG = 0, 1
MAX_FILE_BYTES = 32 << 20
MAX_PIXELS = 50_000_000
MAX_FILES = 200_000

_SUFFIXES = {".jpg", ".jpeg", ".png", ".webp", ".bmp"}
_FORMATS = ("JPEG", "PNG", "WEBP", "BMP")
_FOLDERS = {"cat": CAT, "cats": CAT, "dog": DOG, "dogs": DOG}
_FILE_NAME = re.compile(r"^(cat|dog)s?(?![a-z])", re.IGNORECASE)


@dataclass(frozen=True)
class PhotoFile:
    """One photo that can be read: its name within the set, what it shows, its content on request."""

    name: str
    label: int
    size: int
    stamp: int
    read: Callable[[], bytes]


def label_of(name: str) -> int | None:
    """What a file shows by its path within the set (with forward slashes); None if that does not say."""
    path = PurePosixPath(name)
    if path.suffix.lower() not in _SUFFIXES or path.name.startswith(".") or "__MACOSX" in path.parts:
        return None
    for folder in reversed(path.parts[:-1]):
        if folder.lower() in _FOLDERS:
            return _FOLDERS[folder.lower()]
    match = _FILE_NAME.match(path.name)
    return _FOLDERS[match[1].lower()] if match else None


@contextmanager
def open_photos(place: Path) -> Iterator[list[PhotoFile]]:
    """The labelled photos of a folder or of a zip archive, in order of their names.

    Raises:
        DataError: it is neither, or the archive is damaged or holds too many files.
    """
    if place.is_dir():
        yield _in_folder(place)
        return
    try:
        archive = zipfile.ZipFile(place)
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise DataError(
            say("{place} is neither a folder nor a readable zip archive.", place=place)
        ) from error
    with archive:
        yield _in_archive(archive, place)


def _in_folder(folder: Path) -> list[PhotoFile]:
    photos = []
    for file in sorted(folder.rglob("*")):
        name = file.relative_to(folder).as_posix()
        label = label_of(name)
        if label is None or not file.is_file():
            continue
        status = file.stat()
        photos.append(PhotoFile(name, label, status.st_size, status.st_mtime_ns, _reads_file(file)))
        _limit(len(photos), folder)
    return photos


def _in_archive(archive: zipfile.ZipFile, place: Path) -> list[PhotoFile]:
    members = archive.infolist()
    _limit(len(members), place)
    photos = []
    for member in sorted(members, key=lambda m: m.filename):
        label = label_of(member.filename)
        if label is not None and not member.is_dir():
            read = _reads_member(archive, member)
            photos.append(PhotoFile(member.filename, label, member.file_size, member.CRC, read))
    return photos


def _limit(count: int, place: Path) -> None:
    if count > MAX_FILES:
        raise DataError(
            say(
                "{place} holds more than {most:,} files; name a folder with only the photos in it.",
                place=place,
                most=MAX_FILES,
            )
        )


def _reads_file(file: Path) -> Callable[[], bytes]:
    def read() -> bytes:
        with file.open("rb") as stream:
            return stream.read(MAX_FILE_BYTES + 1)

    return read


def _reads_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Callable[[], bytes]:
    def read() -> bytes:
        # What the archive says about a member's size may be wrong, so what is unpacked is counted.
        with archive.open(member) as stream:
            return stream.read(MAX_FILE_BYTES + 1)

    return read


def decode(content: bytes, size: int) -> npt.NDArray[np.uint8]:
    """The photo cut to its middle square and scaled to uint8 (size, size, 3).

    Raises:
        ValueError: the file is too large, or has too many pixels.
        Exception: whatever Pillow raises on a damaged file.
    """
    if len(content) > MAX_FILE_BYTES:
        raise ValueError(f"larger than {MAX_FILE_BYTES} bytes")
    with Image.open(io.BytesIO(content), formats=_FORMATS) as image:
        if image.width * image.height > MAX_PIXELS:
            raise ValueError(f"more than {MAX_PIXELS} pixels")
        # A JPEG is decoded at a fraction of its size where that still is twice what is needed.
        image.draft("RGB", (2 * size, 2 * size))
        upright = ImageOps.exif_transpose(image).convert("RGB")
        square = ImageOps.fit(upright, (size, size), Image.Resampling.LANCZOS)
        return np.asarray(square, np.uint8)


def decode_all(
    photos: Sequence[PhotoFile], size: int, progress: Callable[[int, int], None] | None = None
) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int64], int]:
    """Images uint8 (n, size, size, 3), labels int64 (n,), and how many files were damaged and left out."""
    images = np.empty((len(photos), size, size, 3), np.uint8)
    labels = np.empty(len(photos), np.int64)
    good = 0
    with warnings.catch_warnings():
        # Pillow warns of odd metadata in photos that it reads well.
        warnings.simplefilter("ignore")
        for number, photo in enumerate(photos, start=1):
            try:
                images[good] = decode(photo.read(), size)
            except Exception:
                # Damaged files make zipfile and Pillow raise nearly anything; the count is reported.
                continue
            else:
                labels[good] = photo.label
                good += 1
            finally:
                if progress and (number % 50 == 0 or number == len(photos)):
                    progress(number, len(photos))
    return images[:good], labels[:good], len(photos) - good
