"""`katas report`: the last run, or the whole path, as a page for the browser."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from checker.catalog import Kata
from checker.cli.choices import (
    PLACE,
    katas_option,
    language,
    load_katas,
    number_argument,
    one_kata,
    workspace_here,
)
from checker.languages.catalogues import LANGUAGES
from checker.languages.translation import _
from checker.verdict import Artifact
from checker.workspace.typed import typed
from checker.workspace.workspace import Workspace, WorkspaceError


@click.command()
@number_argument
@click.option("--out", metavar="FILE", type=PLACE, help="Write the page here.")
@click.option(
    "--folder",
    metavar="DIR",
    type=PLACE,
    help="Page, style and pictures apart, for servers with a strict policy.",
)
@click.option("--lang", type=click.Choice(LANGUAGES), help="Default: the language of your system.")
@click.option(
    "--open/--no-open", "opens", default=None, help="Open it in the browser. Default: in a terminal."
)
@katas_option
def report(
    number: str | None,
    out: Path | None,
    folder: Path | None,
    lang: str | None,
    opens: bool | None,
    folders: tuple[Path, ...],
) -> int:
    """What kata NN learned, as a page with pictures; without a number the whole path.

    The page holds everything in one file and needs no network.
    """
    from checker.whole_files import whole_file

    if out is not None and folder is not None:
        raise click.UsageError(_("--out writes one file and --folder several: name one of them."))
    katas = load_katas(folders)
    workspace = workspace_here()
    kata = one_kata(katas, number) if number else None
    files = _files(workspace, katas, kata, language(lang), apart=folder is not None)
    place = (
        folder / "index.html"
        if folder is not None
        else out or workspace.root / ".katas" / f"report-{kata.number if kata else 'path'}.html"
    )
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            with whole_file(place if name == "index.html" else place.parent / name) as file:
                file.write(content)
    except OSError as error:
        raise WorkspaceError(
            _(
                "{place} cannot be written ({reason}). Name another place: --out FILE",
                place=place,
                reason=error.strerror or error,
            )
        ) from None
    click.echo(str(place.resolve()))
    if opens or (opens is None and sys.stdout.isatty() and not os.environ.get("CI")):
        import webbrowser

        webbrowser.open(place.resolve().as_uri())
    return 0


def _files(
    workspace: Workspace, katas: list[Kata], kata: Kata | None, lang: str, *, apart: bool
) -> dict[str, bytes]:
    from checker.report.page import page, path_page
    from checker.workspace.attempt import path_of
    from checker.workspace.ledger import Ledger

    if kata is None:
        return path_page(path_of(workspace, katas), language=lang, apart=apart)
    records = [entry.record for entry in Ledger(workspace.ledger_file).entries(kata.name)]
    if not records:
        raise WorkspaceError(
            _(
                "Kata {number} has not been judged yet, so there is nothing to report. First: {command}",
                number=kata.number,
                command=typed("check", kata.number),
            )
        )

    def content(artifact: Artifact) -> bytes | None:
        try:
            return (workspace.pictures / artifact.sha256).read_bytes()
        except OSError:
            return None

    return page(records[-1], kata, records, content, language=lang, apart=apart)
