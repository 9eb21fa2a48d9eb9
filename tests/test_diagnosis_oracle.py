"""Who asks the causes of misses bit by bit learns what is hidden only under a seed that he set, which counts for nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from checker.catalog import Kata, load_kata
from checker.judging.session import JudgeOptions
from checker.verdict import Outcome, Record
from tests.conftest import TINY_TOML

BITS = 12
SUITE = f'''
import numpy as np
from checker.suite import Diagnosis


def test_guess(submission, expect, streams):
    """guess() says the hidden bits"""
    hidden = streams.hidden("bits").integers(0, 2, {BITS})
    given = expect.array(submission.guess(), "guess()", shape=({BITS},))
    right = int((given == hidden).sum())
    cause = Diagnosis("some_are_wrong", f"{{right}} of {BITS} are right.")
    expect.that(right == {BITS}, "Not all bits are right.", why=lambda: (cause,))
'''


@pytest.fixture
def tiny_kata(tmp_path: Path) -> Kata:
    """A kata whose cause tells as much as a cause can: how many of the hidden bits are right."""
    folder = tmp_path / "katas" / "92_guessing"
    (folder / "acceptance").mkdir(parents=True)
    toml = TINY_TOML.replace("double = 1\ntotal = 2", "guess = 0").replace("[budget.total]", "[budget.guess]")
    (folder / "kata.toml").write_text(toml, encoding="utf-8")
    (folder / "acceptance" / "test_1_guess.py").write_text(SUITE, encoding="utf-8")
    return load_kata(folder)


def right_of(record: Record) -> int:
    """What the report says: so many are right."""
    if record.outcome is Outcome.PASSED:
        return BITS
    found = re.search(r"(\d+) of", record.checks[0].diagnoses[0].text)
    assert found is not None
    return int(found[1])


@pytest.mark.parametrize("seed", [None, 7])
def test_asking_bit_by_bit(judged: Callable[..., Record], seed: int | None) -> None:
    """A bit is turned in each file and kept where the report says that more are right, then the last file is handed in"""
    guess = [0] * BITS

    def ask() -> Record:
        return judged(f"def guess():\n    return {guess}\n", JudgeOptions(seed=seed))

    best = right_of(ask())
    for bit in range(BITS):
        guess[bit] = 1
        if (now := right_of(ask())) > best:
            best = now
        else:
            guess[bit] = 0
    last = ask()
    assert last.seed_was_set is (seed is not None)
    if seed is None:
        # Each file met other bits: the last one is right by chance alone, once in four thousand times.
        assert last.outcome is Outcome.FAILED
    else:
        assert last.outcome is Outcome.PASSED
