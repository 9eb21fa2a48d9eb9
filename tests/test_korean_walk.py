"""A learner's walk in Korean: no sentence of ours is left in English, and no line is wider than 80 columns."""

from __future__ import annotations

import io
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from checker import catalog
from checker.hardware import describe
from checker.judging import session
from checker.languages import extract
from checker.languages.catalogues import HERE
from checker.languages.translation import use
from checker.report.columns import cells
from checker.report.console import fitted
from checker.workspace.ledger import Ledger
from tests.shell import Shell
from tests.test_cli_machine import description

WRONG = Path(__file__).parent / "specimens" / "01_linear_regression" / "wrong"
WIDTH = 80
# What may be English: code, commands up to a gap of two spaces or their explanation, quoted words, and what names something.
_CODE = re.compile(r"`[^`]*`|'[^']*'|\bkatas [a-z-]+( [!-~]+)*|\S*[/._=()\d]\S*|pip install \S+")
_ENGLISH = re.compile(r"\b[a-z]{2,}(?: [a-z]{2,}){2,}\b")
_HANGUL = re.compile("[가-힣]")


def left_in_english(text: str) -> list[str]:
    """Lines with three or more English words in a row that name nothing."""
    return [line for line in text.splitlines() if _ENGLISH.search(_CODE.sub("|", line))]


def too_wide(text: str) -> list[str]:
    """Lines that a terminal would break."""
    return [line for line in text.splitlines() if cells(line) > WIDTH]


@pytest.fixture
def korean(tmp_path, capsys, monkeypatch) -> Iterator[Shell]:
    """A terminal of a Korean learner outside of any workspace, with the real katas."""
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG", "KATAS_FOLDERS", "GITHUB_ACTIONS"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("KATAS_LANG", "ko")
    monkeypatch.setenv("COLUMNS", str(WIDTH))
    monkeypatch.setattr(describe, "describe", lambda measure: description())
    # Short names, so that no line is wide for the sake of a path alone.
    monkeypatch.setenv("PWD", str(tmp_path))
    yield Shell(tmp_path, capsys, monkeypatch)
    use("en")


@pytest.fixture
def walk(korean: Shell) -> Walk:
    """In a fresh workspace."""
    walked = Walk(korean)
    walked("init", "mine")
    korean.folder /= "mine"
    return walked


class Walk:
    """Types commands and reads what comes."""

    def __init__(self, shell: Shell) -> None:
        self.shell = shell

    def __call__(self, *arguments: str, code: int = 0, fits: bool = True) -> str:
        """What is printed, read: in Korean, and within 80 columns but for errors, which a pipe gets in one line each."""
        assert self.shell(*arguments) == code, self.shell.out + self.shell.err
        out, err = (text.replace(str(self.shell.folder), "~") for text in (self.shell.out, self.shell.err))
        assert not left_in_english(out + err), arguments
        assert not (fits and too_wide(out)), arguments
        assert _HANGUL.search(out + err), arguments
        return out + err

    def submits(self, file: Path) -> None:
        """Put a solution of kata 01 into the workspace."""
        shutil.copyfile(file, self.shell.folder / "01_linear_regression" / "solution.py")


@pytest.mark.parametrize(
    "line",
    ["  ✗ there is no such file here", "katas: 파일이 must be written again", "the right answer"],
)
def test_english_is_noticed(line: str) -> None:
    assert left_in_english(f"한국어\n{line}") == [line]


@pytest.mark.parametrize(
    "line",
    ["  katas data fetch mnist  지금 받기", "predict(x, w, b)는 x w + b", "`there is no file`", "01 linear_regression, 02 gan"],
)  # fmt: skip
def test_code_may_be_english(line: str) -> None:
    assert left_in_english(line) == []


@pytest.mark.slow
def test_the_path_of_a_kata(walk: Walk) -> None:
    """From the stub over wrong files to a pass."""
    assert "열림" in walk()
    assert "아직 쓰지 않은 함수" in walk("check", code=1)
    for name in ("gradient_without_two", "closed_form_ridge", "prints_instead_of_returning"):
        walk.submits(WRONG / f"{name}.py")
        walk("check", "01", code=1)
        walk("check", "01", "--verbose", code=1)
    assert "힌트" in walk("hint")
    walk("status")
    walk.submits(catalog.find(catalog.load(), "01").reference)
    assert "빠른 검사만" in walk("check", "01", "--quick")
    assert "열렸습니다: 02" in walk("check")
    assert "전에도 통과" in walk("check", "01")
    walk("check", "01", "--seed", "7", "--verbose")
    assert "통과 ★★" in walk()
    for _ in range(4):
        walk("hint", "01")
    page = walk.shell.folder / "page.html"
    walk.shell("report", "01", "--out", str(page))
    assert not left_in_english(re.sub(r"<[^>]*>|\{[^}]*\}", "|", page.read_text(encoding="utf-8")))


def test_every_page_of_help(korean: Shell) -> None:
    from checker.cli.app import COMMANDS

    walk = Walk(korean)
    walk("--help")
    teachers = {Path(place).stem for place in extract.NOT_FOR_LEARNERS}
    for command in COMMANDS:
        if command not in teachers:
            assert "사용법:" in walk(command, "--help")
    walk("data", "fetch", "--help")
    walk("data", "path", "--help")


def test_help_is_english_again_where_the_language_is(korean: Shell) -> None:
    assert korean("check", "--help") == 0
    korean.monkeypatch.setenv("KATAS_LANG", "en")
    assert korean("check", "--help") == 0
    assert korean.out.startswith("Usage: katas check")
    assert not _HANGUL.search(korean.out)
    assert korean("check", "--bad") == 2
    assert "No such option" in korean.err


def test_the_workspace_is_korean(walk: Walk) -> None:
    assert (walk.shell.folder / "README.md").read_text(encoding="utf-8").startswith("# 나의 카타")
    assert "빠진 파일이 없습니다" in walk("init")
    (walk.shell.folder / "README.md").unlink()
    assert "되돌려 놓은 파일" in walk("init")


def test_doctor(walk: Walk) -> None:
    assert "허용 시간" in walk("doctor")


WRONG_INPUT = (
    "check 99", "check e", "check 07", "check 01 --submission nofile", "check --submission x.py", "check --seed x",
    "check --sandbox foo", "check --bad", "check --seed", "check 01 02", "check --data drawn", "check --junit .",
    "check --katas nowhere", "chekc", "01", "solution", "solution 01", "hint 99", "lesson 99", "lesson --lang fr",
    "report 03", "report --out a --folder b", "notebook 01 --out nowhere/x", "data", "data fetch x", "data path", "watch",
    "race 01", "certificate", "certificate --name Kim", "verify-certificate README.md", "verify-certificate nofile",
)  # fmt: skip


@pytest.mark.parametrize("typed", WRONG_INPUT)
def test_wrong_input(walk: Walk, typed: str) -> None:
    walk(*typed.split(), code=2)


def test_outside_of_a_workspace(korean: Shell) -> None:
    walk = Walk(korean)
    for command in ([], ["init"], ["lesson"], ["check"], ["hint"], ["report"], ["solution", "01"]):
        walk(*command, code=2)


@pytest.mark.parametrize("content", [b"no database", b""])
def test_a_file_that_cannot_be_read(walk: Walk, content: bytes) -> None:
    solution = walk.shell.folder / "01_linear_regression" / "solution.py"
    solution.write_bytes(content)
    walk("check", code=1)
    solution.unlink()
    assert "katas init" in walk("check", code=2)


def test_a_damaged_ledger(walk: Walk) -> None:
    ledger = walk.shell.folder / ".katas" / "ledger.sqlite"
    Ledger(ledger).prepare()
    ledger.write_bytes(b"this is no database at all" * 100)
    assert "손상되었습니다(데이터베이스가 아님)" in walk("status", code=2)
    walk("check", code=2)
    walk("doctor", code=1)
    assert "손상되어" in walk("init", fits=False)


def test_nothing_was_judged_where_the_judge_is_interrupted(walk: Walk) -> None:
    def interrupt(*given: object) -> None:
        raise KeyboardInterrupt

    walk.shell.monkeypatch.setattr(session, "judge", interrupt)
    assert "중단했습니다" in walk("check", code=130)


class Terminal(io.StringIO):
    """Somebody looks."""

    def isatty(self) -> bool:
        return True


def test_sentences_fit_the_terminal_and_commands_stay_whole(monkeypatch) -> None:
    monkeypatch.setenv("COLUMNS", str(WIDTH))
    told = [str(message.string) for message in extract.read(HERE / "ko.po") if message.id]
    assert len(told) > 500
    for sentence in told:
        # The workspace's README and whatever stands in columns has lines of its own.
        fits = fitted(sentence, Terminal())
        assert not too_wide(fits), sentence
    command = "katas check 02 --submission solution.py"
    for before in range(70):
        assert command in fitted(f"{'가' * before} 입력하세요: {command}", Terminal())
    assert fitted("가 " * 100, io.StringIO()) == "가 " * 100, "a pipe gets one line"
    assert fitted("다음:  하나", Terminal()) == "다음:  하나", "what fits is left as it is"
