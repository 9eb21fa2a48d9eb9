"""A verdict survives what happens to its output: readers that leave, closed streams, a full disk."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from checker.catalog import Kata
from checker.cli import NOT_WRITTEN

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has neither these pipes nor /dev/full.")

RIGHT = "def double(x):\n    return x + x\n\n\ndef total(values, repeats):\n    return 0.0\n"
STREAMS = {
    "a reader that leaves at once": "| head -c 0",
    "a reader that leaves after a line": "| head -n 1",
    "standard output closed": ">&-",
    "standard error closed": "2>&-",
    "both closed": ">&- 2>&-",
    "all three closed": "<&- >&- 2>&-",
    "a full disk": "> /dev/full",
    "a full disk for both": "> /dev/full 2>&1",
}


def run(words: list[str], streams: str, tmp_path: Path, unbuffered: bool = False) -> tuple[int, str]:
    """The exit code of the command in a shell, and what else could still be read."""
    if "/dev/full" in streams and not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONUNBUFFERED"}
    if unbuffered:
        environment["PYTHONUNBUFFERED"] = "1"
    code = tmp_path / "code"
    done = subprocess.run(
        [
            "bash",
            "-c",
            f'{{ "$@"; echo $? > {code}; }} {streams}',
            "bash",
            sys.executable,
            "-m",
            "checker",
            *words,
        ],
        capture_output=True,
        text=True,
        env=environment,
        cwd=tmp_path,
        check=False,
    )
    return int(code.read_text()), done.stdout + done.stderr


def judged(kata: Kata, source: str, streams: str, folder: Path) -> tuple[int, str]:
    file = folder / "solution.py"
    file.write_text(source)
    katas = ["--katas", str(kata.folder.parent)]
    return run(["check", "91", "--quick", "--submission", str(file), *katas], streams, folder)


@pytest.mark.parametrize("streams", STREAMS.values(), ids=STREAMS)
def test_a_pass_stays_a_pass(tiny_kata, tmp_path, streams):
    code, said = judged(tiny_kata, RIGHT, streams, tmp_path)
    assert code == 0
    assert "Traceback" not in said and "fault in katas" not in said and "Exception ignored" not in said


@pytest.mark.parametrize("streams", ["| head -c 0", ">&- 2>&-", "> /dev/full"])
def test_a_miss_stays_a_miss(tiny_kata, tmp_path, streams):
    assert judged(tiny_kata, "def double(x):\n    return x\n", streams, tmp_path)[0] == 1


def test_a_full_disk_is_said_where_it_can_be(tiny_kata, tmp_path):
    code, said = judged(tiny_kata, RIGHT, "> /dev/full", tmp_path)
    assert (code, said) == (0, "katas: Not all of the output could be written: No space left on device.\n")


@pytest.mark.parametrize("unbuffered", [False, True])
@pytest.mark.parametrize("words", [["lesson", "01"], ["--help"], ["--version"]], ids=" ".join)
def test_a_command_that_only_prints_says_when_it_could_not(tmp_path, words, unbuffered):
    code, said = run(words, "> /dev/full", tmp_path, unbuffered)
    assert code == NOT_WRITTEN
    assert said == "katas: Not all of the output could be written: No space left on device.\n"
    assert run(words, "| head -c 0", tmp_path, unbuffered) == (0, "")
    assert run(words, ">&-", tmp_path, unbuffered) == (0, "")


def test_a_closed_stream_is_not_taken_by_the_next_file(tmp_path):
    """Descriptor 1 would else be the ledger's, and the report would be written into it."""
    assert run(["init", "mine"], ">&- 2>&-", tmp_path)[0] == 0
    ledger = tmp_path / "mine" / ".katas" / "ledger.sqlite"
    command = ["check", "01", "--quick"]
    (tmp_path / "mine" / "01_linear_regression" / "solution.py").write_text("x = 1\n")
    code, _ = run(command, ">&- 2>&-", tmp_path / "mine")
    assert code == 1
    assert ledger.read_bytes()[:15] == b"SQLite format 3"
