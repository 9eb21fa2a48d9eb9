"""A certificate encloses the solutions; whether it is true is found out by judging them again."""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path

import pytest

from checker.workspace.certificate import CertificateError, from_page
from tests.shell import SOLVED, Shell

KATAS = ("01_first", "02_second", "03_third")


@pytest.fixture
def finished(at_home: Shell) -> Shell:
    """A workspace in which all three katas are passed."""
    for name in KATAS:
        at_home.write(f"{name}/solution.py", f"{SOLVED}# {name}\n")
        assert at_home("check", name) == 0
    return at_home


def test_a_finished_path(finished: Shell) -> None:
    """It holds name, katas, stars and solutions; a name is text; verified, every solution is judged once more"""
    assert finished("certificate", "--name", "<b>Ada & 김</b>") == 0
    page = (finished.folder / "certificate.html").read_text(encoding="utf-8")
    assert "&lt;b&gt;Ada &amp; 김&lt;/b&gt;" in page and "<script" not in page and "http://" not in page
    made = from_page(page)
    assert [one.kata for one in made.katas] == list(KATAS)
    assert made.katas[0].submission.entry.source.decode() == f"{SOLVED}# 01_first\n"
    assert finished("verify-certificate", "certificate.html") == 0
    assert "01 First steps: passed" in finished.out and "every solution passes" in finished.out


def test_before_the_end(at_home: Shell) -> None:
    """Which kata is missing, and what to type"""
    assert at_home("certificate", "--name", "Ada") == 2
    assert "Kata 01 (First steps) is not passed yet" in at_home.err and "katas check 01" in at_home.err
    assert not (at_home.folder / "certificate.html").exists()


def test_a_solution_that_has_changed_since(finished: Shell) -> None:
    """It has to be judged first"""
    finished.write("02_second/solution.py", f"{SOLVED}# better\n")
    assert finished("certificate", "--name", "Ada") == 2
    assert "another one than that which passed" in finished.err
    assert finished("check", "02_second") == 0
    assert finished("certificate", "--name", "Ada") == 0


def changed(page: str, old: str, new: str) -> str:
    """The page with something in the enclosed data replaced."""
    found = re.search(r'<pre id="certificate">([^<]+)</pre>', page)
    assert found is not None
    data = base64.b64decode(found[1]).decode()
    assert old in data
    return page.replace(found[1], base64.encodebytes(data.replace(old, new).encode()).decode())


def test_a_certificate_that_is_not_true(finished: Shell) -> None:
    """A solution that does not pass is found out, one that is not the named one, a kata that is left out"""
    finished("certificate", "--name", "Ada")
    file = finished.folder / "certificate.html"
    page = file.read_text(encoding="utf-8")
    right = base64.b64encode(f"{SOLVED}# 02_second\n".encode()).decode()
    wrong = base64.b64encode(b"def double(x):\n    return 3\n").decode()
    file.write_text(changed(page, right, wrong), encoding="utf-8")
    assert finished("verify-certificate", "certificate.html") == 2
    assert "not the one that it names" in finished.err
    digest = from_page(page).katas[1].submission_sha256
    other = hashlib.sha256(b"def double(x):\n    return 3\n").hexdigest()
    file.write_text(changed(changed(page, right, wrong), digest, other), encoding="utf-8")
    assert finished("verify-certificate", "certificate.html") == 1
    assert "02 Second: not passed yet" in finished.out


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<html>", "no certificate"),
        ('<pre id="certificate">AAAA</pre>', "damaged"),
        ('<pre id="certificate">e30=</pre>', "damaged"),
    ],
)
def test_a_file_that_is_none(text: str, said: str) -> None:
    """One sentence"""
    with pytest.raises(CertificateError, match=said):
        from_page(text)


def test_a_file_that_is_not_there(at_home: Shell) -> None:
    """One sentence too"""
    assert at_home("verify-certificate", "nothing.html") == 2
    assert "cannot be read" in at_home.err
    (at_home.folder / "picture.html").write_bytes(b"\xff\xfe\x00")
    assert at_home("verify-certificate", "picture.html") == 2


def test_where_it_cannot_be_written(finished: Shell) -> None:
    """Another place is asked for"""
    assert finished("certificate", "--name", "Ada", "--out", str(Path("no") / "folder.html")) == 2
    assert "Name another place" in finished.err
