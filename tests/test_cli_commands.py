"""What a person types and reads: every command but `check`, one sentence for every mistake."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from checker import catalog, cli
from checker.judging import session
from checker.verdict import CheckResult, Outcome
from tests.shell import SOLVED
from tests.small_path import judge, write_kata


def test_init_says_what_to_type_next(shell):
    assert shell("init", "my-katas") == 0
    assert shell.out.splitlines()[:4] == [
        "The workspace my-katas is ready.",
        "  cd my-katas",
        "  katas lesson",
        "  katas check 01",
    ]


def test_init_again_repairs(at_home):
    (at_home.folder / "01_first" / "lesson.md").unlink()
    assert at_home("init") == 0
    assert "Put back: 01_first/lesson.md" in at_home.out.replace("\\", "/")
    assert at_home("init") == 0
    assert "Nothing is missing" in at_home.out


def test_init_needs_a_name_outside_a_workspace(shell):
    assert shell("init") == 2
    assert "katas init my-katas" in shell.err


def test_status_shows_the_path_and_what_is_next(at_home):
    assert at_home() == 0
    lines = at_home.out.splitlines()
    assert "01 First steps  open" in at_home.out
    assert "02 Second       locked" in at_home.out
    assert lines[-2:] == [
        "Next:  katas lesson 01",
        "       then write 01_first/solution.py and type: katas check 01".replace("/", at_home_sep()),
    ]


def at_home_sep() -> str:
    return "\\" if sys.platform == "win32" else "/"


def test_status_shows_the_best_result(at_home):
    at_home.write("01_first/solution.py", "wrong")
    at_home("check")
    at_home()
    assert "open: 1 run, best 0 of 2 checks" in at_home.out
    at_home.write("01_first/solution.py", SOLVED)
    at_home("check")
    at_home()
    in_lines = " ".join(at_home.out.split())
    assert "passed, accuracy 0.972 (limit 0.96), 12.3 of 60.0 CPU seconds" in in_lines
    assert "another one" not in at_home.out
    at_home.write("01_first/solution.py", SOLVED + "# more\n")
    at_home("status")
    assert "the version that passed was another one" in at_home.out


def test_status_shows_the_stars(at_home, monkeypatch):
    stars = {"robust": "won", "quality": "missed", "speed": "won"}
    monkeypatch.setattr(session, "judge", lambda *given: replace(judge(*given), stars=stars))
    at_home.write("01_first/solution.py", SOLVED)
    at_home("check")
    assert "☆ star for quality: still to be won" in at_home.out
    at_home()
    assert "passed ★☆★, accuracy 0.972" in at_home.out


def test_status_says_what_the_next_star_wants(at_home, monkeypatch):
    """Of the kata that was passed last: the first star that no pass has won, and what its check said in the last run"""
    stars = {"robust": "won", "quality": "missed", "speed": "missed"}
    message = "The error is 0.0087; at most 0.007 is needed."
    missed = CheckResult("test_well", "learns well", Outcome.FAILED, 0.1, message, star="quality")

    def judged(*given):
        made = judge(*given)
        return replace(made, stars=stars, checks=(*made.checks, missed))

    at_home()
    assert "Star:" not in at_home.out
    monkeypatch.setattr(session, "judge", judged)
    at_home.write("01_first/solution.py", SOLVED)
    at_home("check")
    at_home()
    assert f"Star: quality of 01: learns well. {message}" in " ".join(at_home.out.split())
    monkeypatch.setattr(
        session, "judge", lambda *given: replace(judge(*given), stars=dict.fromkeys(stars, "won"))
    )
    at_home("check", "01")
    at_home()
    assert "Star:" not in at_home.out


def test_status_in_korean(at_home, monkeypatch):
    monkeypatch.setenv("LANG", "ko_KR.UTF-8")
    at_home()
    assert "01 첫걸음  열림" in at_home.out
    assert "03 셋째    잠김" in at_home.out


def test_outside_a_workspace_every_command_says_how_to_make_one(shell):
    for command in ([], ["status"], ["lesson"], ["check"], ["hint"], ["solution", "01"]):
        assert shell(*command) == 2
        assert "katas init my-katas" in shell.err
        assert shell.err.count("\n") == 1


@pytest.mark.parametrize(
    ("lang", "option", "title"),
    [("en_GB.UTF-8", [], "# First steps"), ("ko_KR.UTF-8", [], "# 첫걸음"), ("en", ["--lang", "ko"], "# 첫걸음"),
     ("ko_KR", ["--lang", "en"], "# First steps"), ("C", [], "# First steps")],
)  # fmt: skip
def test_the_lesson_comes_in_the_language_of_the_reader(at_home, monkeypatch, lang, option, title):
    monkeypatch.setenv("LANG", lang)
    assert at_home("lesson", *option) == 0
    assert at_home.out.startswith(title)


def test_a_missing_translation_falls_back_to_english(at_home):
    (catalog.default_folder() / "01_first" / "lesson.ko.md").unlink()
    assert at_home("lesson", "--lang", "ko") == 0
    assert at_home.out.startswith("# First steps")


def test_a_lesson_can_be_read_ahead_and_without_a_workspace(shell):
    assert shell("lesson", "3") == 0
    assert shell.out.startswith("# Third")


def test_hints_come_one_at_a_time(at_home):
    texts = []
    for _ in range(3):
        assert at_home("hint") == 0
        texts.append(at_home.out)
    assert "Hint 1 of 2" in texts[0] and "Add it" in texts[0] and "multiply" not in texts[0]
    assert "1 more: katas hint 01" in texts[0]
    assert "Hint 2 of 2" in texts[1] and "multiply" in texts[1]
    assert "no more than these 2" in texts[2] and "Add it" in texts[2] and "multiply" in texts[2]


def test_the_solution_can_be_read_once_passed(at_home):
    assert at_home("solution", "01") == 2
    assert "once you have passed it" in at_home.err
    at_home.write("01_first/solution.py", SOLVED)
    at_home("check")
    assert at_home("solution", "01") == 0
    assert "return 2 * x" in at_home.out


@pytest.mark.parametrize("command", [["check", "07"], ["lesson", "x"], ["hint", "9"], ["solution", "44"]])
def test_no_such_kata(at_home, command):
    assert at_home(*command) == 2
    assert f"There is no kata '{command[1]}'; there are 01 first, 02 second, 03 third." in at_home.err


def test_a_part_of_the_name_serves(at_home):
    assert at_home("lesson", "sec") == 0
    assert at_home.out.startswith("# Second")
    assert at_home("lesson", "ir") == 2
    assert "'ir' can mean several katas: 01 first, 03 third." in at_home.err


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (["chek"], "No such command 'chek'"),
        (["03"], "Did you mean: katas check 03"),
        (["check", "--seed", "-1"], "seed"),
        (["check", "--seed", str(2**128)], "seed"),
        (["check", "--sandbox", "none"], "strict"),
        (["check", "--data", "drawn"], "Kata 01 uses generated data and has no choice"),
        (["check", "--katas", "nowhere"], "There is no folder of katas"),
        (["lesson", "--lang", "fr"], "ko"),
    ],
)
def test_a_slip_on_the_command_line_is_said(at_home, command, said):
    assert at_home(*command) == 2
    assert said in at_home.err


def test_a_damaged_ledger_is_said_and_repaired_by_init(at_home):
    ledger = at_home.folder / ".katas" / "ledger.sqlite"
    ledger.write_bytes(b"not a database" * 200)
    for command in ([], ["check"], ["hint"]):
        assert at_home(*command) == 2
        assert "is damaged" in at_home.err and "katas init" in at_home.err
    assert at_home("init") == 0
    assert "was moved to" in at_home.out
    assert at_home() == 0
    assert len(list(ledger.parent.glob("*.damaged-*"))) == 1


def test_a_broken_kata_from_outside_names_its_file(at_home, tmp_path):
    folder = write_kata(tmp_path / "more" / "09_extra")
    (folder / "kata.toml").write_text("[kata", encoding="utf-8")
    assert at_home("--katas") == 2
    assert at_home("status", "--katas", str(tmp_path / "more")) == 2
    assert "kata.toml cannot be read" in at_home.err


def test_a_kata_from_outside_is_part_of_the_path(at_home, tmp_path, monkeypatch):
    write_kata(tmp_path / "more" / "09_extra", "From outside")
    more = ["--katas", str(tmp_path / "more")]
    assert at_home("status", *more) == 0
    assert "09 From outside  locked" in at_home.out
    file = at_home.write("mine.py", SOLVED)
    assert at_home("check", "09", "--submission", str(file), *more) == 0
    assert at_home("lesson", "09", *more) == 0
    monkeypatch.setenv("KATAS_FOLDERS", str(tmp_path / "more"))
    assert at_home("check", "09") == 2
    assert "09 is locked" in at_home.err


def test_a_fault_of_ours_is_called_one(at_home, monkeypatch, capsys):
    def fall_over(*args):
        raise RuntimeError("a fault")

    monkeypatch.setattr(session, "judge", fall_over)
    monkeypatch.chdir(at_home.folder)
    assert cli.main(["check"]) == 4
    assert "fault in katas, not in your code" in capsys.readouterr().err


def test_help_lists_every_command_in_the_learners_order(shell):
    assert shell("--help") == 0
    names = [line.split()[0] for line in shell.out.partition("Commands:")[2].splitlines() if line.strip()]
    wanted = [
        "init",
        "status",
        "lesson",
        "check",
        "hint",
        "solution",
        "doctor",
        "data",
        "calibrate",
        "demo",
        "verify",
        "new",
    ]
    assert [name for name in names if name in wanted] == wanted


def run_katas(*arguments: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[bytes]:
    import os

    return subprocess.run(
        [sys.executable, "-m", "checker", *arguments],
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        timeout=120,
    )


def test_a_console_of_another_encoding_is_no_trouble(tmp_path):
    assert run_katas("init", "mine", folder=tmp_path, PYTHONIOENCODING="cp1252").returncode == 0
    for arguments in ([], ["lesson", "--lang", "ko"]):
        result = run_katas(
            *arguments, folder=tmp_path / "mine", PYTHONIOENCODING="cp1252", LANG="ko_KR.UTF-8"
        )
        assert result.returncode == 0, result.stderr
        assert b"Traceback" not in result.stderr


def test_a_reader_that_goes_away_is_no_trouble(tmp_path):
    process = subprocess.Popen(
        [sys.executable, "-c", "import sys; from checker.cli import main; sys.exit(main(['lesson', '01']))"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    process.stdout.close()
    assert b"Error" not in process.stderr.read()
    process.wait()


def test_status_loads_nothing_heavy(tmp_path):
    """What `katas` imports at the start decides how fast it is; the benchmark measures the seconds."""
    run_katas("init", "mine", folder=tmp_path)
    program = (
        "import sys; from checker.cli import main; main([]); "
        "print(*sorted({n.split('.')[0] for n in sys.modules}))"
    )
    result = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path / "mine", capture_output=True, text=True, timeout=60
    )
    loaded = set(result.stdout.splitlines()[-1].split())
    assert "checker" in loaded
    assert not loaded & {
        "numpy",
        "rich",
        "psutil",
        "pytest",
        "tensorflow",
        "pooch",
        "matplotlib",
        "PIL",
        "jinja2",
    }
