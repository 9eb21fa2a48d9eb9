"""`katas lesson`, `katas hint`, `katas solution`: what there is to read."""

from __future__ import annotations

import io
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from checker.cli.choices import (
    LANGUAGES,
    katas_option,
    language,
    load_katas,
    number_argument,
    one_kata,
    workspace_here,
)
from checker.report.console import MAX_WIDTH
from checker.report.formulas import readable
from checker.workspace.attempt import choose, path_of, refuse_if_locked
from checker.workspace.ledger import Ledger
from checker.workspace.progress import State
from checker.workspace.workspace import WorkspaceError

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
    kata = one_kata(katas, number) if number else choose(workspace_here(), katas, Path.cwd())
    _show_markdown(_read(kata.lesson(language(lang))))
    return 0


@click.command()
@number_argument
@katas_option
def hint(number: str | None, folders: tuple[Path, ...]) -> int:
    """Show one more hint for kata NN, or for the current kata."""
    katas = load_katas(folders)
    workspace = workspace_here()
    kata = one_kata(katas, number) if number else choose(workspace, katas, Path.cwd())
    refuse_if_locked(workspace, katas, kata)
    try:
        hints = kata.hints()
    except OSError:
        hints = []
    if not hints:
        raise WorkspaceError(f"Kata {kata.number} has no hints. Its lesson: katas lesson {kata.number}")
    before = path_of(workspace, katas)[[k.name for k in katas].index(kata.name)].summary.hints
    shown = Ledger(workspace.ledger_file).one_more_hint(kata.name, len(hints))
    if before >= len(hints):
        click.echo(f"There are no more than these {len(hints)} hints for {kata.number}:\n")
        _show_markdown("\n\n".join(f"{i}. {text}" for i, text in enumerate(hints, 1)))
        return 0
    rest = len(hints) - shown
    click.echo(click.style(f"Hint {shown} of {len(hints)} for {kata.number} {kata.title}", bold=True) + "\n")
    _show_markdown(hints[shown - 1])
    click.echo(f"\n{rest} more: katas hint {kata.number}" if rest else "\nThat was the last hint.")
    return 0


@click.command()
@click.argument("number", metavar="NN")
@katas_option
def solution(number: str, folders: tuple[Path, ...]) -> int:
    """Read the reference solution of kata NN, once you have passed it."""
    katas = load_katas(folders)
    kata = one_kata(katas, number)
    workspace = workspace_here()
    standing = next(s for s in path_of(workspace, katas) if s.kata.name == kata.name)
    if standing.state is not State.PASSED:
        raise WorkspaceError(
            f"The solution of {kata.number} can be read once you have passed it. "
            f"Until then: katas hint {kata.number}"
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
        raise WorkspaceError(f"{file} cannot be read: {error}. Is katas installed completely?") from error


def _show_markdown(text: str) -> None:
    """Rendered in a terminal; as it is in a pipe or a file."""
    if not sys.stdout.isatty():
        click.echo(text)
        return
    from rich.markdown import Markdown

    _show(Markdown(readable(text), hyperlinks=False))


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
