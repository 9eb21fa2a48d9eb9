"""One judged attempt in a workspace: is it allowed, judge it, keep it, open the next kata.

Everything that `katas check` does but for reading the command line and printing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from checker.catalog import Kata
from checker.workspace.ledger import Ledger, LedgerError
from checker.workspace.progress import Standing, State, current, needed_for, standings, unlocked_by
from checker.workspace.workspace import Workspace, WorkspaceError

if TYPE_CHECKING:
    from checker.judging.session import Event, JudgeOptions
    from checker.verdict import Record


@dataclass(frozen=True)
class Attempt:
    """What came out of an attempt.

    `unlocked` is the kata that this pass opened for the first time; `is_last` says that it was the end of
    the path. `not_kept` is empty, or says why the run could not be written down.
    """

    record: Record
    unlocked: Kata | None = None
    is_last: bool = False
    not_kept: str = ""


def path_of(workspace: Workspace, katas: Sequence[Kata]) -> list[Standing]:
    """The path as this workspace stands.

    Raises:
        LedgerError: the ledger cannot be read.
    """
    return standings(katas, Ledger(workspace.ledger_file).summaries())


def start(folder: Path, katas: Sequence[Kata]) -> tuple[Workspace, list[Path], Path | None]:
    """Make or repair a workspace: its ledger and the folders of all unlocked katas.

    Returns the workspace, the files written, and the new name of a ledger that was damaged.

    Raises:
        WorkspaceError: the folder cannot be written.
        LedgerError: the ledger cannot be used, and not because it is damaged.
    """
    workspace = Workspace(folder.resolve())
    written = workspace.lay_out([])
    ledger = Ledger(workspace.ledger_file)
    aside = ledger.repair()
    path = path_of(workspace, katas)
    written += workspace.lay_out([s.kata for s in path if s.state is not State.LOCKED])
    return workspace, written, aside


def choose(workspace: Workspace, katas: Sequence[Kata], here: Path) -> Kata:
    """The kata that a command without a number means: the one whose folder is `here`, else the current one.

    Raises:
        WorkspaceError: all are passed, so there is no current one.
    """
    if around := workspace.kata_around(here, katas):
        return around
    standing = current(path_of(workspace, katas))
    if standing is None:
        raise WorkspaceError("Every kata is passed. Name the one you mean, for example: katas check 03")
    return standing.kata


def refuse_if_locked(workspace: Workspace, katas: Sequence[Kata], kata: Kata) -> None:
    """Raise a WorkspaceError that says what to pass first, if the kata is locked."""
    path = path_of(workspace, katas)
    state = next(s.state for s in path if s.kata.name == kata.name)
    if state is State.LOCKED:
        first = needed_for(path, kata)
        raise WorkspaceError(
            f"Kata {kata.number} is locked: pass {first.number} ({first.title}) first, with: "
            f"katas check {first.number}"
        )


def attempt(
    workspace: Workspace,
    katas: Sequence[Kata],
    kata: Kata,
    options: JudgeOptions,
    on_event: Callable[[Event], None],
    *,
    in_turn: bool = True,
) -> Attempt:
    """Judge the workspace's solution of a kata and keep the run.

    `in_turn=False` judges a locked kata too, and its pass unlocks nothing. Nor does one with a chosen seed:
    whoever knows the hidden draw beforehand can write a solution for it alone.

    Raises:
        WorkspaceError: the kata is locked or its file is missing.
        LedgerError: the ledger could not keep the result, found out before judging.
        KeyboardInterrupt: passed on; nothing is kept.
    """
    if in_turn:
        refuse_if_locked(workspace, katas, kata)
    solution = workspace.solution(kata)
    if not solution.exists():
        in_the_way = "" if in_turn else " --all"
        written = workspace.lay_out([kata]) if not in_turn else []
        if written:
            raise WorkspaceError(
                f"There was no {kata.name}/{solution.name} yet; the stub is there now. "
                f"Fill it in, then type: katas check {kata.number}{in_the_way}"
            )
        raise WorkspaceError(
            f"There is no {kata.name}/{solution.name} in {workspace.root}. "
            "Put your file there, or get the stub back with: katas init"
        )
    ledger = Ledger(workspace.ledger_file)
    ledger.prepare()
    from checker.judging.session import judge
    from checker.verdict import Outcome

    record = judge(kata, solution, options, on_event)
    counts = in_turn and options.seed is None
    passed_in_turn = counts and not record.quick and record.outcome is Outcome.PASSED
    try:
        # Asked again after judging: another check of this workspace may have ended meanwhile.
        before = ledger.summaries().get(kata.name)
        is_first = passed_in_turn and not (before and before.passed_on)
        following = unlocked_by(katas, kata) if is_first else None
        if following:
            record = replace(record, next_kata=following.name)
        ledger.add(record, counts=counts)
        if following:
            workspace.lay_out([following])
    except (LedgerError, WorkspaceError) as error:
        return Attempt(record, not_kept=str(error))
    return Attempt(record, unlocked=following, is_last=is_first and following is None)
