"""A scratch folder can be measured and removed, whatever a submission left in it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from checker.judging.sandbox import scratch


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty scratch folder."""
    (tmp_path / "scratch").mkdir()
    return tmp_path / "scratch"


def test_it_counts_what_is_there(folder: Path) -> None:
    """Bytes in files and folders count, links do not, and the count ends when it is enough"""
    (folder / "a").write_bytes(bytes(100_000))
    (folder / "b").mkdir()
    (folder / "b" / "c").write_bytes(bytes(50_000))
    assert 150_000 <= scratch.used_bytes(folder, 1 << 30) < 200_000
    assert scratch.used_bytes(folder, 1000) >= 1000
    assert scratch.used_bytes(folder / "missing", 1000) == 0


def test_very_many_files_are_enough(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Empty files fill a disk too"""
    monkeypatch.setattr(scratch, "_MANY_FILES", 20)
    for number in range(30):
        (folder / str(number)).touch()
    assert scratch.used_bytes(folder, 1 << 30) == 1 << 30


def test_an_ordinary_folder_goes(folder: Path) -> None:
    """Files, folders and links are removed; what a link points to stays"""
    kept = folder.parent / "kept"
    kept.mkdir()
    (kept / "file").write_text("x")
    (folder / "inner").mkdir()
    (folder / "inner" / "file").write_text("x")
    (folder / "link").symlink_to(kept)
    scratch.remove(folder)
    assert not folder.exists()
    assert (kept / "file").exists()
    scratch.remove(folder)


def test_a_very_deep_tree_goes(folder: Path) -> None:
    """A tree deeper than Python recurses and longer than a path may be"""
    if sys.platform == "win32":
        pytest.skip("Windows does not make such trees")
    here = Path.cwd()
    try:
        os.chdir(folder)
        for _ in range(1500):
            Path("d" * 60).mkdir()
            os.chdir("d" * 60)
    finally:
        os.chdir(here)
    scratch.remove(folder)
    assert not folder.exists()


def test_closed_folders_go(folder: Path) -> None:
    """Folders that nobody may enter or read"""
    for number in range(3):
        (folder / str(number) / "inner").mkdir(parents=True)
        (folder / str(number) / "inner" / "file").touch()
        (folder / str(number) / "inner").chmod(0)
        (folder / str(number)).chmod(0o400)
    scratch.remove(folder)
    assert not folder.exists()
