"""`katas check`: what it prints, its exit codes, its options, and what to type next."""

from __future__ import annotations

import json
from xml.etree import ElementTree

import pytest

from checker import catalog
from checker.judging import session
from checker.record_format import from_json
from checker.verdict import Outcome
from checker.workspace.ledger import Ledger
from tests.shell import SOLVED
from tests.small_path import judge


def test_a_pass_says_what_is_unlocked_and_what_to_type(at_home):
    at_home.write("01_first/solution.py", SOLVED)
    assert at_home("check") == 0
    flat = " ".join(at_home.out.split())
    assert "01 First steps: passed" in flat
    assert "Unlocked: 02 Second, in 02_second katas lesson 02" in flat
    assert (at_home.folder / "02_second" / "solution.py").exists()


def test_finishing_shows_the_way_on(at_home):
    for number, folder in (("01", "01_first"), ("02", "02_second"), ("03", "03_third")):
        at_home.write(f"{folder}/solution.py", SOLVED)
        assert at_home("check", number) == 0
    assert "the path ends here. Go your own way" in " ".join(at_home.out.split())
    assert at_home() == 0
    assert "katas new my-kata" in at_home.out


@pytest.mark.parametrize("outcome", [o for o in Outcome if o is not Outcome.NOT_RUN])
def test_exit_codes_follow_the_verdict(at_home, outcome):
    at_home.write("01_first/solution.py", f"# {outcome.value}\n")
    wanted = {Outcome.PASSED: 0, Outcome.INCONCLUSIVE: 3, Outcome.JUDGE_ERROR: 4}.get(outcome, 1)
    assert at_home("check") == wanted
    assert "01 First steps" in at_home.out
    assert all(len(line.rstrip()) <= 80 for line in at_home.out.splitlines())


def test_a_quick_pass_says_that_it_unlocks_nothing(at_home):
    at_home.write("01_first/solution.py", SOLVED)
    assert at_home("check", "--quick") == 0
    assert "only that run unlocks" in " ".join(at_home.out.split())
    assert not (at_home.folder / "02_second").exists()


def test_a_locked_kata_is_refused_with_what_to_pass_first(at_home):
    for command in (["check", "03"], ["check", "03", "--quick"]):
        assert at_home(*command) == 2
        assert "Kata 03 is locked: pass 01 (First steps) first, with: katas check 01" in at_home.err
        assert "katas check 03 --all" in at_home.err


def test_a_locked_kata_can_be_read_about(at_home):
    assert at_home("lesson", "03") == 0
    assert "locked until 01 (First steps) is passed" in at_home.err
    assert "katas check 03 --all" in at_home.err
    assert at_home("hint", "03") == 0
    assert "Hint 1 of 2" in at_home.out


def test_all_judges_a_locked_kata_without_unlocking(at_home):
    assert at_home("check", "02", "--all") == 1
    assert (at_home.folder / "02_second" / "solution.py").exists()
    at_home.write("02_second/solution.py", SOLVED)
    assert at_home("check", "02", "--all") == 0
    assert "nothing is unlocked" in " ".join(at_home.out.split())
    assert not (at_home.folder / "03_third").exists()


def test_submission_judges_a_file_anywhere_without_a_workspace(shell):
    shell.write("other.py", SOLVED)
    assert shell("check", "03", "--submission", "other.py") == 0
    assert [p.name for p in shell.folder.iterdir()] == ["other.py"]
    assert shell("check", "--submission", "other.py") == 2
    assert "needs the number" in shell.err
    assert shell("check", "03", "--submission", "nowhere.py") == 2
    assert "There is no file nowhere.py" in shell.err


def test_json_prints_the_record_and_nothing_else(at_home):
    at_home.write("01_first/solution.py", SOLVED)
    assert at_home("check", "--json") == 0
    printed = from_json(at_home.out)
    (entry,) = Ledger(at_home.folder / ".katas" / "ledger.sqlite").entries()
    assert printed == entry.record
    assert json.loads(at_home.out)["next_kata"] == "02_second"


def test_junit_is_written_beside_the_report(at_home):
    assert at_home("check", "--junit", "out.xml") == 1
    assert ElementTree.parse(at_home.folder / "out.xml").find("testsuite").get("failures") == "1"
    assert "not passed yet" in at_home.out


@pytest.mark.parametrize("file", ["nowhere/out.xml", "01_first"])
def test_a_junit_file_that_cannot_be_written_is_said_before_judging(at_home, monkeypatch, file):
    monkeypatch.setattr(session, "judge", None)
    assert at_home("check", "--junit", file) == 2
    assert "cannot be written" in at_home.err


def test_a_folder_of_photos_is_handed_on_by_its_whole_path(at_home, monkeypatch):
    toml = catalog.default_folder() / "01_first" / "kata.toml"
    toml.write_text(toml.read_text().replace("[functions]", 'data = "cats_dogs"\n[functions]'))
    (at_home.folder / "photos_of_mine").mkdir()
    seen = []

    def look(kata, submission, options, *others):
        seen.append(options.data)
        return judge(kata, submission, options, *others)

    monkeypatch.setattr(session, "judge", look)
    for choice in ("drawn", "photos_of_mine", "nowhere"):
        at_home("check", "--data", choice)
    assert seen == ["drawn", str((at_home.folder / "photos_of_mine").resolve()), "nowhere"]


def test_a_missing_solution_file(at_home):
    (at_home.folder / "01_first" / "solution.py").unlink()
    assert at_home("check") == 2
    assert "katas init" in at_home.err
    at_home()
    assert "puts back" in at_home.out


def test_a_read_only_workspace_is_said_before_judging(at_home, monkeypatch):
    import sqlite3

    real = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda name, **kw: real(name.replace("=rwc", "=ro"), **kw))
    monkeypatch.setattr(session, "judge", None)
    assert at_home("check") == 2
    assert "cannot be used" in at_home.err and "writable" in at_home.err
    assert at_home() == 0


def test_a_full_disk_after_judging_keeps_the_report(at_home, monkeypatch):
    from checker.workspace.ledger import LedgerError

    def full(self, record, *, counts):
        raise LedgerError("The disk is full.")

    monkeypatch.setattr(Ledger, "add", full)
    at_home.write("01_first/solution.py", SOLVED)
    assert at_home("check") == 0
    assert "01 First steps: passed" in at_home.out
    assert "Unlocked" not in at_home.out
    assert "could not be kept" in at_home.err and "The disk is full." in at_home.err


def test_ctrl_c_keeps_nothing_and_says_so(at_home):
    at_home.write("01_first/solution.py", "interrupt")
    assert at_home("check") == 130
    assert "Interrupted" in at_home.err
    at_home()
    assert "01 First steps  open" in at_home.out
