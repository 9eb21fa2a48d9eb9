"""`katas status`, and `katas` alone: where one is on the path, and what to type next."""

from __future__ import annotations

import sys
import unicodedata
from pathlib import Path

import click

from checker.catalog import Kata
from checker.cli.choices import (
    katas_option,
    language,
    load_katas,
    workspace_here,
)
from checker.report.console import Signs, signs_for
from checker.workspace.attempt import path_of
from checker.workspace.progress import Standing, State, current, differs_from_passed
from checker.workspace.typed import from_here, quoted, typed
from checker.workspace.workspace import Workspace, WorkspaceError


@click.command()
@katas_option
def status(folders: tuple[Path, ...] = ()) -> int:
    """Where you are on the path, and what to type next."""
    katas = load_katas(folders)
    workspace = workspace_here()
    path = path_of(workspace, katas)
    signs = signs_for(sys.stdout)
    titles = [_title(standing.kata) for standing in path]
    width = max(_cells(title) for title in titles)
    click.echo(click.style("Deep Learning Katas", bold=True) + f"  {workspace.root}")
    click.echo()
    for standing, title in zip(path, titles, strict=True):
        sign, colour = _sign(standing.state, signs)
        row = f"{sign} {standing.kata.number} {title}{' ' * (width - _cells(title))}  "
        dim = standing.state is State.LOCKED
        click.echo(
            "  " + click.style(row, fg=colour, dim=dim) + click.style(_result(standing, signs), dim=dim)
        )
        if standing.state is State.PASSED and differs_from_passed(
            standing.summary, workspace.solution(standing.kata)
        ):
            click.echo(
                click.style("       the version that passed was another one than in the folder now", dim=True)
            )
    click.echo()
    for line in _next(workspace, path):
        click.echo(line)
    return 0


def _title(kata: Kata) -> str:
    return kata.title_ko if language(None) == "ko" else kata.title


def _cells(text: str) -> int:
    """Columns that the text takes; Korean letters take two."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _sign(state: State, signs: Signs) -> tuple[str, str | None]:
    return {
        State.PASSED: (signs.passed, "green"),
        State.OPEN: (signs.open, "cyan"),
        State.LOCKED: (signs.locked, None),
    }[state]


def _result(standing: Standing, signs: Signs) -> str:
    """The best result so far in a few words."""
    from checker.report.figures import figure, used_of

    summary = standing.summary
    if standing.state is State.LOCKED:
        return "locked"
    if standing.state is State.OPEN:
        if not summary.runs:
            return "open"
        runs = f"{summary.runs} run{'s' if summary.runs > 1 else ''}"
        return f"open: {runs}, best {summary.best_done} of {summary.best_of} checks"
    won = [signs.won if has else signs.star for has in summary.stars.values()]
    parts = [f"passed {''.join(won)}".strip()]
    if summary.value is not None and summary.limit is not None:
        parts.append(f"{summary.measure} {figure(summary.value)} (limit {figure(summary.limit)})")
    if summary.seconds is not None and summary.allowed is not None:
        parts.append(used_of(summary.seconds, summary.allowed, "CPU"))
    return ", ".join(parts)


def _next(workspace: Workspace, path: list[Standing]) -> list[str]:
    standing = current(path)
    if standing is None:
        own = quoted("katas", "new", "my-kata")
        return [f"All katas are passed. Go your own way now: `{own}` writes a kata of your own."]
    kata = standing.kata
    solution = workspace.solution(kata)
    try:
        exists = workspace.exists(solution)
    except WorkspaceError as error:
        return [str(error)]
    if not exists:
        return [f"Next:  {typed('init')}", f"       puts back {from_here(solution)}, which is missing"]
    if not standing.summary.runs:
        return [
            f"Next:  {typed('lesson', kata.number)}",
            f"       then write {from_here(solution)} and type: {typed('check', kata.number)}",
        ]
    return [
        f"Next:  {typed('check', kata.number)}",
        f"       after writing on in {from_here(solution)}; `{typed('hint', kata.number)}` gives a hint",
    ]
