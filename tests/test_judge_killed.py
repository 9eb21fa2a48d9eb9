"""SIGKILL at any moment: no process stays behind, and the ledger is as it was before or after a run."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from checker.catalog import Kata
from checker.judging.sandbox import Level
from checker.judging.sandbox.levels import availability

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL.")

# More rounds for a long look: KATAS_KILLS=200 python -m pytest tests/test_judge_killed.py
ROUNDS = int(os.environ.get("KATAS_KILLS", "6"))
BUSY = """
import numpy as np


def double(x):
    np.linalg.svd(np.ones((300, 300)))
    return x + x


def total(values, repeats):
    return float(np.sum(values))
"""


class Place:
    """A workspace with a temporary folder of its own, by which its processes are known."""

    def __init__(self, folder: Path, kata: Kata) -> None:
        self.katas = ["--katas", str(kata.folder.parent)]
        (kata.folder / "stub.py").write_text(BUSY)
        self.temporary = folder / "temporary"
        self.temporary.mkdir()
        subprocess.run([*self.command("init", "mine")], cwd=folder, check=True, capture_output=True)
        self.root = folder / "mine"

    def command(self, *arguments: str) -> list[str]:
        """The command line of `katas`."""
        return [sys.executable, "-m", "checker", *arguments, *self.katas]

    def check(self) -> subprocess.Popen[bytes]:
        """Start a check of the quick part, which leaves a run in the ledger."""
        return subprocess.Popen(
            self.command("check", "91", "--all", "--quick"),
            cwd=self.root,
            env={**os.environ, "TMPDIR": str(self.temporary)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def processes(self) -> list[psutil.Process]:
        """What belongs to this place: judge processes run in its temporary folder, workers are told of it."""
        found = []
        for process in psutil.process_iter():
            # A folder deeper than a name may be long has none that can be read.
            with contextlib.suppress(psutil.Error, OSError):
                if process.status() != psutil.STATUS_ZOMBIE and (
                    any(str(self.temporary) in word for word in process.cmdline())
                    or process.cwd().startswith(str(self.temporary))
                ):
                    found.append(process)
        return found

    def nobody_is_left(self, seconds: float = 20.0) -> bool:
        """Whether everything has ended within some seconds."""
        deadline = time.monotonic() + seconds
        while left := self.processes():
            if time.monotonic() > deadline:
                print([process.cmdline() for process in left])
                return False
            time.sleep(0.05)
        return True

    def runs(self) -> int:
        """How many whole runs the ledger holds; it must be sound."""
        with contextlib.closing(sqlite3.connect(self.root / ".katas" / "ledger.sqlite")) as ledger:
            assert ledger.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            records = [row[0] for row in ledger.execute("SELECT record FROM runs")]
        assert all(record.startswith("{") and record.endswith("}") for record in records)
        return len(records)


@pytest.fixture
def place(tmp_path: Path, tiny_kata: Kata) -> Iterator[Place]:
    """A place that is swept at the end."""
    made = Place(tmp_path, tiny_kata)
    yield made
    for process in made.processes():
        process.kill()


def test_killing_the_command(place: Place) -> None:
    """After SIGKILL to `katas check` at a random moment nothing runs on, and the next check works"""
    rng = random.Random(7)
    # The first check of a workspace makes solution.py and does not judge; the second shows how long one takes.
    place.check().wait(120)
    started = time.monotonic()
    assert place.check().wait(120) == 0
    whole = time.monotonic() - started
    before = place.runs()
    assert before >= 1
    for _ in range(ROUNDS):
        check = place.check()
        time.sleep(rng.uniform(0.05, 1.05) * whole)
        check.kill()
        check.wait()
        assert place.nobody_is_left()
        now = place.runs()
        assert before <= now <= before + 1
        before = now
    assert place.check().wait(120) == 0
    assert place.runs() == before + 1


def test_killing_what_it_started(place: Place) -> None:
    """After SIGKILL to the judge process or a sandbox, the command says so, ends, and leaves nobody"""
    place.check().wait(120)
    rng = random.Random(8)
    for _ in range(ROUNDS):
        check = place.check()
        deadline = time.monotonic() + 60
        while not (below := place.processes()) and time.monotonic() < deadline and check.poll() is None:
            time.sleep(0.01)
        time.sleep(rng.uniform(0, 0.8))
        if below := place.processes():
            with contextlib.suppress(psutil.NoSuchProcess):
                rng.choice(below).kill()
        # Passed where the kill came too late; not passed or judge error otherwise; never a hang.
        assert check.wait(120) in (0, 1, 4)
        assert place.nobody_is_left()
        place.runs()


# A judge between two calls: its worker is suspended. It says the numbers of the worker's processes, and waits.
SUSPENDED = """
import sys, time
from pathlib import Path
from checker.judging import sandbox
from checker.judging.host.process_tree import ProcessTree

line = "print('ready', flush=True); import time; time.sleep(600)"
spec = sandbox.SandboxSpec(sandbox.Level(sys.argv[1]), Path(sys.argv[2]), packages="numpy")
process = sandbox.start([sys.executable, "-m", "timeit", "-n1", "-r1", line], spec)
assert process.stdout.readline() == b"ready\\n"
tree = ProcessTree(process.pid, process.wrappers)
tree.suspend()
time.sleep(0.1)
assert tree.is_stopped()
print(*tree.pids(), flush=True)
time.sleep(600)
"""


@pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="elsewhere a worker looks for its judge each second"
)
@pytest.mark.parametrize("level", list(Level))
def test_killing_a_judge_between_two_calls(level: Level, tmp_path: Path) -> None:
    """A suspended worker goes with its judge: what has to end it is not stopped itself"""
    found = availability(level)
    if not found.is_available:
        pytest.skip(f"the sandbox level {level} is not available here: {found.reason_missing}")
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    judge = subprocess.Popen(
        [sys.executable, "-c", SUSPENDED, level.value, str(scratch)], stdout=subprocess.PIPE
    )
    assert judge.stdout is not None
    pids = [int(word) for word in judge.stdout.readline().split()]
    assert len(pids) >= 2
    left = [psutil.Process(pid) for pid in pids]
    judge.kill()
    judge.communicate()
    _, alive = psutil.wait_procs(left, timeout=20)
    for process in alive:
        process.kill()
    assert not alive


def test_a_half_written_ledger_is_no_ledger(place: Place) -> None:
    """A ledger that is cut off is named, with what to do; it is not silently begun anew"""
    place.check().wait(120)
    assert place.check().wait(120) == 0
    file = place.root / ".katas" / "ledger.sqlite"
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    ended = subprocess.run(
        place.command("status"), cwd=place.root, capture_output=True, check=False, timeout=60
    )
    said = (ended.stdout + ended.stderr).decode()
    assert "Traceback" not in said
    assert "ledger" in said.lower()


@pytest.mark.skipif(
    not sys.platform.startswith("linux") or os.geteuid() != 0 or shutil.which("mount") is None,
    reason="making a small disk needs root on Linux",
)
def test_a_full_disk(place: Place, tmp_path: Path) -> None:
    """A workspace on a full disk: one sentence, no lost run, and it goes on when there is room again"""
    small = tmp_path / "small"
    small.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1M", "tmpfs", str(small)], check=False).returncode:
        pytest.skip("this container does not let root mount")
    try:
        shutil.copytree(place.root, small / "mine")
        place.root = small / "mine"
        place.check().wait(120)
        assert place.check().wait(120) == 0
        before = place.runs()
        with contextlib.suppress(OSError), (small / "fill").open("wb", buffering=0) as fill:
            while True:
                fill.write(bytes(4096))
        ended = subprocess.run(
            place.command("check", "91", "--all", "--quick"),
            cwd=place.root,
            capture_output=True,
            check=False,
            timeout=120,
        )
        said = (ended.stdout + ended.stderr).decode()
        assert ended.returncode in (2, 4, 5) and "Traceback" not in said
        assert "full" in said or "space" in said
        assert place.runs() == before
        (small / "fill").unlink()
        assert place.check().wait(120) == 0
        assert place.runs() == before + 1
    finally:
        subprocess.run(["umount", "-l", str(small)], check=True)
