"""Whatever a submission's functions return counts against the submission, never as the judge's own error."""

from __future__ import annotations

from pathlib import Path

import pytest

from checker.catalog import load
from checker.judging.session import JudgeOptions, judge
from checker.verdict import Outcome

STRANGE = {
    "nothing": "None",
    "a dictionary": "{'a': 1}",
    "an empty tuple": "()",
    "an empty array": "np.zeros((0, 3))",
    "a number": "2**63",
    "a pair of nothing": "(None, None)",
    "ragged lists": "[[1.0], [1.0, 2.0]]",
    "layers of no units": "[(np.zeros((0, 2)), np.zeros(2))]",
    "huge numbers": "(np.full(3, 1e308), np.full(3, -1e308), np.full(3, 1e308), 1e308)",
}
KATAS = {kata.name: kata for kata in load()}


def all_return(name: str, value: str, folder: Path) -> Path:
    """The reference of a kata, with every function replaced by one that returns `value`."""
    kata = KATAS[name]
    names = [function.name for function in kata.functions]
    text = kata.reference.read_text(encoding="utf-8")
    text += f"\n\nimport numpy as np\n\nfor name in {names!r}:\n    globals()[name] = lambda *a: {value}\n"
    file = folder / "solution.py"
    file.write_text(text, encoding="utf-8")
    return file


@pytest.mark.parametrize("what", STRANGE)
@pytest.mark.parametrize("name", [name for name, kata in KATAS.items() if kata.framework == "numpy"])
def test_functions_return(name: str, what: str, tmp_path: Path) -> None:
    """A quick run of each NumPy kata"""
    record = judge(KATAS[name], all_return(name, STRANGE[what], tmp_path), JudgeOptions(seed=1, quick=True))
    outcomes = {check.id: check.outcome for check in record.checks}
    assert Outcome.JUDGE_ERROR not in outcomes.values(), outcomes
    assert record.outcome not in (Outcome.PASSED, Outcome.INCONCLUSIVE, Outcome.JUDGE_ERROR)


@pytest.mark.training
@pytest.mark.parametrize("what", ["a pair of nothing"])
@pytest.mark.parametrize("name", [name for name, kata in KATAS.items() if kata.framework == "keras"])
def test_functions_of_keras_katas_return(name: str, what: str, tmp_path: Path) -> None:
    """A quick run of each Keras kata, whose functions should return models"""
    test_functions_return(name, what, tmp_path)
