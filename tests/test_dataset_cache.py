"""Array files in the cache: complete or absent, read without unpickling, compared by hash."""

from __future__ import annotations

import hashlib
import os
import stat

import numpy as np
import pytest

from checker import whole_files
from checker.cache_folder import bytecode_folder, cache_folder, is_private
from checker.datasets.array_files import array_sha256, map_array, write_array, write_text


def test_what_is_written_is_read_back(tmp_path):
    array = np.arange(24, dtype=np.int64).reshape(2, 3, 4)
    write_array(tmp_path / "deep" / "a.npy", array)
    found = map_array(tmp_path / "deep" / "a.npy")
    assert isinstance(found, np.memmap)
    np.testing.assert_array_equal(found, array)


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch):
    file = tmp_path / "a.npy"
    write_array(file, np.zeros(3))

    def fails(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(whole_files.os, "fsync", fails)
    with pytest.raises(OSError, match="No space"):
        write_array(file, np.ones(3))
    np.testing.assert_array_equal(map_array(file), np.zeros(3))
    assert [p.name for p in tmp_path.iterdir()] == ["a.npy"]


@pytest.mark.parametrize("content", [b"", b"\x93NUMPY", b"not an array at all", b"PK\x03\x04"])
def test_damaged_files_are_no_arrays(tmp_path, content):
    (tmp_path / "a.npy").write_bytes(content)
    assert map_array(tmp_path / "a.npy") is None
    assert map_array(tmp_path / "missing.npy") is None


def test_pickled_objects_are_not_loaded(tmp_path):
    np.save(tmp_path / "a.npy", np.array([{"a": 1}], dtype=object), allow_pickle=True)
    assert map_array(tmp_path / "a.npy") is None


def test_hash_is_that_of_the_bytes_in_c_order(tmp_path):
    array = np.arange(12, dtype=np.uint8).reshape(3, 4)
    (tmp_path / "raw").write_bytes(array.tobytes())
    assert array_sha256(array) == hashlib.sha256((tmp_path / "raw").read_bytes()).hexdigest()
    assert array_sha256(np.asfortranarray(array)) == array_sha256(array)
    assert array_sha256(array.T) != array_sha256(array)


def test_text_is_replaced_as_a_whole(tmp_path):
    write_text(tmp_path / "t", "first")
    write_text(tmp_path / "t", "고양이")
    assert (tmp_path / "t").read_text(encoding="utf-8") == "고양이"
    assert len(list(tmp_path.iterdir())) == 1


def test_cache_folder_follows_the_environment(tmp_path, monkeypatch):
    monkeypatch.setenv("KATAS_CACHE", str(tmp_path / "mine"))
    assert cache_folder() == tmp_path / "mine"
    monkeypatch.delenv("KATAS_CACHE")
    assert "deep-learning-katas" in str(cache_folder())


@pytest.mark.skipif(os.name != "posix", reason="modes of files are POSIX's")
def test_compiled_suites_lie_where_this_user_alone_can_write(tmp_path, monkeypatch):
    monkeypatch.setenv("KATAS_CACHE", str(tmp_path))
    place = bytecode_folder()
    assert place is not None and stat.S_IMODE(place.stat().st_mode) == 0o700
    place.chmod(0o770)
    assert bytecode_folder() is None, "somebody else may have put something into it"
    place.rmdir()
    (tmp_path / "theirs").mkdir(mode=0o777)
    place.symlink_to(tmp_path / "theirs")
    assert bytecode_folder() is None
    (tmp_path / "file").write_text("x")
    assert not is_private(tmp_path / "file" / "in it")
