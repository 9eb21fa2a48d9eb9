"""A path of three tiny katas and a judge that answers at once, for tests of everything around the judge."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import Any

from checker.judging.snapshot import Snapshot
from checker.verdict import (
    CheckResult,
    Curve,
    DataSource,
    Measurement,
    Outcome,
    Record,
    Run,
    TimeUse,
    Yardstick,
)

TOML = """\
[kata]
title = "{title}"
title_ko = "{title_ko}"
framework = "numpy"
[functions]
double = 1
"""
TITLES = {
    "01_first": ("First steps", "첫걸음"),
    "02_second": ("Second", "둘째"),
    "03_third": ("Third", "셋째"),
}


def write_kata(folder: Path, title: str = "Extra", title_ko: str = "추가") -> Path:
    """Write one kata folder with all its parts."""
    (folder / "acceptance").mkdir(parents=True)
    files = {
        "kata.toml": TOML.format(title=title, title_ko=title_ko),
        "stub.py": "def double(x):\n    raise NotImplementedError\n",
        "reference.py": "def double(x):\n    return 2 * x\n",
        "test_examples.py": "from solution import double\n\n\ndef test_two():\n    assert double(1) == 2\n",
        "lesson.md": f"# {title}\n\nDouble it.\n",
        "lesson.ko.md": f"# {title_ko}\n\n두 배로 만듭니다.\n",
        "hints.md": "# Hints\n\n## 1\n\nAdd it to itself.\n\n## 2\n\nOr multiply.\n",
        "acceptance/test_1_double.py": 'def test_double(submission):\n    """doubles"""\n',
    }
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def write_path(folder: Path) -> Path:
    """Write the three katas into `folder`."""
    for name, (title, title_ko) in TITLES.items():
        write_kata(folder / name, title, title_ko)
    return folder


def record(kata: str = "01_first", outcome: Outcome = Outcome.PASSED, **changes: Any) -> Record:
    """A record with a quality, a time, data and a curve in it."""
    quality = Measurement("accuracy", 0.972, 0.96, "higher", "", 0.002, (Yardstick("chance", 0.1),))
    use = TimeUse("train", 12.3, 60.0, 14.0, "CPU", 13.0)
    checks = (
        CheckResult("test_double", "doubles", Outcome.PASSED, 0.01),
        CheckResult("test_trained", "learns", outcome, 12.5, measurements=(quality,), needs_training=True),
    )
    curves = (Curve("loss", (1.0, 0.5, 0.25)),)
    made = Record(
        kata=kata,
        outcome=outcome,
        quick=False,
        summary="",
        started="2026-01-02T03:04:05+00:00",
        seconds=13.0,
        tier="cpu",
        sandbox="none",
        checks=checks,
        times=(use,),
        runs=(Run(seed="7", disguise="", checks=checks, times=(use,), curves=curves, log_tail="epoch 3"),),
        data=(DataSource("mnist", "the Keras archive", "ab" * 32),),
        machine={},
        calibration={},
        versions={},
        submission_sha256="0" * 64,
        suite_sha256="1" * 64,
    )
    return replace(made, **changes)


def judge(
    kata: Any,
    submission: Path | Snapshot,
    options: Any = None,
    on_event: Any = None,
    surroundings: Any = None,
    ready: Any = None,
) -> Record:
    """In place of the real judge: a submission passes if it says `2 * x`, else it fails its first check.

    One that says `interrupt` behaves as if Ctrl-C was pressed; one that names an outcome gets it.
    """
    source = submission.entry.source if isinstance(submission, Snapshot) else submission.read_bytes()
    text = source.decode()
    if "interrupt" in text:
        raise KeyboardInterrupt
    named = next((o for o in Outcome if f"# {o.value}" in text), None)
    outcome = named or (Outcome.PASSED if "2 * x" in text else Outcome.FAILED)
    made = record(kata.name, outcome, quick=options.quick)
    if outcome is Outcome.FAILED:
        missed = CheckResult(
            "test_double", "doubles", outcome, 0.01, "double(1) gave 1, expected 2.", "Add it."
        )
        waits = CheckResult("test_trained", "learns", Outcome.NOT_RUN, 0.0, needs_training=True)
        made = replace(made, checks=(missed, waits), times=(), data=())
    return replace(made, submission_sha256=hashlib.sha256(source).hexdigest())
