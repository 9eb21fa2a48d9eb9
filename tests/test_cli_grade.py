"""`katas grade` and `katas export` as a teacher types them: a small class, killed in the middle, and its exports."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from xml.etree import ElementTree

import psutil
import pytest

from checker.catalog import Kata
from checker.cli import main
from checker.grading import exports, services
from checker.grading.intake import Handed
from checker.grading.points import Points
from checker.grading.store import Store
from checker.grading.tables import Cell, Row
from checker.record_format import to_json
from checker.verdict import CheckResult, Diagnosis, Outcome
from tests.conftest import RIGHT
from tests.small_path import record
from tests.test_cli_interrupt import signals_as_in_a_terminal

WRONG = RIGHT.replace("return x + x", "return x * 3")
CRASHES = RIGHT.replace("return x + x", "return x @ x")


@pytest.fixture
def class_(tmp_path: Path, tiny_kata: Kata) -> Path:
    """Six students in a folder, two with the same file."""
    source = tmp_path / "class"
    texts = {
        "Ana": RIGHT,
        "Bo": WRONG,
        "Cy": CRASHES,
        "Di": RIGHT,
        "Li, Ana": RIGHT + "# mine\n",
        "김 민수": RIGHT + "# 주석\n",
        "Empty": "",
    }
    for name, text in texts.items():
        (source / name).mkdir(parents=True)
        (source / name / "91.py").write_text(text, encoding="utf-8")
    return source


def arguments(tmp_path: Path, tiny_kata: Kata, *more: str) -> list[str]:
    """The words of a command for the class."""
    return [
        "grade", str(tmp_path / "class"), "91", "--out", str(tmp_path / "out"), "--katas", str(tiny_kata.folder.parent),
        "--sandbox", "any", *more,
    ]  # fmt: skip


def verdicts(tmp_path: Path) -> dict[str, str]:
    """Student and verdict of the table that was written."""
    text = (tmp_path / "out" / "grades.csv").read_text(encoding="utf-8")
    return {line["student"]: line["91_verdict"] for line in csv.DictReader(io.StringIO(text))}


WANTED = {
    "Ana": "passed",
    "Bo": "failed",
    "Cy": "crashed",
    "Di": "passed",
    "Li, Ana": "passed",
    "김 민수": "passed",
    "Empty": "invalid",
}


def test_a_class_is_judged(
    class_: Path, tmp_path: Path, tiny_kata: Kata, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every student has a row; the same file is judged once and named; the same command has nothing left to do"""
    roster = tmp_path / "roster.csv"
    roster.write_text("name\nAna\nZoe\n")
    assert main(arguments(tmp_path, tiny_kata, "--jobs", "2", "--roster", str(roster))) == 0
    assert verdicts(tmp_path) == WANTED | {"Zoe": ""}
    out = tmp_path / "out"
    assert len(list((out / "judgements").glob("*.json"))) == 5, (
        "Ana's and Di's file is one, the empty one is none"
    )
    overview = (out / "overview.md").read_text(encoding="utf-8")
    assert "- Ana, Di\n" in overview and "- Zoe" in overview and "double(x) is twice x | 2 | 7" in overview
    assert "Add x to itself" in (out / "students" / "Bo.md").read_text(encoding="utf-8")
    assert (out / "students" / "김 민수.md").exists()
    capsys.readouterr()
    assert main(arguments(tmp_path, tiny_kata, "--roster", str(roster))) == 0
    assert "0 to judge, 5 were judged before" in capsys.readouterr().out


def test_what_would_be_judged(
    class_: Path, tmp_path: Path, tiny_kata: Kata, capsys: pytest.CaptureFixture[str]
) -> None:
    """A dry run names everything and judges nothing"""
    (class_ / "Bo" / "notes.txt").write_text("x")
    assert main(arguments(tmp_path, tiny_kata, "--dry-run")) == 0
    said = capsys.readouterr().out
    assert (
        "Li, Ana: 91, class/Li, Ana/91.py" in said
        and "left out: class/Bo/notes.txt is no Python file" in said
    )
    assert not list((tmp_path / "out" / "judgements").iterdir())


def test_only_and_skip(
    class_: Path, tmp_path: Path, tiny_kata: Kata, capsys: pytest.CaptureFixture[str]
) -> None:
    """Some students; a name that nobody has is answered with those there are"""
    assert main(arguments(tmp_path, tiny_kata, "--only", "Bo", "--only", "Cy", "--skip", "Cy")) == 0
    assert verdicts(tmp_path) == {"Bo": "failed"}
    assert main(arguments(tmp_path, tiny_kata, "--only", "Nobody")) == 2
    assert "Nobody called 'Nobody'" in capsys.readouterr().err


BAD = {
    "nothing there": (["grade", "nowhere", "--out", "out"], "There is nothing at nowhere"),
    "no folder for results": (["grade", "class"], "--out DIR"),
    "an empty folder": (["grade", "empty", "--out", "out"], "nothing to grade"),
    "a folder of something else": (["grade", "class", "--out", "class"], "holds other files"),
    "a roster that is not there": (["grade", "class", "--out", "out", "--roster", "r.csv"], "cannot be read"),
    "points that are none": (["grade", "class", "--out", "out", "--points", "class"], "cannot be read"),
    "an unknown kata": (["grade", "class", "77", "--out", "out"], "77"),
    "an export of nothing": (["export", "nowhere", "--to", "csv"], "cannot be read"),
    "a record that is none": (["export", "class/Bo/91.py", "--to", "gradescope"], "no record"),
}


@pytest.mark.parametrize(("words", "said"), BAD.values(), ids=BAD.keys())
def test_bad_input(
    class_: Path, tmp_path: Path, tiny_kata: Kata, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str], words: list[str], said: str,
) -> None:  # fmt: skip
    """One clear sentence, exit code 2, nothing lost"""
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path)
    assert main([*words, "--katas", str(tiny_kata.folder.parent)]) == 2
    error = capsys.readouterr().err
    assert said in error and "Traceback" not in error
    assert (class_ / "Ana" / "91.py").read_text(encoding="utf-8") == RIGHT


def processes_of(folder: Path) -> list[psutil.Process]:
    """What works for this class."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            place = " ".join([*process.cmdline(), process.cwd()])
            if str(folder) in place and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
    return found


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL.")
def test_a_class_that_is_killed_goes_on(class_: Path, tmp_path: Path, tiny_kata: Kata) -> None:
    """SIGKILL of the command or of a judge at random moments, until all is judged: one record a key, nobody left"""
    rng = random.Random(int(os.environ.get("KATAS_KILLS_SEED", "3")))
    kills = int(os.environ.get("KATAS_GRADE_KILLS", "3"))
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    command = [sys.executable, "-m", "checker", *arguments(tmp_path, tiny_kata, "--jobs", "2")]
    environ = {**os.environ, "TMPDIR": str(scratch)}

    def begun() -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            command, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )

    for _ in range(kills):
        grading = begun()
        time.sleep(rng.uniform(0.5, 4.0))
        if rng.random() < 0.5:
            grading.kill()
        elif below := [p for p in processes_of(scratch) if p.pid != grading.pid]:
            rng.choice(below).send_signal(signal.SIGKILL)
            grading.wait(120)
        if grading.poll() is None:
            grading.kill()
        grading.wait()
        deadline = time.monotonic() + 20
        while (left := processes_of(scratch)) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert not left, [process.cmdline() for process in left]
    assert begun().wait(120) == 0
    assert verdicts(tmp_path) == WANTED
    store = Store(tmp_path / "out")
    keys = {attempt.key for attempt in store.attempts()}
    assert len(keys) == 5 and all(store.record(key) for key in keys)
    assert all(attempt.why for attempt in store.attempts())


@pytest.mark.skipif(os.name == "nt", reason="Windows sends no SIGINT to one process.")
def test_ctrl_c_ends_in_order(class_: Path, tmp_path: Path, tiny_kata: Kata) -> None:
    """Exit code 130, nobody left, and the same command goes on"""
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    grading = subprocess.Popen(
        [sys.executable, "-m", "checker", *arguments(tmp_path, tiny_kata)],
        env={**os.environ, "TMPDIR": str(scratch)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=signals_as_in_a_terminal,
    )
    assert grading.stdout is not None
    while not grading.stdout.readline().startswith("[1/"):
        assert grading.poll() is None
    grading.send_signal(signal.SIGINT)
    _, said = grading.communicate(timeout=60)
    assert grading.returncode == 130
    assert "of 5 are judged and kept; the same command goes on" in said
    assert not processes_of(scratch) and not list(scratch.iterdir())
    assert main(arguments(tmp_path, tiny_kata)) == 0
    assert verdicts(tmp_path) == WANTED


def a_row(tiny_kata: Kata, student: str, number: str, outcome: Outcome, points: float | None) -> Row:
    """A row with one judged submission."""
    handed = Handed(student, tiny_kata, Path("x.py"), "x.py", number)
    made = record(tiny_kata.name, outcome, stars={"robust": "won"})
    return Row(student, number, "", {tiny_kata.name: Cell(handed, made, points)})


@pytest.fixture
def table(tiny_kata: Kata) -> list[Row]:
    """Two decided ones and one that is open."""
    return [
        a_row(tiny_kata, "smithjane", "12", Outcome.PASSED, 100.0),
        a_row(tiny_kata, "Kim Soo", "7", Outcome.FAILED, 0.0),
        a_row(tiny_kata, "Open", "9", Outcome.INCONCLUSIVE, None),
    ]


GRADEBOOKS = {
    "Canvas": (
        'Student,ID,SIS User ID,Section,Kata 91 (555),Other\n    Points Possible,,,,100,5\n"Smith, Jane",12,,A,,1\n'
        '"Open, O",9,,A,50,2\n"Nobody, N",99,,A,,3\n',
        "Kata 91",
        ["100", "100.00", "50", ""],
    ),
    "Moodle, in Korean": (
        "\ufeff식별자;성명;성적;최종 수정(성적)\n참여자 12;Jane Smith;;-\n참여자 7;Kim Soo;;-\n참여자 9;O;;-\n",
        "성적",
        ["100.00", "0.00", ""],
    ),
}


@pytest.mark.parametrize(("text", "column", "wanted"), GRADEBOOKS.values(), ids=GRADEBOOKS.keys())
def test_a_teachers_own_export_is_filled_in(
    table: list[Row], tmp_path: Path, text: str, column: str, wanted: list[str]
) -> None:
    """One column changes, found by number or name; what is open stays as it was, and so does all else"""
    file = tmp_path / "book.csv"
    file.write_text(text, encoding="utf-8")
    filled = exports.filled(file, table, column, lambda row: row.total)
    mark = ";" if ";" in text else ","
    before, after = (list(csv.reader(io.StringIO(t), delimiter=mark)) for t in (text, filled))
    place = next(i for i, name in enumerate(before[0]) if name.startswith(column))
    assert [line[place] for line in after[1:]] == wanted
    for line in (*before, *after):
        line[place] = ""
    assert before == after


def test_no_column_is_invented(table: list[Row], tmp_path: Path) -> None:
    """An unknown column would make a new assignment in Canvas"""
    file = tmp_path / "book.csv"
    file.write_text("Student,ID\na,1\n")
    with pytest.raises(exports.ExportError, match="no column 'Kata'"):
        exports.filled(file, table, "Kata", lambda row: row.total)


def test_what_is_open_is_blank(table: list[Row], tiny_kata: Kata) -> None:
    """In the table, in JUnit and in JSON lines: never 0, never a failure"""
    text = exports.as_csv(table, [tiny_kata])
    lines = list(csv.DictReader(io.StringIO(text)))
    assert lines[2]["91_points"] == "" and lines[2]["91_verdict"] == "inconclusive"
    root = ElementTree.fromstring(exports.as_junit(table))
    assert [suite.get("failures") for suite in root] == ["0", "1", "0"]
    assert [suite.get("errors") for suite in root] == ["0", "0", "1"]
    assert json.loads(exports.as_json_lines(table).splitlines()[2])["points"] is None


def test_json_lines_are_read_back(table: list[Row], tiny_kata: Kata, tmp_path: Path) -> None:
    """All exports can be made later, from the folder alone"""
    file = tmp_path / "records.jsonl"
    file.write_text(exports.as_json_lines([*table, Row("Absent", "1")]), encoding="utf-8")
    again = exports.from_json_lines(file, [tiny_kata])
    assert exports.as_csv(again, [tiny_kata]) == exports.as_csv(
        [*table, Row("Absent", "1", "", {tiny_kata.name: Cell()})], [tiny_kata]
    )


def test_a_name_is_no_formula(tiny_kata: Kata) -> None:
    """In our own table a spreadsheet computes nothing"""
    row = a_row(tiny_kata, "=HYPERLINK(1)", "1", Outcome.PASSED, 1.0)
    assert "'=HYPERLINK(1)" in exports.as_csv([row], [tiny_kata])


def missed(
    outcome: Outcome = Outcome.FAILED, count: int = 1, text: str = "is off"
) -> tuple[CheckResult, ...]:
    return tuple(
        CheckResult(
            f"test_{i}", f"double(x), {i}", outcome, 0.1, text, diagnoses=(Diagnosis("a", "Because."),)
        )
        for i in range(count)
    )


def test_gradescope() -> None:
    """A test a check with its number, a leaderboard; undecided: the results before it, with a sentence"""
    made = record(outcome=Outcome.FAILED, checks=missed(), stars={"robust": "not tried"})
    results = services.for_gradescope(made, Points(), {})
    assert results["score"] == 0 and results["tests"][0]["status"] == "failed"
    assert results["tests"][0]["number"] == "core.1" and "Because." in results["tests"][0]["output"]
    passed = services.for_gradescope(record(stars={"robust": "won"}), Points(), {})
    assert passed["score"] == 100.0 and {row["name"] for row in passed["leaderboard"]} >= {
        "Stars",
        "CPU seconds",
    }
    before = {"previous_submissions": [{"results": {"score": 7, "tests": [{"name": "x"}]}}]}
    undecided = services.for_gradescope(record(outcome=Outcome.INCONCLUSIVE), Points(), before)
    assert undecided["score"] == 7 and "could not be decided" in undecided["output"]
    for one in (results, passed, undecided, services.provisional()):
        json.dumps(one, allow_nan=False)


def test_classroom50() -> None:
    """Whole numbers, the time in UTC, and of the environment only what is there"""
    made = services.for_classroom50(
        record(outcome=Outcome.FAILED, checks=missed()), Points(), {"USERNAME": "ana"}
    )
    assert made["schema"] == "classroom50/result/v1" and made["usernames"] == ["ana"] and "commit" not in made
    assert made["datetime"] == "2026-01-02T03:04:05Z"
    assert all(isinstance(test["score"], int) for test in made["tests"]) and isinstance(made["score"], int)


def test_github_annotations_and_summary() -> None:
    """At most ten, at the line of the function, nothing of a stranger's text is a command; a summary below the limit"""
    made = record(outcome=Outcome.FAILED, checks=missed(count=30, text="50%\n::error::x\n##[group]"))
    lines = services.github_annotations(made, "a:b,c.py", "import x\n\ndef double(x):\n    return x\n")
    assert len(lines) == 10 and all(line.count("\n") == 0 for line in lines)
    assert lines[0].startswith("::error file=a%3Ab%2Cc.py,line=3,title=double(x)%2C 0::50%25%0A")
    short = services.summary([("03", made)])
    assert "::error::" not in short and "##[" not in short
    many = services.summary([(f"{i}", record(checks=missed(count=40, text="x" * 4000))) for i in range(20)])
    assert len(many.encode()) < 1_000_000 and "too long" in many


def test_github_from_the_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The summary goes where GitHub says; the exit code is the verdict's"""
    file = tmp_path / "record.json"
    file.write_text(
        to_json(record("01_linear_regression", Outcome.FAILED, checks=missed())), encoding="utf-8"
    )
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))
    assert main(["export", str(file), "--to", "github"]) == 1
    assert capsys.readouterr().out.startswith("::error file=solution.py")
    assert "failed" in (tmp_path / "summary.md").read_text(encoding="utf-8")
