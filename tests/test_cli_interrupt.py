"""Ctrl-C, a polite end from outside, and a closed terminal: everything ends at once and nothing stays behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from checker.workspace.ledger import Ledger

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows cannot send these signals to one process.")

ENDLESS = """
def double(x):
    print("inside", flush=True)
    while True:
        pass


def total(values, repeats):
    return 0.0
"""


def wait_for(condition, seconds: float = 60.0) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.05)
    return False


def signals_as_in_a_terminal() -> None:
    """A run of the tests in the background, or under nohup, hands ignored signals on to its children."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


def worker_below(process: psutil.Process) -> bool:
    """Whether a worker is computing: judge, sandbox and worker are there, and time was used."""
    try:
        below = process.children(recursive=True)
        return len(below) >= 2 and sum(sum(p.cpu_times()[:2]) for p in below) > 1.0
    except psutil.NoSuchProcess:
        return False


@pytest.mark.parametrize("names", ["SIGINT", "SIGTERM", "SIGHUP", "SIGINT SIGINT", "SIGTERM SIGHUP"])
def test_an_interrupted_check_ends_everything(tmp_path: Path, tiny_kata, names: str) -> None:
    katas = ["--katas", str(tiny_kata.folder.parent)]
    (tiny_kata.folder / "stub.py").write_text(ENDLESS)
    # It must still be computing when the signal comes, on the fastest machine and on the busiest.
    toml = tiny_kata.folder / "kata.toml"
    toml.write_text(toml.read_text().replace("call_seconds = 2.0", "call_seconds = 300.0"))
    environment = {**os.environ, "TMPDIR": str(tmp_path / "tmp")}
    (tmp_path / "tmp").mkdir()

    def command(*arguments: str, folder: Path) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-m", "checker", *arguments, *katas],
            cwd=folder,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
            preexec_fn=signals_as_in_a_terminal,
        )

    assert command("init", "mine", folder=tmp_path).wait(60) == 0
    workspace = tmp_path / "mine"
    # A locked kata's stub is put there and judged out of turn.
    check = command("check", "91", "--all", folder=workspace)
    assert wait_for(lambda: worker_below(psutil.Process(check.pid)))
    below = psutil.Process(check.pid).children(recursive=True)
    started = time.monotonic()
    for name in names.split():
        check.send_signal(getattr(signal, name))
        time.sleep(0.02)
    _, err = check.communicate(timeout=60)
    assert check.returncode == 130
    assert b"Interrupted" in err and b"Traceback" not in err
    assert time.monotonic() - started < 20
    assert wait_for(lambda: not any(p.is_running() and p.status() != psutil.STATUS_ZOMBIE for p in below), 20)
    assert Ledger(workspace / ".katas" / "ledger.sqlite").entries() == []
    assert list((tmp_path / "tmp").iterdir()) == []
