"""What `--junit FILE` does to the file: a regular one is replaced, a link followed, anything else written into."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import pytest

from checker.report import output_file

posix = pytest.mark.skipif(os.name == "nt", reason="Windows has neither named pipes nor these devices.")
TEXT = b"<testsuites/>\n"


def test_a_file_is_written_whole_or_not_at_all(tmp_path, monkeypatch):
    file = tmp_path / "result.xml"
    output_file.write(file, b"before")

    def fail(self, target):
        raise OSError("disk full")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(OSError, match="disk full"):
        output_file.write(file, TEXT)
    assert file.read_bytes() == b"before"
    assert [p.name for p in tmp_path.iterdir()] == ["result.xml"]


@posix
def test_a_file_keeps_its_mode_and_a_new_one_gets_the_usual(tmp_path):
    kept, new = tmp_path / "kept.xml", tmp_path / "new.xml"
    kept.write_bytes(b"before")
    kept.chmod(0o604)
    mask = os.umask(0o027)
    try:
        for file in (kept, new):
            output_file.write(file, TEXT)
    finally:
        os.umask(mask)
    assert [stat.S_IMODE(file.stat().st_mode) for file in (kept, new)] == [0o604, 0o640]


@posix
@pytest.mark.parametrize("is_available", [True, False], ids=["to a file", "to nothing yet"])
def test_a_link_is_followed(tmp_path, is_available):
    target, link = tmp_path / "there.xml", tmp_path / "link.xml"
    if is_available:
        target.write_bytes(b"before")
    link.symlink_to(target)
    assert output_file.problem_with(link) == ""
    output_file.write(link, TEXT)
    assert link.is_symlink()
    assert target.read_bytes() == TEXT


@posix
def test_a_named_pipe_is_written_into(tmp_path):
    fifo, read = tmp_path / "fifo", []
    os.mkfifo(fifo)
    reader = threading.Thread(target=lambda: read.append(fifo.read_bytes()))
    reader.start()
    assert output_file.problem_with(fifo) == ""
    output_file.write(fifo, TEXT * 10_000)
    reader.join(10)
    assert read == [TEXT * 10_000]
    assert stat.S_ISFIFO(fifo.stat().st_mode)


@posix
def test_a_device_stays_a_device():
    """Never a real one by its name in /dev: where the tests run as root, a fault would replace it for good."""
    controller, terminal = os.openpty()
    name = Path(os.ttyname(terminal))
    output_file.write(name, TEXT)
    assert os.read(controller, 100).replace(b"\r\n", b"\n") == TEXT
    assert stat.S_ISCHR(name.stat().st_mode)
    os.close(controller)
    os.close(terminal)


@posix
def test_a_link_to_a_device_is_written_into(tmp_path):
    link = tmp_path / "full"
    link.symlink_to("/dev/full")
    if not link.exists():
        pytest.skip("this system has no /dev/full")
    with pytest.raises(OSError, match="No space"):
        output_file.write(link, TEXT)
    assert link.is_symlink()


@posix
@pytest.mark.parametrize("name", ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"])
def test_our_own_output_is_written_to_in_its_order(tmp_path, name):
    if not os.path.lexists(name):
        pytest.skip(f"this system has no {name}")
    program = (
        "import sys; from pathlib import Path; from checker.report import output_file; print('first');"
        f"output_file.write(Path({name!r}), b'middle\\n'); print('last')"
    )
    out = tmp_path / "out.txt"
    with out.open("wb") as stream:
        subprocess.run([sys.executable, "-c", program], stdout=stream, check=True)
    assert out.read_text().split() == ["first", "middle", "last"]
    piped = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert piped.stdout.split() == [b"first", b"middle", b"last"]


def test_a_file_of_ours_in_a_folder_that_is_not_is_written_in_place(tmp_path, monkeypatch):
    file = tmp_path / "result.xml"
    file.write_bytes(b"before")

    def refuse(**arguments):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(tempfile, "mkstemp", refuse)
    output_file.write(file, TEXT)
    assert file.read_bytes() == TEXT


@posix
def test_what_cannot_be_written_is_said_before(tmp_path):
    loop = tmp_path / "loop"
    loop.symlink_to(loop)
    for file, reason in (
        (tmp_path, "it is a folder"),
        (tmp_path / "no" / "out.xml", "a folder that exists"),
        (loop, "oop"),
        (tmp_path / ("n" * 300), "too long"),
    ):
        assert reason in output_file.problem_with(file)
