"""What can befall a class while it is judged, besides kills: a full disk, a judge that stands still, a clock that jumps."""

from __future__ import annotations

import itertools
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from checker.catalog import Kata
from checker.grading import engine
from checker.grading.batch import Batch
from checker.grading.engine import LocalEngine, Work
from checker.grading.store import Store
from checker.judging.snapshot import Snapshot, SubmittedFile
from checker.verdict import Outcome
from tests.conftest import RIGHT
from tests.test_cli_grade import processes_of, verdicts


def works(kata: Kata, count: int) -> list[Work]:
    """So many submissions that pass, each another one."""
    sources = [f"{RIGHT}# {number}\n".encode() for number in range(count)]
    return [
        Work(f"{number}", kata, Snapshot(SubmittedFile("solution.py", source)), "any")
        for number, source in enumerate(sources)
    ]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    made = Store(tmp_path / "out")
    made.prepare()
    return made


def can_mount() -> bool:
    """Whether a file system of a chosen size can be had."""
    if sys.platform != "linux" or shutil.which("unshare") is None:
        return False
    tried = subprocess.run(
        ["unshare", "-rm", "mount", "-t", "tmpfs", "none", "/mnt"], check=False, capture_output=True
    )
    return tried.returncode == 0


@pytest.mark.skipif(
    not can_mount(), reason="No file system of a chosen size can be mounted here (unshare -rm)."
)
def test_a_full_disk(tmp_path: Path, tiny_kata: Kata) -> None:
    """One sentence, no traceback, what was judged is kept; with more room the same command goes on to the end"""
    students = 5
    for number in range(students):
        (tmp_path / "class" / f"S{number:02}").mkdir(parents=True)
        (tmp_path / "class" / f"S{number:02}" / "91.py").write_text(f"{RIGHT}# {number}\n", encoding="utf-8")
    out = tmp_path / "out"
    out.mkdir()
    grade = f'"{sys.executable}" -m checker grade class 91 --out out --katas "{tiny_kata.folder.parent}" --sandbox any'
    steps = f"""
        mount -t tmpfs -o size=56k none out
        {grade} > small.txt 2>&1; echo $? > small.code
        ls out/judgements | grep -c json$ > small.count
        mount -o remount,size=8m out
        {grade} > large.txt 2>&1; echo $? > large.code
        cp out/grades.csv .
    """
    environ = {**os.environ, "PYTHONPATH": str(Path.cwd())}
    subprocess.run(["unshare", "-rm", "sh", "-c", steps], cwd=tmp_path, env=environ, check=True, timeout=300)
    said = (tmp_path / "small.txt").read_text(encoding="utf-8")
    assert "make room; the same command goes on" in said.lower() and "Traceback" not in said
    assert (tmp_path / "small.code").read_text().strip() == "2"
    kept = int((tmp_path / "small.count").read_text())
    assert 0 < kept < students
    assert (tmp_path / "large.code").read_text().strip() == "0"
    assert f"{students - kept} to judge, {kept} were judged before" in (tmp_path / "large.txt").read_text()
    shutil.copy(tmp_path / "grades.csv", out)
    assert list(verdicts(tmp_path).values()) == ["passed"] * students


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGSTOP.")
def test_a_judge_that_stands_still(
    store: Store, tiny_kata: Kata, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stopped, it is given up at its deadline with all that it started, tried again, and the others go on"""
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(engine, "ENDING_SECONDS", 2.0)

    class Stopping(LocalEngine):
        """Stops every process of the first judgement half a second after it began."""

        stopped = False

        def start(self, work: Work) -> bool:
            begun = super().start(work)
            if work.key == "0" and not self.stopped:
                self.stopped = True
                time.sleep(0.5)
                root = psutil.Process(self._running["0"].process.pid)
                for process in (root, *root.children(recursive=True)):
                    process.send_signal(signal.SIGSTOP)
            return begun

    Batch(store, Stopping(2, scratch, deadline=10.0)).run(works(tiny_kata, 3))
    assert {store.record(str(n)).outcome for n in range(3)} == {Outcome.PASSED}  # type: ignore[union-attr]
    tries = [attempt for attempt in store.attempts() if attempt.key == "0"]
    assert ["given up" in attempt.why for attempt in tries] == [True, False]
    assert not processes_of(scratch) and not list(scratch.iterdir())


def test_a_clock_that_jumps(store: Store, tiny_kata: Kata, monkeypatch: pytest.MonkeyPatch) -> None:
    """An hour back, a year ahead: neither a deadline nor a verdict moves"""
    real, jumps = time.time, itertools.cycle([-3600.0, 3e7, 0.0])
    monkeypatch.setattr(time, "time", lambda: real() + next(jumps))
    progress = Batch(store, LocalEngine(2)).run(works(tiny_kata, 2))
    assert set(progress.outcomes.values()) == {Outcome.PASSED}
    assert len(store.attempts()) == 2
