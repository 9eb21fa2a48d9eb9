"""Shared by the checker's own tests: a tiny kata that is judged in a second, and a cache of its own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from checker import catalog
from checker.catalog import Kata, load_kata
from checker.judging import session
from checker.judging.session import JudgeOptions, judge
from checker.verdict import Record
from tests import small_path
from tests.shell import Shell

TINY_TOML = """
[kata]
title = "Doubling"
framework = "numpy"
[functions]
double = 1
total = 2
[budget.total]
reference_seconds = 0.2
margin = 1.0
workloads = ["python_loop"]
[targets.cpu]
error = 0.5
[limits]
memory_mb = 600
call_seconds = 2.0
"""

TINY_SUITE = '''
import numpy as np
import pytest


def test_double(submission, expect, rng):
    """double(x) is twice x"""
    x = rng.normal(size=(5, 3))
    y = expect.array(submission.double(x), "double(x)", shape=(5, 3))
    expect.close(y, 2 * x, "double(x)", hint="Add x to itself.")


@pytest.mark.training
def test_total(submission, expect, targets, data):
    """total adds up and stays within its budget"""
    values = np.ones(1000)
    with submission.worker("training") as worker:
        result = worker.call("total", data.share(values, scale=2.0, dtype="float64"), 3, budget="total")
    expect.at_most(abs(expect.number(result, "total") - 2000.0), "error", targets.error, yardsticks={"zero": 2000.0})
    expect.within_budget(worker)
'''

RIGHT = """
import numpy as np

def double(x):
    return x + x

def total(values, repeats):
    return float(np.sum(values))
"""


@pytest.fixture
def tiny_kata(tmp_path: Path) -> Kata:
    """A kata folder with one quick and one training check."""
    folder = tmp_path / "katas" / "91_doubling"
    (folder / "acceptance").mkdir(parents=True)
    (folder / "kata.toml").write_text(TINY_TOML, encoding="utf-8")
    (folder / "acceptance" / "test_1_doubling.py").write_text(TINY_SUITE, encoding="utf-8")
    return load_kata(folder)


@pytest.fixture
def judged(tiny_kata: Kata, tmp_path: Path) -> Callable[..., Record]:
    """Judge a source text against the tiny kata."""

    def run(source: str, options: JudgeOptions = JudgeOptions(seed=1)) -> Record:  # noqa: B008
        file = tmp_path / "solution.py"
        file.write_text(source, encoding="utf-8")
        return judge(tiny_kata, file, options)

    return run


@pytest.fixture
def shell(tmp_path, capsys, monkeypatch) -> Shell:
    """Outside any workspace, with a path of three tiny katas and a judge that answers at once."""
    built_in = small_path.write_path(tmp_path / "built_in" / "katas")
    monkeypatch.setattr(catalog, "default_folder", lambda: built_in)
    monkeypatch.setattr(session, "judge", small_path.judge)
    for variable in ("LC_ALL", "LC_MESSAGES", "KATAS_FOLDERS", "GITHUB_ACTIONS"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    monkeypatch.setenv("COLUMNS", "80")
    outside = tmp_path / "outside"
    outside.mkdir()
    return Shell(outside, capsys, monkeypatch)


@pytest.fixture
def at_home(shell: Shell) -> Shell:
    """Inside a fresh workspace."""
    assert shell("init", "mine") == 0
    shell.folder /= "mine"
    return shell
