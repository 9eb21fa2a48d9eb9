"""`katas watch`: what was saved last is what is judged, however an editor saves; the terminal is left as it was found."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from checker import catalog
from checker.catalog import Kata
from checker.cli import main
from checker.judging import session
from checker.judging.judge_process import Cancelled, Event
from checker.judging.session import JudgeOptions
from checker.verdict import Outcome, Record
from checker.watch import loop
from checker.watch.loop import Watch
from checker.watch.saves import Saves, fingerprint, is_silent
from checker.workspace.attempt import Attempt, start
from checker.workspace.workspace import Workspace
from tests import small_path

SOLVED, WRONG = "def double(x):\n    return 2 * x\n", "def double(x):\n    return 3 * x\n"


class Seen:
    """A screen that remembers."""

    def __init__(self) -> None:
        self.verdicts: list[Outcome] = []
        self.sentences: list[str] = []
        self.begun = 0

    def begins(self, kata: Kata, *, whole: bool) -> Callable[[Event], None]:
        self.begun += 1
        return lambda event: None

    def ended(self) -> None:
        pass

    def shows(self, kata: Kata, result: Attempt, *, whole: bool) -> None:
        self.verdicts.append(result.record.outcome)

    def says(self, sentence: str) -> None:
        self.sentences.append(sentence)

    def waits(self, kata: Kata) -> None:
        pass


class SlowJudge:
    """Judges like the one of the small path, after a while; ends when it is cancelled."""

    seconds = 0.05

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.cancelled = 0

    def __call__(
        self, kata: Kata, file: Path, options: JudgeOptions, on_event: object, around: object, ready: object
    ) -> Record:
        text = file.read_text(encoding="utf-8")
        if around.cancel.wait(self.seconds):  # type: ignore[attr-defined]
            self.cancelled += 1
            raise Cancelled
        self.texts.append(text)
        return small_path.judge(kata, file, options)


class Nobody:
    """In place of a judge that waits."""

    def __init__(self, kata: Kata, options: JudgeOptions) -> None:
        pass

    def serves(self, kata: Kata, options: JudgeOptions) -> bool:
        return False

    def end(self) -> None:
        pass


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch) -> SlowJudge:
    made = SlowJudge()
    monkeypatch.setattr(session, "judge", made)
    monkeypatch.setattr(loop, "ReadyJudge", Nobody)
    return made


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return start(tmp_path / "mine", catalog.load(small_path.write_path(tmp_path / "katas"))).workspace


@pytest.fixture
def watched(tmp_path: Path, workspace: Workspace, judged: SlowJudge) -> Iterator[Watch]:
    katas = catalog.load(tmp_path / "katas")
    made = Watch(workspace, katas, katas[0], Seen(), JudgeOptions())
    made.begin()
    yield made
    made.end()


def until(watched: Watch, condition: Callable[[], bool], seconds: float = 10.0) -> bool:
    """Whether it comes to that."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        watched.step()
        if condition():
            return True
        time.sleep(0.02)
    return False


def in_place(file: Path, text: str) -> None:
    file.write_text(text, encoding="utf-8")


def emptied_first(file: Path, text: str) -> None:
    with file.open("w", encoding="utf-8") as stream:
        stream.flush()
        time.sleep(0.2)
        stream.write(text)


def by_renaming(file: Path, text: str) -> None:
    """As vim does: the old file is put aside, a new one takes its name."""
    file.rename(file.with_name("solution.py~"))
    file.write_text(text, encoding="utf-8")
    file.with_name("solution.py~").unlink()


def by_replacing(file: Path, text: str) -> None:
    """As many others do: a new file is written and put in the old one's place."""
    other = file.with_name(".solution.py.swp")
    other.write_text(text, encoding="utf-8")
    other.replace(file)


@pytest.mark.parametrize("save", [in_place, emptied_first, by_renaming, by_replacing])
def test_however_an_editor_saves(
    watched: Watch, workspace: Workspace, judged: SlowJudge, save: Callable[[Path, str], None]
) -> None:
    """It is judged, and what is judged last is what was saved"""
    seen: Seen = watched._screen  # type: ignore[assignment]
    assert until(watched, lambda: seen.verdicts == [Outcome.FAILED])
    save(workspace.solution(watched.kata), SOLVED)
    assert until(watched, lambda: seen.verdicts[-1] is Outcome.PASSED)
    assert judged.texts[-1] == SOLVED


def test_a_save_without_a_change_is_none(watched: Watch, workspace: Workspace) -> None:
    """Touched, or written anew with the same text; another file beside it"""
    seen: Seen = watched._screen  # type: ignore[assignment]
    file = workspace.solution(watched.kata)
    assert until(watched, lambda: len(seen.verdicts) == 1)
    file.touch()
    by_renaming(file, file.read_text(encoding="utf-8"))
    (file.parent / "notes.txt").write_text("x", encoding="utf-8")
    assert not until(watched, lambda: seen.begun > 1, seconds=1.0)
    # A module beside it is part of it.
    (file.parent / "parts.py").write_text("X = 1\n", encoding="utf-8")
    assert until(watched, lambda: len(seen.verdicts) == 2)


def test_a_save_ends_what_runs(watched: Watch, workspace: Workspace, judged: SlowJudge) -> None:
    """The newer one is judged, at once, and the older one never shown"""
    seen: Seen = watched._screen  # type: ignore[assignment]
    file = workspace.solution(watched.kata)
    assert until(watched, lambda: len(seen.verdicts) == 1)
    judged.seconds = 60.0
    in_place(file, WRONG)
    assert until(watched, lambda: seen.begun == 2)
    judged.seconds = 0.05
    in_place(file, SOLVED)
    assert until(watched, lambda: len(seen.verdicts) == 2)
    assert seen.verdicts[-1] is Outcome.PASSED and judged.cancelled == 1


def test_many_saves(watched: Watch, workspace: Workspace, judged: SlowJudge) -> None:
    """Two within 50 ms, and fifty of them: the last one counts, and no thread is left over"""
    seen: Seen = watched._screen  # type: ignore[assignment]
    file = workspace.solution(watched.kata)
    assert until(watched, lambda: len(seen.verdicts) == 1)
    before = threading.active_count()
    for number in range(50):
        in_place(file, f"{WRONG}# {number}\n")
        until(watched, lambda: False, seconds=0.03)
    in_place(file, SOLVED)
    assert until(watched, lambda: seen.verdicts[-1] is Outcome.PASSED and not watched.is_judging)
    assert threading.active_count() <= before + 1


def test_the_whole_opens_the_next(watched: Watch, workspace: Workspace) -> None:
    """A whole run unlocks, and the next kata is watched then"""
    seen: Seen = watched._screen  # type: ignore[assignment]
    in_place(workspace.solution(watched.kata), SOLVED)
    assert until(watched, lambda: seen.verdicts[-1:] == [Outcome.PASSED])
    assert not watched.go_on()
    watched.judge_whole()
    assert until(watched, lambda: watched.passed)
    assert watched.go_on() and watched.kata.name == "02_second"
    begun = seen.begun
    in_place(workspace.solution(watched.kata), SOLVED)
    assert until(watched, lambda: seen.begun > begun)


def test_a_file_that_is_gone(watched: Watch, workspace: Workspace) -> None:
    """One sentence, and it goes on when the file is back"""
    seen: Seen = watched._screen  # type: ignore[assignment]
    assert until(watched, lambda: len(seen.verdicts) == 1)
    file = workspace.solution(watched.kata)
    file.unlink()
    assert until(watched, lambda: any("There is no 01_first/solution.py" in text for text in seen.sentences))
    in_place(file, SOLVED)
    assert until(watched, lambda: seen.verdicts[-1] is Outcome.PASSED)


def test_a_disk_that_says_nothing(tmp_path: Path) -> None:
    """It is looked at twice a second"""
    saved = threading.Event()
    saves = Saves(tmp_path, saved.set, polls=True)
    try:
        time.sleep(0.7)
        (tmp_path / "solution.py").write_text("x = 1\n", encoding="utf-8")
        assert saved.wait(5)
    finally:
        saves.end()


def test_a_disk_that_does_not_keep_its_word(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a touched file brings no word, it polls from then on; the test file is gone"""
    monkeypatch.setattr(Saves, "_hears", lambda self: False)
    saves = Saves(tmp_path, lambda: None)
    saves.end()
    assert saves.polls
    monkeypatch.undo()
    saves = Saves(tmp_path, lambda: None)
    saves.end()
    assert not saves.polls and list(tmp_path.iterdir()) == []


def test_which_disks_say_nothing() -> None:
    """This one does"""
    assert not is_silent(Path(__file__).parent)


def test_a_fingerprint(tmp_path: Path) -> None:
    """It follows the Python files alone, also where one cannot be read"""
    empty = fingerprint(tmp_path)
    (tmp_path / "a.py").write_text("x", encoding="utf-8")
    one = fingerprint(tmp_path)
    (tmp_path / "a.txt").write_text("x", encoding="utf-8")
    (tmp_path / "b.py").symlink_to("nowhere")
    assert len({empty, one}) == 2 and fingerprint(tmp_path) == one


def test_without_a_terminal(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """One sentence that names the way for editors"""
    monkeypatch.chdir(workspace.root)
    assert main(["watch"]) == 2
    assert "katas watch --plain" in capsys.readouterr().err


# In a real terminal, with the real judge.


class Terminal:
    """A shell in tmux."""

    def __init__(self, folder: Path, socket: Path) -> None:
        self._tmux = ["env", "LC_ALL=C.UTF-8", "tmux", "-u", "-S", str(socket)]
        environ = {
            **os.environ,
            "PYTHONPATH": str(Path(__file__).parents[1]),
            "TERM": "xterm",
            "LC_ALL": "C.UTF-8",
        }
        begin = [
            *self._tmux,
            "-f",
            "/dev/null",
            "new-session",
            "-d",
            "-x",
            "80",
            "-y",
            "30",
            "bash --norc --noprofile -i",
        ]
        subprocess.run(begin, cwd=folder, env=environ, check=True)

    def types(self, *keys: str) -> None:
        subprocess.run([*self._tmux, "send-keys", *keys], check=True)

    @property
    def screen(self) -> str:
        shown = subprocess.run(
            [*self._tmux, "capture-pane", "-p"], check=True, capture_output=True, text=True
        )
        return shown.stdout

    def comes_to_show(self, text: str, seconds: float = 40.0) -> bool:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if text in self.screen:
                return True
            time.sleep(0.1)
        return False

    def resize(self, columns: int) -> None:
        subprocess.run([*self._tmux, "resize-window", "-x", str(columns), "-y", "30"], check=True)

    def end(self) -> None:
        subprocess.run([*self._tmux, "kill-server"], check=False, capture_output=True)


@pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed here.")
def test_in_a_terminal(tmp_path: Path) -> None:
    """Saves, keys, Ctrl-Z and fg, another width; afterwards the terminal is as before and nobody is left"""
    kata = catalog.load()[0]
    right = kata.reference.read_text(encoding="utf-8")
    command = f"{sys.executable} -m checker"
    terminal = Terminal(tmp_path, tmp_path / "tmux")
    try:
        terminal.types(f"{command} init mine; cd mine; stty -a > before; clear; echo re''ady", "Enter")
        assert terminal.comes_to_show("ready"), terminal.screen
        terminal.types(f"{command} watch", "Enter")
        assert terminal.comes_to_show("is not written yet"), terminal.screen
        assert terminal.comes_to_show("watching 01_linear_regression/solution.py"), terminal.screen
        file = tmp_path / "mine" / "01_linear_regression" / "solution.py"
        by_renaming(file, right)
        assert terminal.comes_to_show("All quick checks pass"), terminal.screen
        terminal.types("C-z")
        assert terminal.comes_to_show("Stopped"), terminal.screen
        terminal.types("clear; fg", "Enter")
        assert terminal.comes_to_show("All quick checks pass"), terminal.screen
        terminal.resize(60)
        terminal.types("Up", "ㅗ")  # the key of h, with a Korean keyboard
        assert terminal.comes_to_show("Hint 1 of"), terminal.screen
        in_place(file, f"{right}\n\ndef predict(x, w, b):\n    return 7.0\n")
        assert terminal.comes_to_show("it cannot be judged yet"), terminal.screen
        in_place(file, right)
        assert terminal.comes_to_show("All quick checks pass"), terminal.screen
        terminal.types("Enter")
        assert terminal.comes_to_show("Unlocked: 02"), terminal.screen
        terminal.resize(80)
        terminal.types("q")
        terminal.types("clear; stty -a > after; cmp before after && echo the sa''me", "Enter")
        assert terminal.comes_to_show("the same"), terminal.screen
    finally:
        terminal.end()
    deadline = time.monotonic() + 20
    while (left := _of(tmp_path)) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not left


def _of(folder: Path) -> list[str]:
    """What still works for that folder."""
    found = []
    for process in psutil.process_iter():
        try:
            line = " ".join(process.cmdline())
            if str(folder) in f"{line} {process.cwd()}" and process.status() != psutil.STATUS_ZOMBIE:
                found.append(line)
        except (psutil.Error, OSError):
            continue
    return found
