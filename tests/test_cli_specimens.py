"""The kept specimens: enough of each kind, headers that name real checks. `katas verify` judges them all."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from checker import catalog
from checker.judging.snapshot import read_submission
from checker.verification.trials import KINDS, Trial, run, trials

SPECIMENS = Path(__file__).parent / "specimens"
FEWEST = {"accepted": 5, "wrong": 10, "slow": 1, "cheating": 3}
KATAS = catalog.load()


def kept(kata: catalog.Kata) -> list[Trial]:
    return [trial for trial in trials([kata], SPECIMENS) if trial.kind in KINDS]


@pytest.mark.parametrize("kata", KATAS, ids=lambda kata: kata.name)
def test_there_are_enough_of_each_kind(kata):
    counts = {kind: sum(trial.kind == kind for trial in kept(kata)) for kind in KINDS}
    assert {kind: counts[kind] >= fewest for kind, fewest in FEWEST.items()} == dict.fromkeys(FEWEST, True), (
        counts
    )


@pytest.mark.parametrize("kata", KATAS, ids=lambda kata: kata.name)
def test_headers_name_checks_that_exist(kata):
    suite = "".join(file.read_text(encoding="utf-8") for file in kata.suite.glob("test_*.py"))
    checks = set(re.findall(r"^def (test_\w+)", suite, re.MULTILINE))
    for trial in kept(kata):
        if trial.kind == "accepted":
            assert not trial.caught_by, trial.file
        else:
            assert not trial.caught_by or trial.caught_by in checks, f"{trial.file}: {trial.caught_by}"


@pytest.mark.parametrize("kata", KATAS, ids=lambda kata: kata.name)
def test_each_could_be_handed_in(kata):
    """A specimen that is refused for its length or encoding would test nothing."""
    for trial in kept(kata):
        read_submission(trial.file, trial.kata)


def of_the_day(kata: catalog.Kata, every: int = 6) -> list[Trial]:
    """Every sixth specimen, others each day: all of them are `katas verify 01`."""
    return kept(kata)[date.today().toordinal() % every :: every]


@pytest.mark.parametrize("trial", of_the_day(KATAS[0]), ids=lambda trial: trial.name)
def test_the_first_kata_judges_each_as_promised(trial):
    from checker.judging.session import JudgeOptions

    finding = run(trial, JudgeOptions(up_to=trial.caught_by or None), lambda event: None)
    assert finding.problem == ""
