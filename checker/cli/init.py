"""`katas init`: make a workspace, or put back what is missing in one."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from checker.cli.choices import (
    PLACE,
    katas_option,
    load_katas,
    workspace_around,
)
from checker.languages.translation import _
from checker.report.console import fitted
from checker.workspace.attempt import start
from checker.workspace.typed import from_here, quoted, typed
from checker.workspace.workspace import WorkspaceError


@click.command()
@click.argument("folder", metavar="[DIR]", required=False, type=PLACE)
@katas_option
def init(folder: Path | None, folders: tuple[Path, ...]) -> int:
    """Make a workspace in DIR, or put back what is missing in one.

    No file is ever overwritten.
    """
    katas = load_katas(folders)
    if folder is None:
        around = workspace_around()
        if around is None:
            raise WorkspaceError(
                _(
                    "Name a folder for the workspace, for example: {command}",
                    command=typed("init", "my-katas"),
                )
            )
        folder = around.root
    started = start(folder, katas)
    workspace = started.workspace
    if started.aside:
        told = _(
            "The ledger was damaged. It was moved to {place} and an empty one started. Your solutions "
            "are as they were. To pass the first again: {command}",
            place=from_here(started.aside),
            command=typed("check", katas[0].number),
        )
        click.echo(fitted(told, sys.stdout))
    if started.is_new:
        click.echo(_("The workspace {place} is ready.", place=from_here(workspace.root)))
    elif started.written:
        files = ", ".join(str(f.relative_to(workspace.root)) for f in started.written)
        click.echo(_("Put back: {files}", files=files))
    else:
        click.echo(_("Nothing is missing in {place}.", place=from_here(workspace.root)))
    if started.is_new:
        first = katas[0]
        place = from_here(workspace.root)
        enter = [] if place == "." else [quoted("cd", place)]
        for command in (*enter, typed("lesson"), typed("check", first.number)):
            click.echo(f"  {command}")
        click.echo(_("Between the last two you write {name}/solution.py.", name=first.name))
    return 0
