"""What was tried as people's machines and habits are, and held: it has to go on holding."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from checker.catalog import Kata
from checker.workspace.ledger import Ledger

posix = pytest.mark.skipif(os.name == "nt", reason="Windows has no such thing.")
RIGHT = "def double(x):\n    return x + x\n\n\ndef total(values, repeats):\n    return 0.0\n"


def check(
    kata: Kata, folder: Path, file: str = "solution.py", source: str | bytes = RIGHT, **environment: str
):
    """`katas check --quick` of a file in a process of its own."""
    content = source.encode() if isinstance(source, str) else source
    (folder / file).write_bytes(content)
    command = [sys.executable, "-m", "checker", "check", "91", "--quick", "--katas", str(kata.folder.parent)]
    return subprocess.run(
        [*command, "--submission", file],
        capture_output=True,
        cwd=folder,
        env={**os.environ, **environment},
        timeout=300,
        check=False,
    )


# Several at a time, since each costs a judgement.
SURROUNDINGS = {
    "no width, no colour, no language": {"COLUMNS": "0", "NO_COLOR": "1", "LC_ALL": "C", "PYTHONUTF8": "0"},
    "one column, a simple terminal": {"COLUMNS": "1", "TERM": "dumb", "PYTHONIOENCODING": "ascii"},
    "very wide, in colour, in GitHub Actions": {
        "COLUMNS": "100000", "FORCE_COLOR": "1", "GITHUB_ACTIONS": "true", "CI": "true",
    },
    "optimised, many threads": {"PYTHONOPTIMIZE": "2", "OMP_NUM_THREADS": "64", "OPENBLAS_NUM_THREADS": "64"},
    "warnings are errors, development mode": {"PYTHONWARNINGS": "error", "PYTHONDEVMODE": "1"},
    "settings of pytest": {"PYTEST_ADDOPTS": "--collect-only", "PYTEST_PLUGINS": "nothing_of_this_name"},
}  # fmt: skip


@pytest.mark.parametrize("variables", SURROUNDINGS.values(), ids=SURROUNDINGS)
def test_surroundings_change_nothing(tiny_kata: Kata, tmp_path: Path, variables: dict[str, str]) -> None:
    done = check(tiny_kata, tmp_path, **variables)
    assert done.returncode == 0, done.stderr
    assert b"Traceback" not in done.stderr


@posix
def test_an_odd_folder_for_temporary_files(tiny_kata: Kata, tmp_path: Path) -> None:
    odd = tmp_path / "a b'c\"d$e 가"
    odd.mkdir()
    assert check(tiny_kata, tmp_path, TMPDIR=str(odd)).returncode == 0
    assert list(odd.iterdir()) == []


@posix
def test_a_strict_mask_of_permissions(tiny_kata: Kata, tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        assert check(tiny_kata, tmp_path).returncode == 0
    finally:
        os.umask(before)


NAMES = ["~a#b?%20.py", "- 가나 [bold]'.py"]


@posix
@pytest.mark.parametrize("name", [*NAMES, "line\nbreak.py", os.fsdecode(b"\xff\xfe.py")], ids=ascii)
def test_any_name_of_a_file(tiny_kata: Kata, tmp_path: Path, name: str) -> None:
    missed = check(tiny_kata, tmp_path, name, "def double(x):\n    return x\n")
    assert missed.returncode == 1 and b"Traceback" not in missed.stderr


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("def double(x):\n    return x +\u200b x\n", "U+200B"),
        ("def double(x):\n\u00a0   return x + x\n", "U+00A0"),
        ("\ufeffdef double(x):\n    return x + x\n", ""),
    ],
)
def test_invisible_characters_are_named(tiny_kata: Kata, tmp_path: Path, source: str, said: str) -> None:
    done = check(tiny_kata, tmp_path, source=source + "\n\ndef total(values, repeats):\n    return 0.0\n")
    assert done.returncode == bool(said)
    assert said in done.stdout.decode()


ENCODINGS = {
    "UTF-16": (RIGHT.encode("utf-16"), "saved as UTF-16. Save it as UTF-8"),
    "UTF-16 without a mark": (RIGHT.encode("utf-16-be"), "saved as UTF-16. Save it as UTF-8"),
    "a NUL": (b"x = 1\n\0\n" + RIGHT.encode(), "NUL character in line 2"),
    "an unknown coding": (
        b"# coding: klingon\n" + RIGHT.encode(),
        "the coding 'klingon', which Python does not",
    ),
    "no UTF-8": (b"\n\n\n# \xb0\xa1\n" + RIGHT.encode(), "not UTF-8 text (line 4"),
    "not what it says": (
        b"# coding: ascii\n# \xb0\xa1\n" + RIGHT.encode(),
        "not ascii, as its first lines say",
    ),
}


@pytest.mark.parametrize(("source", "said"), ENCODINGS.values(), ids=ENCODINGS)
def test_an_encoding_that_cannot_be_read_is_named(
    tiny_kata: Kata, tmp_path: Path, source: bytes, said: str
) -> None:
    done = check(tiny_kata, tmp_path, source=source)
    assert done.returncode == 1
    assert said in " ".join(done.stdout.decode().split())


@pytest.mark.parametrize("encoding", ["latin-1", "euc-kr", "cp1252"])
def test_a_coding_line_is_read_as_python_reads_it(tiny_kata: Kata, tmp_path: Path, encoding: str) -> None:
    text = "# 가\n" if encoding == "euc-kr" else "# é\n"
    source = f"# -*- coding: {encoding} -*-\n{text}{RIGHT}".encode(encoding)
    assert check(tiny_kata, tmp_path, source=source).returncode == 0


def test_many_lines_of_output(tiny_kata: Kata, tmp_path: Path) -> None:
    talkative = RIGHT.replace("    return x + x", "    print('line\\n' * 30_000)\n    return x + x")
    assert check(tiny_kata, tmp_path, source=talkative).returncode == 0


def test_two_checks_of_one_workspace_at_once(tiny_kata: Kata, tmp_path: Path) -> None:
    (tiny_kata.folder / "stub.py").write_text(RIGHT)
    katas = ["--katas", str(tiny_kata.folder.parent)]
    command = [sys.executable, "-m", "checker"]
    subprocess.run([*command, "init", "mine", *katas], cwd=tmp_path, check=True, capture_output=True)
    checks = [
        subprocess.Popen(
            [*command, "check", "91", "--all", "--quick", "--json", *katas],
            cwd=tmp_path / "mine",
            stdout=subprocess.PIPE,
        )
        for _ in range(2)
    ]
    records = [json.loads(one.communicate(timeout=300)[0]) for one in checks]
    assert [record["outcome"] for record in records] == ["passed", "passed"]
    assert len(Ledger(tmp_path / "mine" / ".katas" / "ledger.sqlite").entries()) == 2
