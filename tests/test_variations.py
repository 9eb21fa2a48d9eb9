"""A function that returns or does what nobody expects gets a verdict that names it, never an error of the judge."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from checker.catalog import load
from checker.verdict import Outcome
from tests.variations import Variation, problem_of, variations

EACH = 1


def of_the_day() -> list[Variation]:
    """One variation of every function of the NumPy katas; others tomorrow."""
    chosen = []
    for kata in load():
        if kata.framework != "numpy" or kata.data == "mnist":
            continue
        by_function: dict[str, list[Variation]] = {}
        for variation in variations(kata):
            by_function.setdefault(variation.function, []).append(variation)
        for same in by_function.values():
            start = date.today().toordinal() * EACH % len(same)
            chosen += [*same[start:], *same[:start]][:EACH]
    return chosen


@pytest.mark.parametrize("variation", of_the_day(), ids=lambda variation: variation.name)
def test_no_variation_is_an_error_of_the_judge(variation: Variation, tmp_path: Path) -> None:
    problem, record = problem_of(variation, tmp_path)
    assert not problem
    if variation.what.startswith(("raises", "returns None", "returns a text")):
        assert record.outcome is not Outcome.PASSED
