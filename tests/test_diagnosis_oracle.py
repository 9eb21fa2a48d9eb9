"""Even a cause that tells all that is hidden is of use only under a seed that somebody set, and that counts for nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from checker.catalog import Kata, load_kata
from checker.judging.session import JudgeOptions
from checker.verdict import Outcome, Record
from tests.conftest import TINY_TOML

BITS = 64
SUITE = f'''
from checker.suite import Diagnosis


def test_guess(submission, expect, streams):
    """guess() says the hidden bits"""
    hidden = streams.hidden("bits").integers(0, 2, {BITS})
    given = expect.array(submission.guess(), "guess()", shape=({BITS},))
    cause = Diagnosis("wrong", "The hidden bits are " + "".join(map(str, hidden)) + ".")
    expect.that((given == hidden).all(), "Not all bits are right.", why=lambda: (cause,))
'''


@pytest.fixture
def tiny_kata(tmp_path: Path) -> Kata:
    """A kata whose cause gives everything away."""
    folder = tmp_path / "katas" / "92_guessing"
    (folder / "acceptance").mkdir(parents=True)
    toml = TINY_TOML.replace("double = 1\ntotal = 2", "guess = 0").replace("[budget.total]", "[budget.guess]")
    (folder / "kata.toml").write_text(toml, encoding="utf-8")
    (folder / "acceptance" / "test_1_guess.py").write_text(SUITE, encoding="utf-8")
    return load_kata(folder)


@pytest.mark.parametrize("seed", [None, 7])
def test_what_one_report_tells_is_handed_in(judged: Callable[..., Record], seed: int | None) -> None:
    """The second file holds all bits of the first report: another run has others, unless the seed was set"""

    def ask(guess: list[int]) -> Record:
        return judged(f"def guess():\n    return {guess}\n", JudgeOptions(seed=seed))

    told = re.search(r"[01]{64}", ask([0] * BITS).checks[0].diagnoses[0].text)
    assert told is not None
    last = ask([int(bit) for bit in told[0]])
    assert last.outcome is (Outcome.FAILED if seed is None else Outcome.PASSED)
    assert last.seed_was_set is (seed is not None)
