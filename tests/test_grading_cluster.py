"""A class on a Dask cluster: real scheduler, real workers, one of them killed; nothing is lost and nothing judged in vain."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from checker.catalog import Kata
from checker.cli import main
from checker.grading.engine_dask import ClusterError, DaskEngine
from checker.grading.store import Store
from checker.verdict import Outcome
from tests.conftest import RIGHT
from tests.test_cli_grade import processes_of

pytest.importorskip("distributed", reason="Dask is not installed here")
pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL.")

Begin = Callable[..., "tuple[subprocess.Popen[bytes], Path]"]


@pytest.fixture
def begin(tmp_path: Path) -> Iterator[Begin]:
    """Start a part of a cluster, in a scratch folder of the test's own; the process, and what it says."""
    begun: list[subprocess.Popen[bytes]] = []
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    environ = {**os.environ, "TMPDIR": str(scratch), "PYTHONPATH": str(Path(__file__).parents[1])}

    def start(*words: str) -> tuple[subprocess.Popen[bytes], Path]:
        log = tmp_path / f"log{len(begun)}"
        with log.open("wb") as stream:
            process = subprocess.Popen(
                [sys.executable, "-m", "distributed.cli." + words[0], *words[1:]],
                env=environ, cwd=tmp_path, stdout=stream, stderr=stream, start_new_session=True,
            )  # fmt: skip
        begun.append(process)
        return process, log

    yield start
    for process in begun:
        process.kill()
        process.wait()


def begin_scheduler(begin: Begin, port: str = "0") -> tuple[subprocess.Popen[bytes], str]:
    """A scheduler and its address."""
    process, log = begin(
        "dask_scheduler", "--host", "127.0.0.1", "--port", port, "--no-dashboard", "--no-jupyter"
    )
    while process.poll() is None:
        if found := re.search(r"Scheduler at:\s+(tcp://\S+)", log.read_text(encoding="utf-8")):
            return process, found[1]
        time.sleep(0.1)
    raise AssertionError(f"the scheduler did not start: {log.read_text(encoding='utf-8')}")


@pytest.fixture
def scheduler(begin: Begin) -> str:
    """The address of a scheduler."""
    return begin_scheduler(begin)[1]


def worker(begin: Begin, address: str) -> subprocess.Popen[bytes]:
    """A worker without a nanny: killed, it is gone."""
    process, _ = begin(
        "dask_worker", address, "--nthreads", "1", "--memory-limit", "0", "--no-dashboard", "--no-nanny", "--host",
        "127.0.0.1",
    )  # fmt: skip
    return process


@pytest.fixture
def class_(tmp_path: Path) -> Path:
    """Eight students, each with a file of his own."""
    for number in range(8):
        folder = tmp_path / "class" / f"student {number}"
        folder.mkdir(parents=True)
        text = RIGHT if number % 4 else RIGHT.replace("return x + x", "return x * 3")
        (folder / "91.py").write_text(f"{text}# {number}\n", encoding="utf-8")
    return tmp_path / "class"


@pytest.mark.slow
def test_a_class_with_a_worker_that_is_killed(
    begin: Begin,
    scheduler: str,
    class_: Path,
    tmp_path: Path,
    tiny_kata: Kata,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """One record a student, each attempt explained, nobody left"""
    workers = [worker(begin, scheduler) for _ in range(2)]
    command = [
        "grade", str(class_), "91", "--out", str(tmp_path / "out"), "--katas", str(tiny_kata.folder.parent),
        "--sandbox", "any", "--cluster", scheduler,
    ]  # fmt: skip
    grading = subprocess.Popen(
        [sys.executable, "-m", "checker", *command],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[1],
    )
    assert grading.stdout is not None
    while not grading.stdout.readline().startswith("[2/"):
        assert grading.poll() is None
    workers[0].send_signal(signal.SIGKILL)
    said, _ = grading.communicate(timeout=240)
    assert grading.returncode == 0, said
    store = Store(tmp_path / "out")
    attempts = store.attempts()
    records = [store.record(key) for key in {attempt.key for attempt in attempts}]
    assert len(records) == 8
    assert sorted(r.outcome for r in records if r) == [Outcome.FAILED] * 2 + [Outcome.PASSED] * 6
    assert all(attempt.why for attempt in attempts) and len(attempts) <= 9
    for process in workers:
        process.kill()
        process.wait()
    deadline = time.monotonic() + 30
    while (left := processes_of(tmp_path / "scratch" / "katas-grade-")) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not left
    assert main(command) == 0
    assert "0 to judge, 8 were judged before" in capsys.readouterr().out


@pytest.mark.slow
def test_a_class_whose_scheduler_is_killed(
    begin: Begin, class_: Path, tmp_path: Path, tiny_kata: Kata
) -> None:
    """It is waited for, with a sentence; with a new one under the same address the class is judged to the end"""
    first, address = begin_scheduler(begin)
    worker(begin, address)
    grading = subprocess.Popen(
        [
            sys.executable, "-m", "checker", "grade", str(class_), "91", "--out", str(tmp_path / "out"),
            "--katas", str(tiny_kata.folder.parent), "--sandbox", "any", "--cluster", address,
        ],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=Path(__file__).parents[1],
    )  # fmt: skip
    assert grading.stdout is not None
    while not grading.stdout.readline().startswith("[2/"):
        assert grading.poll() is None
    time.sleep(0.5)  # the third one is on its way
    first.kill()
    first.wait()
    lines = []
    while "is gone. Waiting" not in (line := grading.stdout.readline()):
        lines.append(line)
        assert grading.poll() is None, lines
    begin_scheduler(begin, address.rpartition(":")[2])
    worker(begin, address)
    said, _ = grading.communicate(timeout=240)
    assert grading.returncode == 0, said
    store = Store(tmp_path / "out")
    attempts = store.attempts()
    records = [store.record(key) for key in {attempt.key for attempt in attempts}]
    assert sorted(r.outcome for r in records if r) == [Outcome.FAILED] * 2 + [Outcome.PASSED] * 6
    assert all(attempt.why for attempt in attempts)
    # What was on its way is judged once more, and nothing else.
    assert [attempt.why for attempt in attempts if not attempt.outcome]
    assert len(attempts) == 8 + sum(not attempt.outcome for attempt in attempts) <= 10


def test_a_worker_that_judges_otherwise_is_named(
    begin: Begin, scheduler: str, tmp_path: Path, tiny_kata: Kata
) -> None:
    """A suite that is another one there, or not there at all: the worker is not used, and it is said"""
    worker(begin, scheduler)
    told: list[str] = []
    engine = DaskEngine(scheduler, (), [tiny_kata], "any", told.append)
    deadline = time.monotonic() + 60
    while not any("is not used" in sentence for sentence in told) and time.monotonic() < deadline:
        assert engine.slots == 0
        time.sleep(0.2)
    engine.close()
    assert any("its suite of 91_doubling is another one" in sentence for sentence in told), told


def test_no_scheduler_is_one_sentence(tiny_kata: Kata, monkeypatch: pytest.MonkeyPatch) -> None:
    """With what to type"""
    monkeypatch.setattr("checker.grading.engine_dask.CONNECT_SECONDS", 1.0)
    with pytest.raises(ClusterError, match="no Dask scheduler at tcp"):
        DaskEngine("tcp://127.0.0.1:9", (), [tiny_kata], "any")
