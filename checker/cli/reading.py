"""`katas lesson`, `katas hint`, `katas solution`: what there is to read."""

from __future__ import annotations

import io
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from checker.catalog import Kata
from checker.cli.choices import (
    kata_meant,
    katas_option,
    language,
    load_katas,
    number_argument,
    workspace_around,
    workspace_here,
)
from checker.languages.catalogues import LANGUAGES
from checker.languages.translation import _, current, of_kata
from checker.report.console import MAX_WIDTH, fitted
from checker.workspace.attempt import needed_before, path_of
from checker.workspace.ledger import Ledger, LedgerError
from checker.workspace.progress import State
from checker.workspace.typed import typed
from checker.workspace.workspace import Workspace, WorkspaceError

if TYPE_CHECKING:
    from rich.console import RenderableType


@click.command()
@number_argument
@click.option("--lang", type=click.Choice(LANGUAGES), help="Default: the language of your system.")
@katas_option
def lesson(number: str | None, lang: str | None, folders: tuple[Path, ...]) -> int:
    """Read the lesson of kata NN, or of the current kata."""
    katas = load_katas(folders)
    # With a number no workspace is needed: reading ahead is free.
    kata = kata_meant(number, katas)
    _show_markdown(_read(kata.lesson(language(lang))))
    _say_if_locked(kata, katas)
    return 0


def _say_if_locked(kata: Kata, katas: list[Kata]) -> None:
    """Below the lesson of a locked kata: what opens it, and how to try it before."""
    try:
        workspace = workspace_around()
        needed = needed_before(workspace, katas, kata) if workspace else None
    except (LedgerError, WorkspaceError):
        return
    if needed:
        told = _(
            "Kata {number} is locked until {needed} ({title}) is passed. To try it before, without "
            "unlocking anything: {command}",
            number=kata.number,
            needed=needed.number,
            title=needed.titled(current()),
            command=typed("check", kata.number, "--all"),
        )
        click.echo(fitted(told, sys.stderr), err=True)


@click.command()
@number_argument
@katas_option
def hint(number: str | None, folders: tuple[Path, ...]) -> int:
    """Show one more hint for kata NN, or for the current kata."""
    katas = load_katas(folders)
    workspace = workspace_here()
    kata = kata_meant(number, katas, workspace)
    _show_last_miss(workspace, kata)
    try:
        hints = kata.hints(current())
    except OSError:
        hints = []
    if not hints:
        raise WorkspaceError(
            _(
                "Kata {number} has no hints. Its lesson: {command}",
                number=kata.number,
                command=typed("lesson", kata.number),
            )
        )
    before = path_of(workspace, katas)[[k.name for k in katas].index(kata.name)].summary.hints
    shown = Ledger(workspace.ledger_file).one_more_hint(kata.name, len(hints))
    if before >= len(hints):
        click.echo(
            _(
                "There are no more than these {count} hints for {number}:",
                count=len(hints),
                number=kata.number,
            )
        )
        _show_markdown("\n\n".join(f"{i}. {text}" for i, text in enumerate(hints, 1)))
        return 0
    rest = len(hints) - shown
    click.echo(
        click.style(
            _(
                "Hint {shown} of {count} for {number} {title}",
                shown=shown,
                count=len(hints),
                number=kata.number,
                title=kata.titled(current()),
            ),
            bold=True,
        )
        + "\n"
    )
    _show_markdown(hints[shown - 1])
    click.echo(
        "\n" + _("{rest} more: {command}", rest=rest, command=typed("hint", kata.number))
        if rest
        else "\n" + _("That was the last hint.")
    )
    return 0


def _show_last_miss(workspace: Workspace, kata: Kata) -> None:
    """What the last run missed first, and what its check advises; nothing where the last run passed."""
    from checker.report.columns import wrapped
    from checker.report.console import shown
    from checker.report.terminal import first_missed

    record = Ledger(workspace.ledger_file).last_record(kata.name)
    missed = first_missed(record) if record else None
    if missed is None:
        return
    told = of_kata(kata.folder)
    label = _("Your last run missed:")
    first, *more = wrapped(f"{label} {shown(told(missed.title or missed.id))}", _columns())
    click.echo("\n".join((first.replace(label, click.style(label, bold=True), 1), *more)))
    for text in missed.advice or (missed.message.partition("\n")[0],):
        click.echo("\n".join(wrapped(shown(told(text)), _columns())))
    click.echo()


def _columns() -> int:
    return min(shutil.get_terminal_size().columns, MAX_WIDTH)


@click.command()
@click.argument("number", metavar="NN")
@katas_option
def solution(number: str, folders: tuple[Path, ...]) -> int:
    """Read the reference solution of kata NN, once you have passed it."""
    katas = load_katas(folders)
    workspace = workspace_here()
    kata = kata_meant(number, katas, workspace)
    standing = next(s for s in path_of(workspace, katas) if s.kata.name == kata.name)
    if standing.state is not State.PASSED:
        raise WorkspaceError(
            _(
                "The solution of {number} can be read once you have passed it. Until then: {command}",
                number=kata.number,
                command=typed("hint", kata.number),
            )
        )
    source = _read(kata.reference)
    if not sys.stdout.isatty():
        click.echo(source)
        return 0
    from rich.syntax import Syntax

    _show(Syntax(source, "python", theme="ansi_dark", background_color="default"))
    return 0


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise WorkspaceError(
            _("{file} cannot be read: {error}. Is katas installed completely?", file=file, error=reason)
        ) from error


def _show_markdown(text: str) -> None:
    """Rendered in a terminal; as it is in a pipe or a file."""
    if not sys.stdout.isatty():
        click.echo(text)
        return
    from rich.markdown import Markdown

    _show(Markdown(text, hyperlinks=False))


def _show(content: RenderableType) -> None:
    """Print to the terminal, through the pager if it is longer than the screen."""
    from rich.console import Console

    size = shutil.get_terminal_size()
    buffer = io.StringIO()
    Console(file=buffer, width=min(size.columns, MAX_WIDTH), force_terminal=True).print(content)
    text = buffer.getvalue()
    if text.count("\n") < size.lines:
        click.echo(text, nl=False)
    else:
        click.echo_via_pager(text)
