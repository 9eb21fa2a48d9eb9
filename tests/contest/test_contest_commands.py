"""`katas contest ...` from an empty folder to its records, and what verify, backup and doctor find."""

from __future__ import annotations

import importlib.util
import json
import re
import sqlite3
import time
from collections import namedtuple
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from checker.cli import main
from checker.contest import clock as contest_clock
from checker.contest import doctor, folders, judge_process, tables
from checker.contest.errors import CannotJudge
from checker.contest.exports import as_csv
from checker.contest.services import Contest
from checker.contest.verifying import verify
from checker.contest.views import ORGANISER, Team
from checker.record_format import from_json
from tests.contest.conftest import END, FREEZE, TOML, Clock, Fake, hand_in
from tests.contest.test_contest_queue import judge_all

CODE = r"[A-Z2-7]{6}-[A-Z2-7]{14}"
Capture = pytest.CaptureFixture[str]


@pytest.fixture
def inside(folder: Path, monkeypatch: pytest.MonkeyPatch, clock: Clock) -> Path:
    """In the contest's folder, on SQLite."""
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def held(inside: Path, clock: Clock) -> Contest:
    """A contest in which two teams have verdicts."""
    contest = Contest.open(inside)
    teams = [team for team, _ in contest.add_teams(["Ada", '=나비, "x"'])]
    hand_in(contest, teams[0], text="2 * x # speed")
    clock.goes(1)
    hand_in(contest, teams[1])
    judge_all(contest, Fake())
    return contest


def test_a_new_contest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    """A folder with a contest.toml that is right as it is; the code is shown once; nothing is overwritten"""
    monkeypatch.chdir(tmp_path)
    assert main(["contest", "new", "winter-cup"]) == 0
    code = re.search(CODE, capsys.readouterr().out)
    contest = Contest.open(tmp_path / "winter-cup")
    assert contest.settings.title == "Winter cup" and [kata.number for kata in contest.katas] == ["01", "02"]
    assert code is not None and contest.is_organiser(code[0])
    contest.close()
    assert main(["contest", "new", "winter-cup"]) == 2
    assert "something called winter-cup already" in capsys.readouterr().err
    assert main(["contest", "verify"]) == 2
    assert "There is no contest.toml" in capsys.readouterr().err


def test_without_the_extra(monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    """One sentence says what to install"""
    found = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name, *more: None if name == "segno" else found(name, *more)
    )
    assert main(["contest", "verify"]) == 2
    said = capsys.readouterr().err
    assert (
        'pip install "deep-learning-katas[contest]"' in said and "(segno)" in said and said.count("\n") == 1
    )


def test_teams(inside: Path, capsys: Capture, tmp_path: Path) -> None:
    """By name, from a CSV, from contest.toml; a sheet with codes and pictures; none twice"""
    (tmp_path / "class.csv").write_text("name,id\n나비,1\nZuse,2\n", encoding="utf-8")
    assert (
        main(
            [
                "contest",
                "teams",
                "Ada <b>",
                str(tmp_path / "class.csv"),
                "--sheet",
                "codes.html",
                "--url",
                "http://cup/",
            ]
        )
        == 0
    )
    codes = re.findall(CODE, capsys.readouterr().out)
    page = (inside / "codes.html").read_text(encoding="utf-8")
    assert len(codes) == 3 and all(page.count(code) == 1 for code in codes)
    assert "Ada &lt;b&gt;" in page and "나비" in page and page.count("<svg") == 3
    assert "http://cup/" in page and "<script" not in page and "src=" not in page
    contest = Contest.open(inside)
    assert {contest.sign_in(code).name for code in codes} == {"Ada <b>", "나비", "Zuse"}  # type: ignore[union-attr]
    assert main(["contest", "teams", "Late", "--sheet", "codes.html"]) == 2
    assert main(["contest", "teams", "no-such-class.csv"]) == 2
    assert main(["contest", "teams", "Ada <b>"]) == 2
    assert len(contest.teams()) == 3
    (inside / "contest.toml").write_text(f'{TOML}teams = ["Zuse", "Fourth"]\n', encoding="utf-8")
    capsys.readouterr()
    assert main(["contest", "teams"]) == 0 and "Fourth" in capsys.readouterr().out
    assert main(["contest", "teams"]) == 0 and not re.search(CODE, capsys.readouterr().out)
    assert main(["contest", "teams", "--new-code", "Zuse"]) == 0
    assert contest.sign_in(codes[2]) is None
    assert main(["contest", "teams", "--new-code", "Nobody"]) == 2
    assert main(["contest", "teams", "--organiser-code"]) == 0
    code = re.findall(CODE, capsys.readouterr().out)[-1]
    assert contest.is_organiser(code)
    contest.close()


def test_the_organisers_commands(held: Contest, clock: Clock, capsys: Capture) -> None:
    """Pause, resume, rejudge, reveal, final"""
    assert main(["contest", "pause", "1"]) == 0 and "Paused: 01" in capsys.readouterr().out
    assert main(["contest", "pause"]) == 0 and "Paused: all katas" in capsys.readouterr().out
    assert main(["contest", "resume", "1"]) == 2 and "Resume all" in capsys.readouterr().err
    assert main(["contest", "resume"]) == 0 and "Paused: nothing" in capsys.readouterr().out
    assert main(["contest", "rejudge"]) == 2
    assert main(["contest", "rejudge", "--kata", "1", "--team", "Ada"]) == 0
    judge_all(held, Fake())
    assert main(["contest", "rejudge", "--show", "1"]) == 0
    assert "passed +speed -> passed +speed" in capsys.readouterr().out
    assert main(["contest", "rejudge", "--apply", "1"]) == 0
    assert main(["contest", "rejudge", "--all"]) == 0 and main(["contest", "rejudge", "--drop", "2"]) == 0
    assert main(["contest", "rejudge", "--show", "9"]) == 2
    assert main(["contest", "reveal"]) == 2
    clock.moment = END
    assert main(["contest", "final"]) == 0
    capsys.readouterr()
    assert main(["contest", "reveal"]) == 0 and capsys.readouterr().out == "Rows still closed: 1\n"
    assert main(["contest", "reveal", "--hide"]) == 0 and capsys.readouterr().out == "Rows still closed: 2\n"


def test_exports(held: Contest, inside: Path, clock: Clock, capsys: Capture) -> None:
    """The board as CSV without formulas, records that read back; what is frozen is named, and is not in the public one"""
    clock.moment = FREEZE
    hand_in(held, next(team for team in held.teams() if team.name == "Ada"), text="2 * x # speed robust")
    judge_all(held, Fake())
    assert main(["contest", "export", "--out", "all"]) == 0
    assert "frozen" in capsys.readouterr().err
    assert main(["contest", "export", "--out", "all"]) == 2
    lines = [
        json.loads(line)
        for line in (inside / "all" / "records.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    assert [line["submission"] for line in lines] == [1, 2, 3] and all(line["counted"] for line in lines)
    assert all(from_json(json.dumps(line["record"])).submission_sha256 == line["sha256"] for line in lines)
    whole = (inside / "all" / "board.csv").read_text(encoding="utf-8")
    assert "\n1,Ada,3," in whole and '"\'=나비, ""x"""' in whole
    assert main(["contest", "export", "--public", "--out", "public"]) == 0
    assert not (inside / "public" / "records.jsonl").exists()
    public = (inside / "public" / "board.csv").read_text(encoding="utf-8")
    assert "\n1,Ada,2," in public
    assert as_csv(held.board(ORGANISER)) == whole


DAMAGE = {
    "a verdict": (
        "UPDATE judgement SET outcome = 'failed' WHERE submission_id = 1",
        "the record says passed",
    ),
    "a star": ("UPDATE judgement SET stars = '[]' WHERE submission_id = 1", "the record says passed, speed"),
    "a quality": ("UPDATE judgement SET quality = 0.99 WHERE submission_id = 2", "board from the records"),
    "a source": (
        "UPDATE submission SET content = (SELECT content FROM submission WHERE id = 2)",
        "its source is not",
    ),
    "a record": ("UPDATE judgement SET record = '{' WHERE submission_id = 2", "its record cannot be read"),
    "a missing verdict": (
        "UPDATE judgement SET counted = 0 WHERE submission_id = 2",
        "is done and has no verdict",
    ),
    "out of the queue": (
        "UPDATE submission SET state = 'received' WHERE id = 2",
        "is received, but has a verdict",
    ),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_verify_finds(held: Contest, damage: str, capsys: Capture) -> None:
    """Each kind of damage, with exit code 3; without damage nothing"""
    assert main(["contest", "verify"]) == 0
    assert "2 submissions, 2 verdicts, 0 still to judge: no difference" in capsys.readouterr().out
    command, says = DAMAGE[damage]
    with held.database.write() as connection:
        connection.execute(sa.text(command))
    assert main(["contest", "verify"]) == 3
    assert says in capsys.readouterr().out


def test_verify_on_both_databases(contest: Contest, teams: list[Team]) -> None:
    """A lost place in the queue; a verdict that somebody changed"""
    for team in teams:
        hand_in(contest, team)
    judge_all(contest, Fake())
    hand_in(contest, teams[0])
    assert verify(contest, contest_clock.now()).differences == ()
    with contest.database.write() as connection:
        j = tables.judgement.c
        connection.execute(tables.judgement.delete().where(j.state == "waiting"))
        connection.execute(tables.judgement.update().where(j.submission_id == 1).values(cpu_seconds=0.1))
    found = verify(contest, contest_clock.now()).differences
    assert len(found) == 4 and "not in the queue" in " ".join(found)


def test_alike(held: Contest, capsys: Capture) -> None:
    """Two teams with the same passages are named, those with one of their own are not"""
    passage = """
    rows = [n ** 2 for n in range(7) if n % 2] or sorted(str(x) for x in rows)
    while len(rows) < 3 and not any(rows): rows.append({"a": 1}.get("b", rows[0]))
    try: first, *rest = (abs(x) - 1 for x in reversed(rows))
    except (ValueError, TypeError) as error: raise KeyError(f"{error}") from None
    with open("x") as file: total = max(file.read().split(), key=lambda word: -len(word))
    del rows[1:3], first; assert isinstance(total, (int, float)) or print(rest)
"""
    other = """
    import math; global seen; seen = {x: y for x, y in zip("ab", "cd")}
    for index, letter in enumerate(seen): yield letter * index if index else bool(letter)
    return lambda: (seen | {1: 2}, ~3 << 4, seen is not None, [*seen][::-1], 5 // 6 @ 7)
"""
    teams = [*held.teams(), held.add_teams(["Zuse"])[0][0]]
    for team, text in zip(teams, (passage, passage.replace("n", "m"), other), strict=True):
        hand_in(held, team, text=f"def double(x):\n{text}\n    return 2 * x # speed robust quality")
    judge_all(held, Fake())
    assert main(["contest", "alike"]) == 0
    said = capsys.readouterr().out
    assert said.startswith("01 ") and "1 pairs" in said and "Zuse" not in said
    assert main(["contest", "alike", "2"]) == 0 and "0 pairs" in capsys.readouterr().out


def test_a_backup(held: Contest, inside: Path, capsys: Capture) -> None:
    """While it is in use; a sound copy; nothing is overwritten"""
    assert main(["contest", "backup", "copy.db"]) == 0
    hand_in(held, held.teams()[0])
    with sqlite3.connect(inside / "copy.db") as copy:
        assert copy.execute("SELECT count(*) FROM submission").fetchone() == (2,)
    assert main(["contest", "backup", "copy.db"]) == 2
    assert main(["contest", "backup", "no/such/folder.db"]) == 2
    assert not (inside / "no").exists() and "could not be made" in capsys.readouterr().err


def test_a_backup_of_postgresql(
    folder: Path, postgres_server: object, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It says how"""
    monkeypatch.chdir(folder)
    url = postgres_server.new_database()  # type: ignore[attr-defined]
    assert main(["contest", "backup", "copy.db", "--database", url]) == 2
    assert "pg_dump --format=custom --file=copy.db postgresql://postgres@/contest" in capsys.readouterr().err


def test_a_machine_that_can(held: Contest, monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    """Nothing bad, exit code 0"""
    monkeypatch.setattr(doctor, "check_sandbox", lambda: None)
    assert main(["contest", "doctor"]) == 0, capsys.readouterr().out


def test_a_machine_that_cannot(
    held: Contest, clock: Clock, inside: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    """No sandbox; a full disk; a clock that was put back; a broken contest.toml: named, exit code 4"""

    def refuse() -> None:
        raise CannotJudge("no strict sandbox here")

    monkeypatch.setattr(doctor, "check_sandbox", refuse)
    assert main(["contest", "doctor"]) == 4 and "no strict sandbox here" in capsys.readouterr().out
    assert main(["contest", "doctor", "--cluster"]) == 0
    monkeypatch.setattr(doctor, "check_sandbox", lambda: None)
    usage = namedtuple("usage", "total used free")
    with monkeypatch.context() as patch:
        patch.setattr(folders.shutil, "disk_usage", lambda place: usage(10**12, 10**12, 10**6))
        assert main(["contest", "doctor"]) == 4 and "Make room" in capsys.readouterr().out
    clock.moment -= timedelta(minutes=5)
    assert main(["contest", "doctor"]) == 4 and "put back" in capsys.readouterr().out
    (inside / "contest.toml").write_text("title = 1", encoding="utf-8")
    assert main(["contest", "doctor"]) == 4 and "title" in capsys.readouterr().out


def test_serve_refuses_without_a_sandbox(
    inside: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    """Exit code 4, with the reason; a judge that is started all the same refuses too"""
    from checker.judging import sandbox

    def refuse(minimum: str) -> None:
        assert minimum == "strict"
        raise sandbox.SandboxError("bubblewrap is not installed")

    monkeypatch.setattr(sandbox, "choose", refuse)
    assert main(["contest", "serve"]) == 4
    assert "bubblewrap is not installed" in capsys.readouterr().err
    with pytest.raises(CannotJudge):
        judge_process.engine_for(judge_process.Order(str(inside)), [], [], print)


def test_help_starts_at_once() -> None:
    """Without what a contest needs"""
    began = time.process_time()
    assert main(["contest", "--help"]) == 0
    assert time.process_time() - began < 1.0
