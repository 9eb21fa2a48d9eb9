"""The ledger: every run is kept, whatever happens to the program that writes it."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from checker.verdict import Outcome
from checker.workspace.ledger import Ledger, LedgerDamagedError, LedgerError
from tests.small_path import record


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(tmp_path / "ledger.sqlite")


def test_a_run_comes_back_as_it_was(ledger):
    made = record()
    ledger.add(made, counts=True)
    (entry,) = ledger.entries()
    assert entry.record == made
    assert entry.counts


def test_a_ledger_that_is_not_there_is_empty(ledger):
    assert ledger.summaries() == {}
    assert ledger.entries() == []
    assert not ledger.file.exists()


def test_a_file_without_content_is_an_empty_ledger(ledger):
    # What a kill between creating the file and its tables leaves.
    ledger.file.touch()
    assert ledger.summaries() == {}
    ledger.check()
    ledger.add(record(), counts=True)
    assert ledger.summaries()["01_first"].runs == 1


def test_a_quick_pass_never_counts(ledger):
    ledger.add(record(quick=True), counts=True)
    assert ledger.summaries()["01_first"].passed_on == ""


def test_the_summary_names_the_best_pass(ledger):
    ledger.add(record(outcome=Outcome.FAILED), counts=True)
    ledger.add(record(), counts=True)
    summary = ledger.summaries()["01_first"]
    assert (summary.runs, summary.best_done, summary.best_of) == (2, 2, 2)
    assert (summary.measure, summary.value, summary.limit) == ("accuracy", 0.972, 0.96)
    assert (summary.seconds, summary.allowed) == (12.3, 60.0)


def test_the_quality_of_a_run_is_never_its_time():
    assert record().quality.name == "accuracy"
    assert record(checks=()).quality is None


def test_hints_are_counted_up_to_the_last(ledger):
    assert [ledger.one_more_hint("01_first", 2) for _ in range(3)] == [1, 2, 2]
    assert ledger.summaries()["01_first"].hints == 2


@pytest.mark.parametrize(
    "content",
    [b"this is no database at all, but text" * 40, b"SQLite format 3\x00" + b"\xff" * 5000],
    ids=["text", "broken header"],
)
def test_a_damaged_ledger_is_said_moved_aside_and_begun_anew(ledger, content):
    ledger.file.write_bytes(content)
    with pytest.raises(LedgerDamagedError, match=r"is damaged .* Type `katas init`"):
        ledger.summaries()
    aside = ledger.repair()
    assert aside is not None
    assert aside.read_bytes() == content
    assert ledger.summaries() == {}


def test_damage_in_the_middle_is_found(ledger):
    for _ in range(50):
        ledger.add(record(), counts=True)
    content = bytearray(ledger.file.read_bytes())
    # Three of every four pages, the first one excepted: the header stays good.
    for start in range(4096, len(content), 4096):
        if start % 16384:
            content[start : start + 4096] = b"\xa5" * 4096
    ledger.file.write_bytes(content)
    with pytest.raises(LedgerDamagedError):
        ledger.check()
    assert ledger.repair() is not None


def test_a_record_that_cannot_be_read_is_damage(ledger):
    ledger.add(record(), counts=True)
    with sqlite3.connect(ledger.file) as connection:
        connection.execute("UPDATE runs SET record = '{}'")
    connection.close()
    with pytest.raises(LedgerDamagedError):
        ledger.entries()


def test_two_damaged_ledgers_in_a_row_are_both_kept(ledger):
    for text in (b"first" * 300, b"second" * 300):
        ledger.file.write_bytes(text)
        ledger.repair()
    assert len(list(ledger.file.parent.glob("ledger.sqlite.damaged-*"))) == 2


def test_a_ledger_of_a_newer_version_is_left_alone(ledger):
    ledger.prepare()
    with sqlite3.connect(ledger.file) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    before = ledger.file.read_bytes()
    with pytest.raises(LedgerError, match="newer version"):
        ledger.add(record(), counts=True)
    assert ledger.file.read_bytes() == before


def test_a_ledger_that_cannot_be_written_is_no_damage(ledger, monkeypatch):
    ledger.prepare()
    real = sqlite3.connect

    # The tests may run as root, whom no permission stops, so the file is opened as a read-only one is.
    def read_only(name, **options):
        return real(name.replace("mode=rwc", "mode=ro"), **options)

    monkeypatch.setattr(sqlite3, "connect", read_only)
    with pytest.raises(LedgerError, match=r"cannot be used \(.*readonly") as caught:
        ledger.add(record(), counts=True)
    assert not isinstance(caught.value, LedgerDamagedError)
    assert ledger.summaries() == {}


def test_a_ledger_in_use_is_waited_for_and_then_said(ledger, monkeypatch):
    ledger.prepare()
    monkeypatch.setattr("checker.workspace.ledger.BUSY_SECONDS", 0.2)
    holder = sqlite3.connect(ledger.file, isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    with pytest.raises(LedgerError, match="in use by another program"):
        ledger.add(record(), counts=True)
    holder.execute("ROLLBACK")
    holder.close()
    ledger.add(record(), counts=True)
    assert len(ledger.entries()) == 1


@pytest.mark.parametrize("name", ["with space", "q?uestion#mark%20", "한글", "it's"])
def test_any_name_of_a_folder_will_do(tmp_path, name):
    folder = tmp_path / (name if os.name != "nt" else name.replace("?", ""))
    folder.mkdir()
    ledger = Ledger(folder / "ledger.sqlite")
    ledger.add(record(), counts=True)
    assert [p.name for p in folder.iterdir()] == ["ledger.sqlite"]
    assert ledger.summaries()["01_first"].passed_on


def _add_many(file: Path, count: int) -> None:
    for _ in range(count):
        Ledger(file).add(record(), counts=True)


def test_checks_at_once_lose_no_run(ledger):
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=_add_many, args=(ledger.file, 15)) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(120)
        assert worker.exitcode == 0
    assert len(ledger.entries()) == 45


_WRITER = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from tests.small_path import record
from checker.workspace.ledger import Ledger
ledger = Ledger(Path(sys.argv[1]))
while True:
    ledger.add(record(), counts=True)
    print(len(ledger.entries()), flush=True)
"""


@pytest.mark.skipif(
    os.name == "nt", reason="Windows has no SIGKILL; its end of a process is tested by the judge."
)
def test_a_kill_at_any_moment_loses_no_finished_run(ledger):
    """Each round: a writer is killed after a while that differs; all runs that it reported are there."""
    known = 0
    for round_ in range(6):
        writer = subprocess.Popen(
            [sys.executable, "-c", _WRITER, str(ledger.file), str(Path(__file__).parent.parent)],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert writer.stdout is not None
        known = int(writer.stdout.readline())
        time.sleep(0.013 * round_)
        writer.send_signal(signal.SIGKILL)
        reported = writer.stdout.read().split()
        writer.wait()
        known = int(reported[-1]) if reported and reported[-1].isdigit() else known
        ledger.check()
        assert len(ledger.entries()) >= known


def test_a_star_once_won_stays_won(ledger):
    ledger.add(record(stars={"robust": "won", "speed": "missed"}), counts=True)
    ledger.add(record(stars={"robust": "missed", "speed": "open"}), counts=True)
    assert ledger.summaries()["01_first"].stars == {"robust": True, "speed": False}


def test_stars_of_runs_that_do_not_count_are_not_kept(ledger):
    ledger.add(record(stars={"robust": "won"}), counts=False)
    assert ledger.summaries()["01_first"].stars == {}


def as_version_1(ledger: Ledger) -> None:
    """Make the ledger what an older version of katas wrote."""
    with sqlite3.connect(ledger.file) as connection:
        (text,) = connection.execute("SELECT record FROM runs").fetchone()
        data = json.loads(text)
        data["version"] = 1
        del data["stars"]
        for checks in (data["checks"], *(run["checks"] for run in data["runs"])):
            for check in checks:
                del check["star"], check["log"]
                for measurement in check["measurements"]:
                    del measurement["kind"], measurement["step"], measurement["disturbed"]
        for run in data["runs"]:
            del run["reason"], run["suite_errors"]
        connection.execute("UPDATE runs SET record = ?", (json.dumps(data),))
        connection.execute("ALTER TABLE runs DROP COLUMN stars")
        connection.execute("PRAGMA user_version = 1")


def test_a_ledger_of_an_older_version_shows_its_runs_and_takes_new_ones(ledger):
    ledger.add(record(), counts=True)
    as_version_1(ledger)
    assert ledger.summaries()["01_first"].passed_on
    assert ledger.entries()[0].record.checks == record().checks
    ledger.add(record(stars={"robust": "won"}), counts=True)
    summary = ledger.summaries()["01_first"]
    assert (summary.runs, summary.stars) == (2, {"robust": True})
