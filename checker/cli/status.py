"""`katas status`, and `katas` alone: where one is on the path, and what to type next."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import click

from checker.catalog import Kata
from checker.cli.choices import (
    katas_option,
    load_katas,
    workspace_here,
)
from checker.cli.next_star import next_star
from checker.languages.translation import _, of_kata
from checker.languages.translation import current as spoken
from checker.report.columns import cells
from checker.report.console import MAX_WIDTH, Signs, fitted, signs_for
from checker.workspace.attempt import path_of
from checker.workspace.progress import Standing, State, current, differs_from_passed
from checker.workspace.typed import from_here, quoted, typed
from checker.workspace.workspace import Workspace, WorkspaceError

INDENT = 2


@click.command()
@katas_option
def status(folders: tuple[Path, ...] = ()) -> int:
    """Where you are on the path, and what to type next."""
    katas = load_katas(folders)
    workspace = workspace_here()
    path = path_of(workspace, katas)
    signs = signs_for(sys.stdout)
    titles = [_title(standing.kata) for standing in path]
    width = max(cells(title) for title in titles)
    columns = min(shutil.get_terminal_size().columns, MAX_WIDTH)
    click.echo(click.style(_("Deep Learning Katas"), bold=True) + f"  {workspace.root}")
    click.echo()
    for standing, title in zip(path, titles, strict=True):
        sign, colour = _sign(standing.state, signs)
        row = f"{sign} {standing.kata.number} {title}{' ' * (width - cells(title))}  "
        dim = standing.state is State.LOCKED
        first, *more = _lines(_result(standing, signs), columns - cells(row) - INDENT)
        click.echo(" " * INDENT + click.style(row, fg=colour, dim=dim) + click.style(first, dim=dim))
        for line in more:
            click.echo(" " * (INDENT + cells(row)) + line)
        if standing.state is State.PASSED and differs_from_passed(
            standing.summary, workspace.solution(standing.kata)
        ):
            click.echo(
                click.style(
                    "       " + _("the version that passed was another one than in the folder now"), dim=True
                )
            )
    click.echo()
    for line in (*_next(workspace, path), *next_star(workspace, path)):
        # Indented lines stand below each other.
        click.echo(line if line.startswith(" ") else fitted(line, sys.stdout))
    return 0


def _title(kata: Kata) -> str:
    return kata.titled(spoken())


def _sign(state: State, signs: Signs) -> tuple[str, str | None]:
    return {
        State.PASSED: (signs.passed, "green"),
        State.OPEN: (signs.open, "cyan"),
        State.LOCKED: (signs.locked, None),
    }[state]


def _lines(parts: list[str], width: int) -> list[str]:
    """The parts with commas between them, in lines of at most that width; one that is wider stands alone."""
    lines: list[str] = []
    for part in parts:
        if lines and cells(f"{lines[-1]}, {part}") <= width:
            lines[-1] += f", {part}"
        else:
            lines.append(part)
    return [*(f"{line}," for line in lines[:-1]), *lines[-1:]]


def _result(standing: Standing, signs: Signs) -> list[str]:
    """The best result so far in a few words."""
    from checker.report.figures import figure, used_of

    summary, told = standing.summary, of_kata(standing.kata.folder)
    if standing.state is State.LOCKED:
        return [_("locked")]
    if standing.state is State.OPEN:
        if not summary.runs:
            return [_("open")]
        runs = _("{runs} runs", runs=summary.runs) if summary.runs > 1 else _("1 run")
        best = _(
            "open: {runs}, best {done} of {checks} checks",
            runs=runs,
            done=summary.best_done,
            checks=summary.best_of,
        )
        return [best]
    won = [signs.won if has else signs.star for has in summary.stars.values()]
    parts = [f"{_('passed')} {''.join(won)}".strip()]
    if summary.value is not None and summary.limit is not None:
        parts.append(
            _(
                "{measure} {value} (limit {limit})",
                measure=told(summary.measure),
                value=figure(summary.value),
                limit=figure(summary.limit),
            )
        )
    if summary.seconds is not None and summary.allowed is not None:
        parts.append(_(used_of(summary.seconds, summary.allowed, "CPU")))
    return parts


def _next(workspace: Workspace, path: list[Standing]) -> list[str]:
    standing = current(path)
    if standing is None:
        own = quoted("katas", "new", "my-kata")
        return [_("All katas are passed. Go your own way now: `{own}` writes a kata of your own.", own=own)]
    kata = standing.kata
    solution = workspace.solution(kata)
    try:
        exists = workspace.exists(solution)
    except WorkspaceError as error:
        return [_(str(error))]
    if not exists:
        return [
            _("Next:  {command}", command=typed("init")),
            "       " + _("puts back {file}, which is missing", file=from_here(solution)),
        ]
    if not standing.summary.runs:
        return [
            _("Next:  {command}", command=typed("lesson", kata.number)),
            "       "
            + _(
                "then write {file} and type: {command}",
                file=from_here(solution),
                command=typed("check", kata.number),
            ),
        ]
    return [
        _("Next:  {command}", command=typed("check", kata.number)),
        "       "
        + _(
            "after writing on in {file}; `{command}` gives a hint",
            file=from_here(solution),
            command=typed("hint", kata.number),
        ),
    ]
