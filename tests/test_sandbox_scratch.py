"""A scratch folder can be measured and removed, whatever a submission left in it."""

from __future__ import annotations

import mmap
import os
import sys
import time
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


def test_very_many_files_are_too_much(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Empty files fill a disk too"""
    monkeypatch.setattr(scratch, "MANY_FILES", 20)
    for number in range(30):
        (folder / str(number)).touch()
    with pytest.raises(scratch.TooMuch, match="made more than 20 files"):
        scratch.used_bytes(folder, 1 << 30)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no descriptors of folders")
def test_where_paths_end_files_still_count(folder: Path) -> None:
    """A path may be longer than the system takes; folders in folders without end are too much"""
    here = Path.cwd()
    try:
        os.chdir(folder)
        for _ in range(40):
            Path("d" * 200).mkdir()
            os.chdir("d" * 200)
        Path("file").write_bytes(bytes(1 << 20))
        assert scratch.used_bytes(folder, 1 << 30) > 1 << 20
        for _ in range(40):
            Path("d").mkdir()
            os.chdir("d")
    finally:
        os.chdir(here)
    with pytest.raises(scratch.TooMuch, match="folders in folders"):
        scratch.used_bytes(folder, 1 << 30)
    scratch.remove(folder)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux shows what a process has open")
def test_files_without_a_name_count(folder: Path) -> None:
    """Open files and mapped ones, each once, however many names they have had"""
    size = 3 << 20

    def used() -> int:
        return scratch.used_bytes(folder, 1 << 30, [os.getpid()], largest=size)

    empty = used()
    with (folder / "open").open("wb+") as file:
        file.write(bytes(size))
        file.flush()
        os.link(folder / "open", folder / "twice")
        assert size <= used() - empty < size + 100_000
        (folder / "open").unlink()
        (folder / "twice").unlink()
        assert size <= used() - empty < size + 100_000
        mapped = mmap.mmap(file.fileno(), 4096)
    assert size <= used() - empty < size + 100_000
    mapped.close()
    assert used() == empty


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux shows what a process has open")
def test_very_many_pipes_are_too_much(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pipes hold memory"""
    monkeypatch.setattr(scratch, "MANY_PIPES", 10)
    pipes = [os.pipe() for _ in range(12)]
    try:
        with pytest.raises(scratch.TooMuch, match="opened more than 10 pipes"):
            scratch.used_bytes(folder, 1 << 30, [os.getpid()])
    finally:
        for descriptor in sum(pipes, ()):
            os.close(descriptor)


def test_looks_are_spaced_by_their_cost(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A slow look is not repeated soon, but for a disk that becomes fuller by what is still allowed"""
    looks = []

    def slow(*_: object) -> int:
        looks.append(time.monotonic())
        time.sleep(0.05)
        return 1000

    free, files = 1 << 30, 1 << 20
    monkeypatch.setattr(scratch, "used_bytes", slow)
    monkeypatch.setattr(scratch, "_free", lambda _: (free, files))
    watched = scratch.Scratch(folder, allowed_bytes=1 << 20, largest=1 << 20)
    for _ in range(20):
        watched.look([])
        time.sleep(0.01)
    assert len(looks) == 1
    free -= 1 << 20
    watched.look([])
    assert len(looks) == 2
    files -= 6_000
    watched.look([])
    assert len(looks) == 3


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
