"""Every command that a message names can be typed as it stands there, and does what is said of it."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest

from checker.cli import USAGE
from checker.cli.app import COMMANDS
from checker.workspace.typed import remember_folders
from tests.shell import SOLVED, Shell
from tests.small_path import write_kata

_WORD = r"(?:'[^']*'|[-\w/]+(?:\.\w+)*)"
_COMMAND = re.compile(rf"katas (?:{'|'.join(COMMANDS)})(?: {_WORD})*")
# `katas` that is no command: the words above `katas check` in a sentence, or a placeholder.
PLACEHOLDERS = ("NN", "FILE", "DIR")

State = Callable[[Shell], None]


def commands_in(text: str) -> list[str]:
    """The commands that a text names, lines that were wrapped joined again."""
    joined = re.sub(r"\n {0,4}(?!katas )(?=\S)", " ", text)
    found = [*_COMMAND.findall(text), *_COMMAND.findall(joined)]
    return [c for c in dict.fromkeys(found) if not any(word in c.split() for word in PLACEHOLDERS)]


def write(shell: Shell, kata: str, text: str) -> None:
    folder = shell.root / kata
    folder.mkdir(exist_ok=True)
    (folder / "solution.py").write_text(text, encoding="utf-8")


def passed(*numbers: str) -> State:
    def state(shell: Shell) -> None:
        for number in numbers:
            kata = {"01": "01_first", "02": "02_second", "03": "03_third"}[number]
            write(shell, kata, SOLVED)
            shell("check", number)

    return state


def both(*states: State) -> State:
    def state(shell: Shell) -> None:
        for one in states:
            one(shell)

    return state


def solution(kata: str, text: str) -> State:
    return lambda shell: write(shell, kata, text)


def without_solution(shell: Shell) -> None:
    (shell.root / "01_first" / "solution.py").unlink()


# What was done before, and the commands whose messages are read then.
STATES: dict[str, tuple[State, list[list[str]]]] = {
    "fresh": (solution("01_first", SOLVED), [[], ["lesson"], ["hint"], ["init"], ["solution", "01"]]),
    "a miss": (solution("01_first", "wrong"), [["check"], ["check", "--quick"], [], ["hint"]]),
    "a pass": (solution("01_first", SOLVED), [["check"], []]),
    "a quick pass": (solution("01_first", SOLVED), [["check", "--quick"]]),
    "a second pass": (passed("01"), [["check", "01"], []]),
    "a chosen seed": (solution("01_first", SOLVED), [["check", "--seed", "3"]]),
    "inconclusive": (solution("01_first", "# inconclusive\n"), [["check"], []]),
    "an error of the judge": (solution("01_first", "# judge_error\n"), [["check"], []]),
    "no solution": (without_solution, [[], ["check"]]),
    "locked": (passed(), [["check", "03"], ["lesson", "03"], ["hint", "03"], ["solution", "03"]]),
    "locked, the stub is put there": (passed(), [["check", "03", "--all"]]),
    "locked, missed with --all": (solution("03_third", "wrong"), [["check", "03", "--all"]]),
    "locked, inconclusive with --all": (solution("03_third", "# inconclusive\n"), [["check", "03", "--all"]]),
    "locked, passed with --all": (solution("03_third", SOLVED), [["check", "03", "--all"]]),
    "locked, quick with --all": (solution("03_third", SOLVED), [["check", "03", "--all", "--quick"]]),
    "all passed": (passed("01", "02", "03"), [["check", "03"], [], ["check"], ["lesson"]]),
    "the last one, just now": (both(passed("01", "02"), solution("03_third", SOLVED)), [["check", "03"]]),
    "a file elsewhere": (
        solution("01_first", "wrong"),
        [
            ["check", "01", "--submission", "01_first/solution.py"],
            ["check", "--submission", "01_first/solution.py"],
        ],
    ),
}


@pytest.fixture
def workspace(shell: Shell) -> Shell:
    """Inside a fresh workspace whose name has a space."""
    assert shell("init", "my katas") == 0
    shell.folder /= "my katas"
    shell.root = shell.folder
    return shell


def type_all(shell: Shell, found: list[str]) -> None:
    """Type each; none may be refused, whatever the verdict is then."""
    for command in found:
        assert shell(*shlex.split(command)[1:]) != USAGE, f"{command}: {shell.err}"


@pytest.mark.parametrize("place", ["root", "kata's folder"])
@pytest.mark.parametrize("state", STATES)
def test_every_named_command_works(workspace: Shell, state: str, place: str) -> None:
    prepare, commands = STATES[state]
    prepare(workspace)
    if place != "root" and "elsewhere" not in state:
        workspace.folder = workspace.root / "01_first"
    named = 0
    for command in commands:
        workspace(*command)
        found = commands_in(workspace.out + workspace.err)
        named += len(found)
        type_all(workspace, found)
    assert named, "no command was named: does the test still find them?"


def test_outside_a_workspace(shell: Shell) -> None:
    shell("status")
    found = commands_in(shell.err)
    assert found == ["katas init my-katas"]
    type_all(shell, found)
    shell.folder /= "my-katas"
    assert shell() == 0


def test_a_new_workspace_says_how_to_go_in(shell: Shell) -> None:
    shell("init", "my katas")
    enter, *commands = (line.strip() for line in shell.out.splitlines() if line.startswith("  "))
    assert shlex.split(enter) == ["cd", "my katas"]
    shell.folder /= "my katas"
    type_all(shell, commands)


def test_further_katas_are_found_by_the_next_command_too(workspace: Shell, tmp_path: Path) -> None:
    more = tmp_path / "more katas"
    write_kata(more / "91_extra")
    try:
        assert workspace("check", "91", "--all", "--katas", str(more)) == 1
        assert (workspace.root / "91_extra" / "solution.py").exists()
        assert workspace("check", "91", "--all", "--katas", str(more)) == 1
        found = commands_in(workspace.out)
        assert all(f"--katas '{more}'" in command for command in found)
        type_all(workspace, found)
    finally:
        remember_folders(())


@pytest.mark.parametrize(
    ("options", "kept"),
    [
        (["--sandbox", "strict"], "--sandbox strict"),
        (["--sandbox", "any"], "check 01 --quick\n"),
        ([], "check 01"),
    ],
)
def test_the_next_check_judges_in_the_same_way(workspace: Shell, options: list[str], kept: str) -> None:
    write(workspace, "01_first", "wrong")
    workspace("check", "01", *options)
    assert kept.strip() in workspace.out
