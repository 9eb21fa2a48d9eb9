"""What a person types and reads: every command, every exit code, one sentence for every mistake."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest

from checker import catalog, cli
from checker.judging import session
from checker.verdict import Outcome, Record
from checker.workspace.ledger import Ledger
from tests.small_path import judge, write_kata, write_path

SOLVED = "def double(x):\n    return 2 * x\n"


class Shell:
    """A learner's terminal: the current folder, and what the last command printed."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):
        self.folder, self.capsys, self.monkeypatch = folder, capsys, monkeypatch
        self.out = self.err = ""

    def __call__(self, *arguments: str) -> int:
        self.monkeypatch.chdir(self.folder)
        code = cli.main(arguments)
        self.out, self.err = self.capsys.readouterr()
        assert "Traceback" not in self.err
        return code

    def write(self, name: str, text: str) -> Path:
        file = self.folder / name
        file.write_text(text, encoding="utf-8")
        return file


@pytest.fixture
def shell(tmp_path, capsys, monkeypatch) -> Shell:
    """Outside any workspace, with a path of three tiny katas and a judge that answers at once."""
    built_in = write_path(tmp_path / "built_in" / "katas")
    monkeypatch.setattr(catalog, "default_folder", lambda: built_in)
    monkeypatch.setattr(session, "judge", judge)
    for variable in ("LC_ALL", "LC_MESSAGES", "KATAS_FOLDERS", "GITHUB_ACTIONS"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    monkeypatch.setenv("COLUMNS", "80")
    outside = tmp_path / "outside"
    outside.mkdir()
    return Shell(outside, capsys, monkeypatch)


@pytest.fixture
def at_home(shell: Shell) -> Shell:
    """Inside a fresh workspace."""
    assert shell("init", "mine") == 0
    shell.folder /= "mine"
    return shell


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
    assert "passed, accuracy 0.972 (limit 0.96), 12.3 of 60.0 CPU seconds" in at_home.out
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


def test_status_in_korean(at_home, monkeypatch):
    monkeypatch.setenv("LANG", "ko_KR.UTF-8")
    at_home()
    assert "01 첫걸음  open" in at_home.out
    assert "03 셋째    locked" in at_home.out


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
    printed = Record.from_json(at_home.out)
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


def test_a_folder_of_photos_is_handed_on_by_its_whole_path(at_home, monkeypatch):
    toml = catalog.default_folder() / "01_first" / "kata.toml"
    toml.write_text(toml.read_text().replace("[functions]", 'data = "cats_dogs"\n[functions]'))
    (at_home.folder / "photos_of_mine").mkdir()
    seen = []

    def look(kata, submission, options, on_event):
        seen.append(options.data)
        return judge(kata, submission, options, on_event)

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


def test_ctrl_c_keeps_nothing_and_says_so(at_home):
    at_home.write("01_first/solution.py", "interrupt")
    assert at_home("check") == 130
    assert "Interrupted" in at_home.err
    at_home()
    assert "01 First steps  open" in at_home.out


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
