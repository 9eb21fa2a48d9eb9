"""Likeness: a renamed copy is found first, honest solutions of one kata are not accused."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest

from checker.catalog import Kata, load
from checker.grading.likeness import alike, as_csv, fingerprints, lay_flat

SPECIMENS = Path(__file__).parent / "specimens"
KATAS = load()
NUMPY = [kata for kata in KATAS if kata.framework == "numpy"]


def honest(kata: Kata) -> dict[str, str]:
    """Accepted solutions of one kata, each in a hand of its own."""
    files = sorted((SPECIMENS / kata.name / "accepted").glob("*.py"))
    return {file.stem: file.read_text(encoding="utf-8") for file in files}


def renamed(source: str, seed: int = 1) -> str:
    """A copy with other names, other numbers in comments, and more blank lines."""
    rng = random.Random(seed)
    names = sorted(set(re.findall(r"^\s+([a-z_]\w*) = ", source, re.MULTILINE)))
    for name in names:
        source = re.sub(rf"(?<![\w.]){name}\b(?!\s*=[^=].*\))", f"v{rng.randrange(10**6)}", source)
    return "# my own work\n\n" + source.replace("\n\n", "\n\n\n") + "\n\nprint\n"


def test_names_and_layout_do_not_matter() -> None:
    """Renaming, other numbers, comments and blank lines change no fingerprint"""
    source = "def f(x):\n    total = x @ x + 3\n    for i in range(4):\n        total = total * 2 - i\n    return total\n"
    other = "# y\ndef g(a):\n\n    s = a @ a + 5  # z\n    for k in range(9):\n        s = s * 7 - k\n    return s\n"
    assert fingerprints(source) == fingerprints(other) != set()
    assert fingerprints("def f(x):") == set()
    assert fingerprints("this is ( no python at all, " * 5)


@pytest.mark.parametrize("kata", NUMPY, ids=[kata.number for kata in NUMPY])
def test_a_copy_stands_first(kata: Kata) -> None:
    """Among honest solutions the pair with the copy leads, clearly before the first honest pair"""
    sources = honest(kata)
    student = max(sources, key=lambda name: len(sources[name]))
    pairs = alike(kata, {**sources, "copy": renamed(sources[student])})
    assert {pairs[0].one, pairs[0].other} == {"copy", student}
    assert pairs[0].share > 0.3
    if len(pairs) > 1:
        assert pairs[0].shared * pairs[0].share > 1.5 * pairs[1].shared * pairs[1].share


def test_what_everybody_was_given_is_nobodys(tmp_path: Path) -> None:
    """Two who hand in the reference, or the stub, share nothing of their own"""
    kata = KATAS[0]
    reference = kata.reference.read_text(encoding="utf-8")
    assert alike(kata, {"a": reference, "b": reference, **honest(kata)})[:1] != [("a", "b")]
    assert not [
        pair for pair in alike(kata, {"a": reference, "b": reference}) if {pair.one, pair.other} == {"a", "b"}
    ]


def test_the_table_and_the_flat_layout(tmp_path: Path) -> None:
    """As other programs read them"""
    kata = KATAS[0]
    sources = honest(kata)
    student = next(iter(sources))
    pairs = alike(kata, {**sources, 'a "b", c': renamed(sources[student])})
    assert as_csv(pairs).splitlines()[0] == "kata,one,other,passages,share"
    lay_flat(tmp_path, kata, {"Ana / Bo": "x = 1\n"})
    assert (tmp_path / kata.name / "Ana _ Bo.py").read_text() == "x = 1\n"
    assert len(list((tmp_path / f"{kata.name}_given").iterdir())) >= 2
