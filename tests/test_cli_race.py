"""`katas race`: the same training on both devices, shown side by side; the graphics card is faked here."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from checker.cli import main
from checker.cli.race import compared
from checker.hardware import probe
from checker.hardware.probe import TensorFlowView
from checker.judging import session
from checker.verdict import Curve, Outcome, Record
from tests.small_path import record

CARD = "NVIDIA GeForce RTX 4090"


def made(tier: str) -> Record:
    """A record of a training that took 60 s by the wall on the processor, and 2 on the card."""
    one = record("03_mnist_autoencoder", tier=tier)
    wall = 60.0 if tier == "cpu" else 2.0
    curves = (Curve("loss", (1.0, 0.5, 0.25)),)
    return replace(
        one,
        times=(replace(one.times[0], wall=wall),),
        runs=(replace(one.runs[0], curves=curves),),
    )


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """A judge that notes the tier and the file."""
    asked: list[tuple[str, str]] = []

    def judge(kata: Any, file: Path, *others: Any) -> Record:
        asked.append((os.environ["KATAS_TIER"], file.name))
        return made(os.environ["KATAS_TIER"])

    monkeypatch.setattr(session, "judge", judge)
    monkeypatch.delenv("KATAS_TIER", raising=False)
    return asked


def test_both_run_and_are_compared(
    judged: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:  # fmt: skip
    """The same file on both, the ratio, both curves; afterwards the tier is what it was"""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(probe, "find_gpus", lambda: (CARD,))
    monkeypatch.setattr(probe, "ask_tensorflow", lambda: TensorFlowView("2.21", (CARD,)))
    assert main(["race", "03", "--reference"]) == 0
    out = capsys.readouterr().out
    assert judged == [("cpu", "03_mnist_autoencoder.py"), ("gpu", "03_mnist_autoencoder.py")]
    assert "30.0" in out and "CPU  loss" in out and "GPU  loss" in out
    assert "KATAS_TIER" not in os.environ
    (tmp_path / "mine.py").write_text("x = 1\n", encoding="utf-8")
    assert main(["race", "03", "--submission", "mine.py"]) == 0
    assert judged[-1] == ("gpu", "mine.py")


@pytest.mark.parametrize(
    ("gpus", "view", "said"),
    [
        ((), TensorFlowView("2.21"), "no graphics card"),
        ((CARD,), TensorFlowView("2.21"), "tensorflow[and-cuda]"),
        ((CARD,), TensorFlowView("", problem="TensorFlow is not installed."), "TensorFlow is not installed."),
    ],
)
def test_without_a_card(
    gpus: tuple[str, ...], view: TensorFlowView, said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:  # fmt: skip
    """It says what it would need"""
    monkeypatch.setattr(probe, "find_gpus", lambda: gpus)
    monkeypatch.setattr(probe, "ask_tensorflow", lambda: view)
    assert main(["race", "03", "--reference"]) == 0
    assert said in capsys.readouterr().out


def test_a_numpy_kata_does_not_race(capsys: pytest.CaptureFixture[str]) -> None:
    """One sentence that names one which does"""
    assert main(["race", "01"]) == 2
    assert "katas race 03" in capsys.readouterr().err


def test_it_does_not_come_to_a_training(
    judged: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The first miss is said"""
    monkeypatch.setattr(probe, "find_gpus", lambda: (CARD,))
    monkeypatch.setattr(probe, "ask_tensorflow", lambda: TensorFlowView("2.21", (CARD,)))
    failed = record("03_mnist_autoencoder", Outcome.FAILED)
    missed = replace(failed.checks[1], message="No model came.")
    monkeypatch.setattr(session, "judge", lambda *given: replace(failed, times=(), checks=(missed,)))
    assert main(["race", "03", "--reference"]) == 2
    assert "On the cpu it did not come to a training: No model came." in capsys.readouterr().err


def test_what_only_one_did_is_left_out() -> None:
    """A step that one of them never took, or that took no time at all"""
    cpu, gpu = made("cpu"), made("gpu")
    assert len(compared(cpu, replace(gpu, times=()))) == 3
    assert len(compared(cpu, replace(gpu, times=(replace(gpu.times[0], wall=0.0),)))) == 3
