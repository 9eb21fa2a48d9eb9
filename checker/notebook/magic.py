"""Judging from inside of a notebook: the cells that were run, in the order in which they were, are the submission.

The judge is a process of its own, as everywhere. Progress is one line that is drawn anew (no widgets, which Colab and VS Code
show differently); the interrupt button ends the judgement.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from checker.catalog import Kata, find, load
from checker.errors import KatasError
from checker.judging.judge_process import Event
from checker.judging.session import JudgeOptions, Surroundings, judge
from checker.judging.snapshot import Snapshot, SubmissionProblem
from checker.languages.texts import say
from checker.languages.translation import _, current, preferred, use
from checker.notebook.cells import Cell, code_cell
from checker.notebook.reading import from_cells
from checker.report.live import LiveLine
from checker.verdict import Artifact, Record
from checker.workspace.attempt import Attempt, attempt
from checker.workspace.ledger import Ledger
from checker.workspace.workspace import find as find_workspace

DRAWN_EVERY = 0.3
NAME = say("this notebook")


class Judged:
    """A verdict that shows itself: the report in a notebook, a line elsewhere."""

    def __init__(self, result: Attempt, kata: Kata, history: Sequence[Record], pictures: Path) -> None:
        self.record = result.record
        self._result, self._kata, self._history, self._pictures = result, kata, history, pictures

    def __repr__(self) -> str:
        from checker.report.page import VERDICTS

        opened = self._result.unlocked
        told = (
            f"{self._kata.number} {self._kata.titled(current())}: {VERDICTS[current()][self.record.outcome]}."
        )
        if opened is None:
            return told
        return f"{told} " + _(
            "Unlocked: {number} {title}.", number=opened.number, title=opened.titled(current())
        )

    def _repr_html_(self) -> str:
        from checker.report.page import fragment

        def content(one: Artifact) -> bytes | None:
            try:
                return (self._pictures / one.sha256).read_bytes()
            except OSError:
                return None

        return fragment(self.record, self._kata, self._history, content, language=current())


def register(shell: Any) -> None:
    """Add the magic, and the name `katas`."""
    use(preferred())

    def kata(line: str, cell: str) -> Judged | None:
        words = line.split()
        if not words:
            print(_("Which kata? Begin the cell with: {line}", line="%%kata 03"))
            return None
        # The cell is run first, so that what it defines is there for the cells below.
        ran = shell.run_cell(cell)
        if not ran.success:
            return None
        return check(words[0], quick="--quick" in words, shell=shell)

    shell.register_magic_function(kata, magic_kind="cell", magic_name="kata")
    shell.user_ns.setdefault("katas", SimpleNamespace(check=check))


def check(wanted: str, *, quick: bool = False, data: str | None = None, shell: Any = None) -> Judged | None:
    """Judge what the cells that were run define for a kata, and unlock as in the terminal where this is a workspace.

    Args:
        wanted: the kata's number or name.
        quick: only what needs no training.
        data: which data, where the kata knows several.
        shell: IPython's; the running one without.
    """
    if shell is None:
        from IPython import get_ipython

        shell = get_ipython()
    try:
        return _judged(wanted, _cells(shell), JudgeOptions(quick=quick, data=data))
    except KatasError as error:
        print(_(str(error)))
        return None


def _cells(shell: Any) -> list[Cell]:
    """What was run so far, this cell too, each with the number that stands beside it; what was run last counts."""
    run = enumerate(shell.history_manager.input_hist_raw)
    return [code_cell(number, source) for number, source in run if source.strip()]


def _judged(wanted: str, cells: list[Cell], options: JudgeOptions) -> Judged:
    katas = load()
    kata = find(katas, wanted)
    names = [function.name for function in kata.functions]
    try:
        entry, left_out = from_cells(cells, NAME, names, int(kata.number))
    except SubmissionProblem as problem:
        raise KatasError(str(problem)) from None
    submission = Snapshot(entry, left_out=left_out)
    workspace = find_workspace(Path.cwd())
    with _Progress(kata) as on_event:
        if workspace is None:
            from checker.cache_folder import cache_folder

            pictures, history = cache_folder() / "pictures", []
            surroundings = Surroundings(pictures=None if options.quick else pictures)
            result = Attempt(judge(kata, submission, options, on_event, surroundings))
        else:
            pictures = workspace.pictures
            surroundings = Surroundings(pictures=None if options.quick else pictures)
            result = attempt(
                workspace,
                katas,
                kata,
                options,
                on_event,
                surroundings=surroundings,
                submission=submission,
            )
            history = [entry.record for entry in Ledger(workspace.ledger_file).entries(kata.name)]
    return Judged(result, kata, history or [result.record], pictures)


class _Progress:
    """One line that says what is going on, as long as it goes on."""

    def __init__(self, kata: Kata) -> None:
        self._line = LiveLine(kata.folder)
        self._drawn = 0.0
        self._handle: Any = None

    def __enter__(self) -> Callable[[Event], None]:
        from IPython.display import display

        self._handle = display({"text/plain": _("starting")}, raw=True, display_id=True)
        return self._take

    def __exit__(self, *error: object) -> None:
        if self._handle is not None:
            self._handle.update({"text/plain": ""}, raw=True)

    def _take(self, event: Event) -> None:
        self._line.take(event)
        if self._handle is not None and time.monotonic() - self._drawn > DRAWN_EVERY:
            self._drawn = time.monotonic()
            text = f"{self._line.clock().plain}{self._line.line('✓', '✗').plain}"
            self._handle.update({"text/plain": text}, raw=True)
