"""One judged attempt in a workspace: is it allowed, judge it, keep it, open the next kata.

Everything that `katas check` does but for reading the command line and printing.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from checker.catalog import Kata
from checker.languages.texts import say
from checker.languages.translation import current as spoken
from checker.workspace.ledger import Ledger, LedgerError
from checker.workspace.progress import Standing, State, current, needed_for, standings, unlocked_by
from checker.workspace.typed import typed
from checker.workspace.workspace import Workspace, WorkspaceError, workspace_at

if TYPE_CHECKING:
    from checker.judging.judge_process import Event
    from checker.judging.session import JudgeOptions, ReadyJudge, Surroundings
    from checker.judging.snapshot import Snapshot
    from checker.verdict import Record


RUNS_WITH_PICTURES = 5
YOUNG_SECONDS = 3600.0


@dataclass(frozen=True)
class Attempt:
    """What came out of an attempt.

    `unlocked` is the kata that this pass opened for the first time; `is_last` says that it was the end of
    the path. `not_kept` is empty, or says why the run could not be written down. `needed` is the kata to pass first
    where this one is locked and was judged all the same.
    """

    record: Record
    unlocked: Kata | None = None
    is_last: bool = False
    not_kept: str = ""
    needed: Kata | None = None


def path_of(workspace: Workspace, katas: Sequence[Kata]) -> list[Standing]:
    """The path as this workspace stands.

    Raises:
        LedgerError: the ledger cannot be read.
    """
    return standings(katas, Ledger(workspace.ledger_file).summaries())


@dataclass(frozen=True)
class Start:
    """What making or repairing a workspace did: the files written, the new name of a ledger that was damaged."""

    workspace: Workspace
    is_new: bool
    written: tuple[Path, ...]
    aside: Path | None


def start(folder: Path, katas: Sequence[Kata]) -> Start:
    """Make or repair a workspace: its ledger and the folders of all unlocked katas.

    Raises:
        WorkspaceError: the folder cannot be written, or a link in it leads nowhere.
        LedgerError: the ledger cannot be used, and not because it is damaged.
    """
    workspace = workspace_at(folder)
    is_new = not workspace.ledger_file.parent.is_dir()
    written = workspace.lay_out([])
    ledger = Ledger(workspace.ledger_file)
    aside = ledger.repair()
    opened = [s.kata for s in path_of(workspace, katas) if s.state is not State.LOCKED]
    written += workspace.lay_out(opened)
    for kata in opened:
        workspace.exists(workspace.solution(kata))
    return Start(workspace, is_new, tuple(written), aside)


def choose(workspace: Workspace, katas: Sequence[Kata], here: Path) -> Kata:
    """The kata that a command without a number means: the one whose folder is `here`, else the current one.

    Raises:
        WorkspaceError: all are passed, so there is no current one.
    """
    if around := workspace.kata_around(here, katas):
        return around
    standing = current(path_of(workspace, katas))
    if standing is None:
        example = typed("check", katas[-1].number)
        raise WorkspaceError(
            say("Every kata is passed. Name the one you mean, for example: {example}", example=example)
        )
    return standing.kata


def needed_before(workspace: Workspace, katas: Sequence[Kata], kata: Kata) -> Kata | None:
    """The kata to pass first where this one is locked; None where it is open.

    Raises:
        LedgerError: the ledger cannot be read.
    """
    path = path_of(workspace, katas)
    state = next(s.state for s in path if s.kata.name == kata.name)
    return needed_for(path, kata) if state is State.LOCKED else None


def attempt(
    workspace: Workspace,
    katas: Sequence[Kata],
    kata: Kata,
    options: JudgeOptions,
    on_event: Callable[[Event], None],
    *,
    unlocks: bool = True,
    surroundings: Surroundings | None = None,
    ready: ReadyJudge | None = None,
    submission: Snapshot | None = None,
) -> Attempt:
    """Judge the workspace's solution of a kata and keep the run.

    `unlocks=False` judges a locked kata too, whose pass unlocks nothing. Nor does one with a chosen seed:
    whoever knows the hidden draw beforehand can write a solution for it alone. `surroundings` and `ready` are as for `judge`;
    `submission` is judged instead of the workspace's file, for a notebook.

    Raises:
        WorkspaceError: the kata is locked or its file is missing.
        LedgerError: the ledger could not keep the result, found out before judging.
        KeyboardInterrupt: passed on; nothing is kept.
    """
    needed = needed_before(workspace, katas, kata)
    if needed and unlocks:
        raise WorkspaceError(
            say(
                "Kata {number} is locked: pass {needed} ({title}) first, with: {command}. To try it out of turn, "
                "without unlocking anything: {out_of_turn}",
                number=kata.number,
                needed=needed.number,
                title=needed.titled(spoken()),
                command=typed("check", needed.number),
                out_of_turn=typed("check", kata.number, "--all"),
            )
        )
    if submission is None:
        _need_solution(workspace, kata, is_locked=needed is not None)
    solution = submission or workspace.solution(kata)
    ledger = Ledger(workspace.ledger_file)
    ledger.prepare()
    from checker.judging.session import ALONE, judge
    from checker.verdict import Outcome

    record = judge(kata, solution, options, on_event, surroundings or ALONE, ready)
    counts = needed is None and options.seed is None
    passed_in_turn = counts and not record.quick and record.outcome is Outcome.PASSED
    try:
        # Asked again after judging: another check of this workspace may have ended meanwhile.
        before = ledger.summaries().get(kata.name)
        is_first = passed_in_turn and not (before and before.passed_on)
        following = unlocked_by(katas, kata) if is_first else None
        if following:
            record = replace(record, next_kata=following.name)
        ledger.add(record, counts=counts)
        if record.artifacts:
            _forget_old_pictures(workspace, ledger)
        if following:
            workspace.lay_out([following])
    except (LedgerError, WorkspaceError) as error:
        return Attempt(record, not_kept=str(error), needed=needed)
    return Attempt(record, unlocked=following, is_last=is_first and following is None, needed=needed)


def _forget_old_pictures(workspace: Workspace, ledger: Ledger) -> None:
    """Keep the pictures of the latest runs of each kata alone: thousands of attempts would fill the disk."""
    kept = ledger.pictures(RUNS_WITH_PICTURES)
    # Another check of this workspace may have drawn some that are not in the ledger yet.
    old = time.time() - YOUNG_SECONDS
    with suppress(OSError):
        for file in workspace.pictures.iterdir():
            if file.name not in kept and file.stat().st_mtime < old:
                file.unlink()


def _need_solution(workspace: Workspace, kata: Kata, *, is_locked: bool) -> None:
    """Raise a WorkspaceError that says what to do, if there is no solution to judge; a locked kata gets its stub."""
    solution = workspace.solution(kata)
    if workspace.exists(solution):
        return
    name = f"{kata.name}/{solution.name}"
    if is_locked and workspace.lay_out([kata]):
        return  # the stub is there now; its verdict says what is to be written
    raise WorkspaceError(
        say(
            "There is no {name} in {root}. Put your file there, or get the stub back with: {command}",
            name=name,
            root=workspace.root,
            command=typed("init"),
        )
    )
