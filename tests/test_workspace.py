"""The workspace: nothing is ever overwritten, what is missing comes back, the path opens kata by kata."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from checker import catalog, whole_files
from checker.judging import session
from checker.judging.session import JudgeOptions
from checker.verdict import Artifact
from checker.workspace import ledger
from checker.workspace import workspace as workspace_files
from checker.workspace.attempt import attempt, choose, path_of, start
from checker.workspace.ledger import Ledger
from checker.workspace.progress import State, Summary, differs_from_passed, standings
from checker.workspace.workspace import Workspace, WorkspaceError, find
from tests.small_path import judge, write_path

SOLVED = "def double(x):\n    return 2 * x\n"


@pytest.fixture
def katas(tmp_path: Path) -> list[catalog.Kata]:
    return catalog.load(write_path(tmp_path / "katas"))


@pytest.fixture
def workspace(tmp_path: Path, katas: list[catalog.Kata]) -> Workspace:
    return start(tmp_path / "mine", katas).workspace


@pytest.fixture(autouse=True)
def _quick_judge(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "judge", judge)


def solve(workspace: Workspace, katas: list[catalog.Kata], index: int, **options: bool):
    workspace.solution(katas[index]).write_text(SOLVED)
    unlocks = options.pop("unlocks", True)
    return attempt(
        workspace, katas, katas[index], JudgeOptions(**options), lambda event: None, unlocks=unlocks
    )


def states(workspace: Workspace, katas: list[catalog.Kata]) -> list[State]:
    return [standing.state for standing in path_of(workspace, katas)]


def test_only_the_first_kata_has_a_folder_at_first(workspace, katas):
    folders = sorted(p.name for p in workspace.root.iterdir() if p.is_dir())
    assert folders == [".katas", "01_first"]
    files = sorted(p.name for p in workspace.folder(katas[0]).iterdir())
    assert files == ["lesson.ko.md", "lesson.md", "solution.py", "test_examples.py"]
    assert workspace.solution(katas[0]).read_bytes() == katas[0].stub.read_bytes()


def test_stub_and_examples_are_in_the_learners_language(tmp_path, katas, monkeypatch):
    monkeypatch.setattr(workspace_files, "current", lambda: "ko")
    (katas[0].folder / "stub.ko.py").write_text("# 시작\n", encoding="utf-8")
    (katas[0].folder / "test_examples.ko.py").write_text("# 예제\n", encoding="utf-8")
    folder = start(tmp_path / "mine", katas).workspace.folder(katas[0])
    files = {file.name: file.read_text(encoding="utf-8") for file in folder.glob("*.py")}
    assert files == {"solution.py": "# 시작\n", "test_examples.py": "# 예제\n"}


def test_a_second_init_puts_back_what_is_missing_and_overwrites_nothing(workspace, katas):
    workspace.solution(katas[0]).write_text("mine")
    (workspace.folder(katas[0]) / "lesson.md").unlink()
    again = start(workspace.root, katas)
    assert [p.name for p in again.written] == ["lesson.md"]
    assert again.aside is None and not again.is_new
    assert workspace.solution(katas[0]).read_text() == "mine"


def test_the_pictures_of_a_lesson_come_with_it(workspace, katas):
    for name in ("drawn.png", "learned.webp", "suite.py"):
        (katas[0].folder / name).write_bytes(name.encode())
    start(workspace.root, katas)
    folder = workspace.folder(katas[0])
    assert (folder / "drawn.png").read_bytes() == b"drawn.png"
    assert (folder / "learned.webp").read_bytes() == b"learned.webp"
    assert not (folder / "suite.py").exists()


@pytest.mark.parametrize("kind", ["empty file", "folder", "dangling link"])
def test_whatever_has_the_name_of_a_solution_stays(workspace, katas, kind):
    solution = workspace.solution(katas[0])
    solution.unlink()
    if kind == "empty file":
        solution.touch()
    elif kind == "folder":
        solution.mkdir()
    else:
        if os.name == "nt":
            pytest.skip("Making links needs a privilege on Windows.")
        solution.symlink_to("nowhere")
    before = os.lstat(solution)
    if kind == "dangling link":
        with pytest.raises(WorkspaceError, match=r"is a link to nowhere, which is not there"):
            start(workspace.root, katas)
    else:
        start(workspace.root, katas)
    assert os.lstat(solution).st_ino == before.st_ino


def test_a_file_appears_whole_or_not_at_all(tmp_path, katas, monkeypatch):
    def die(*args):
        raise KeyboardInterrupt

    monkeypatch.setattr(whole_files, "move_without_overwriting", die)
    with pytest.raises(KeyboardInterrupt):
        start(tmp_path / "mine", katas)
    monkeypatch.undo()
    assert [p.name for p in (tmp_path / "mine").iterdir()] == [".katas"]
    workspace = start(tmp_path / "mine", katas).workspace
    assert workspace.solution(katas[0]).read_bytes() == katas[0].stub.read_bytes()


def test_files_are_made_without_hard_links_too(tmp_path, katas, monkeypatch):
    def refuse(*args):
        raise PermissionError("no links on this drive")

    monkeypatch.setattr(os, "link", refuse)
    workspace = start(tmp_path / "mine", katas).workspace
    assert workspace.solution(katas[0]).read_bytes() == katas[0].stub.read_bytes()
    assert not list(workspace.folder(katas[0]).glob(".new-*"))


def test_a_workspace_is_found_from_below(workspace, katas):
    deep = workspace.folder(katas[0]) / "a" / "b"
    deep.mkdir(parents=True)
    assert find(deep) == workspace
    assert find(workspace.root.parent) is None


def test_a_file_in_the_way_is_named(tmp_path, katas):
    (tmp_path / "mine").write_text("a file")
    with pytest.raises(WorkspaceError, match=r"mine.* in the way"):
        start(tmp_path / "mine", katas)


def test_a_read_only_folder_is_one_sentence(tmp_path, katas, monkeypatch):
    # The tests may run as root, whom no permission stops, so the system's answer is simulated.
    def refuse(*args, **kwargs):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(
        WorkspaceError, match=r"cannot be written \(Permission denied\)\. Make the folder writable"
    ):
        start(tmp_path / "mine", katas)


def test_a_pass_unlocks_the_next_kata_and_makes_its_folder(workspace, katas):
    result = solve(workspace, katas, 0)
    assert result.unlocked == katas[1]
    assert result.record.next_kata == "02_second"
    assert workspace.solution(katas[1]).exists()
    assert states(workspace, katas) == [State.PASSED, State.OPEN, State.LOCKED]


def test_a_second_pass_unlocks_nothing_new(workspace, katas):
    solve(workspace, katas, 0)
    again = solve(workspace, katas, 0)
    assert again.unlocked is None
    assert not again.is_last


def test_the_last_pass_is_the_end_of_the_path(workspace, katas):
    results = [solve(workspace, katas, index) for index in range(3)]
    assert [r.is_last for r in results] == [False, False, True]
    with pytest.raises(WorkspaceError, match="Every kata is passed"):
        choose(workspace, katas, workspace.root)


@pytest.mark.parametrize("how", [{"quick": True}, {"seed": 1}])
def test_a_run_that_does_not_count_unlocks_nothing(workspace, katas, how):
    assert solve(workspace, katas, 0, **how).unlocked is None
    assert states(workspace, katas)[:2] == [State.OPEN, State.LOCKED]
    assert len(Ledger(workspace.ledger_file).entries()) == 1


def test_a_locked_kata_says_what_to_pass_first(workspace, katas):
    with pytest.raises(WorkspaceError, match=r"03 is locked: pass 01 \(First steps\) first"):
        attempt(workspace, katas, katas[2], JudgeOptions(), lambda event: None)


def test_a_locked_kata_can_be_judged_out_of_turn(workspace, katas):
    stub = attempt(workspace, katas, katas[2], JudgeOptions(), lambda event: None, unlocks=False)
    assert stub.needed == katas[0]
    assert workspace.solution(katas[2]).read_bytes() == katas[2].stub.read_bytes()
    assert solve(workspace, katas, 2, unlocks=False).record.outcome.value == "passed"
    assert states(workspace, katas) == [State.OPEN, State.LOCKED, State.LOCKED]


def test_a_missing_solution_says_how_to_get_it_back(workspace, katas):
    workspace.solution(katas[0]).unlink()
    with pytest.raises(WorkspaceError, match=r"There is no 01_first/solution\.py .* katas init"):
        attempt(workspace, katas, katas[0], JudgeOptions(), lambda event: None)


def test_an_edited_solution_keeps_the_unlock_but_is_known_to_differ(workspace, katas):
    solve(workspace, katas, 0)
    summary = path_of(workspace, katas)[0].summary
    assert not differs_from_passed(summary, workspace.solution(katas[0]))
    workspace.solution(katas[0]).write_text("something else")
    assert differs_from_passed(summary, workspace.solution(katas[0]))
    assert states(workspace, katas)[0] is State.PASSED


def test_a_failure_after_a_pass_takes_nothing_back(workspace, katas):
    solve(workspace, katas, 0)
    workspace.solution(katas[0]).write_text("broken")
    attempt(workspace, katas, katas[0], JudgeOptions(), lambda event: None)
    assert states(workspace, katas)[:2] == [State.PASSED, State.OPEN]


def test_an_interrupted_run_is_not_kept(workspace, katas):
    workspace.solution(katas[0]).write_text("interrupt")
    with pytest.raises(KeyboardInterrupt):
        attempt(workspace, katas, katas[0], JudgeOptions(), lambda event: None)
    assert Ledger(workspace.ledger_file).entries() == []


def test_the_folder_one_stands_in_is_the_kata_that_is_meant(workspace, katas):
    solve(workspace, katas, 0)
    assert choose(workspace, katas, workspace.root) == katas[1]
    assert choose(workspace, katas, workspace.folder(katas[0])) == katas[0]


def test_a_pass_without_the_one_before_does_not_open_what_follows(katas):
    passed = Summary(runs=1, passed_on="2026")
    path = standings(katas, {"02_second": passed})
    assert [s.state for s in path] == [State.OPEN, State.PASSED, State.OPEN]


def test_only_the_latest_pictures_are_kept(
    workspace: Workspace, katas: list[catalog.Kata], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those of the last five runs of each kata that drew any, and nothing else of theirs"""

    def draw(number: int) -> Artifact:
        name = f"{number:064x}"
        workspace.pictures.mkdir(exist_ok=True)
        (workspace.pictures / name).write_bytes(b"picture")
        os.utime(workspace.pictures / name, (1e9, 1e9))
        return Artifact("drawing", "image/png", name, 7)

    young = workspace.pictures / "of another check"
    workspace.pictures.mkdir()
    young.write_bytes(b"just drawn")
    for number in range(8):
        made = (draw(number), draw(0))  # one that is the same each time
        monkeypatch.setattr(
            session, "judge", lambda *given, made=made: replace(judge(*given), artifacts=made)
        )
        solve(workspace, katas, 0)
        monkeypatch.setattr(session, "judge", judge)
        solve(workspace, katas, 0, quick=True)
    young.unlink()
    kept = sorted(int(file.name, 16) for file in workspace.pictures.iterdir())
    assert kept == [0, 3, 4, 5, 6, 7]


def test_quick_runs_do_not_fill_the_ledger(
    workspace: Workspace, katas: list[catalog.Kata], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The latest are kept, and every whole run"""
    monkeypatch.setattr(ledger, "QUICK_RUNS_KEPT", 3)
    solve(workspace, katas, 0)
    for _ in range(6):
        solve(workspace, katas, 0, quick=True)
    entries = Ledger(workspace.ledger_file).entries(katas[0].name)
    assert [entry.record.quick for entry in entries] == [False, True, True, True]
    assert [entry.id for entry in entries] == [1, 5, 6, 7]
