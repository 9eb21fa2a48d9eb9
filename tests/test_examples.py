"""The visible examples of each kata: the reference passes them, the stub does not."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from checker.catalog import Kata, load

KATAS = load()

# TensorFlow is imported for each, and the references train.
EACH = [
    pytest.param(kata, id=kata.number, marks=[pytest.mark.slow] if kata.framework == "keras" else [])
    for kata in KATAS
]


def outcome(kata: Kata, source: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    """`python -m pytest` in a kata's folder, as the lesson says, with this solution."""
    (folder / "solution.py").write_bytes(source.read_bytes())
    (folder / "test_examples.py").write_bytes((kata.folder / "test_examples.py").read_bytes())
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", str(folder), "."]
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("PYTEST", "COV_"))}
    return subprocess.run(
        command,
        cwd=folder,
        env=clean | {"CUDA_VISIBLE_DEVICES": "-1"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("kata", EACH)
def test_the_reference_passes_the_examples(kata: Kata, tmp_path: Path) -> None:
    """What a learner sees first is right"""
    ended = outcome(kata, kata.reference, tmp_path)
    assert ended.returncode == 0, ended.stdout[-3000:]


@pytest.mark.parametrize("kata", EACH)
def test_the_stub_does_not_pass_the_examples(kata: Kata, tmp_path: Path) -> None:
    """No example passes before something is written"""
    ended = outcome(kata, kata.stub, tmp_path)
    assert ended.returncode == 1 and " passed" not in ended.stdout, ended.stdout[-3000:]
