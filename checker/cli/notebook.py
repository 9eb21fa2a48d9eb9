"""`katas notebook`: a notebook with lesson and stub of a kata."""

from __future__ import annotations

from pathlib import Path

import click

from checker.cli.choices import (
    PLACE,
    kata_meant,
    katas_option,
    language,
    load_katas,
    number_argument,
    workspace_around,
)
from checker.languages.catalogues import LANGUAGES
from checker.languages.translation import _
from checker.workspace.workspace import WorkspaceError


@click.command()
@number_argument
@click.option(
    "--out", metavar="FILE", type=PLACE, help="Default: NN_name.ipynb in the kata's folder, or here."
)
@click.option("--lang", type=click.Choice(LANGUAGES), help="Default: the language of your system.")
@katas_option
def notebook(number: str | None, out: Path | None, lang: str | None, folders: tuple[Path, ...]) -> int:
    """Write a notebook with lesson and stub of kata NN, or of the current kata; `%%kata NN` judges in it."""
    from checker.notebook.reading import MISSING
    from checker.notebook.writing import notebook_of
    from checker.whole_files import write_new

    katas = load_katas(folders)
    kata = kata_meant(number, katas)
    if out is None:
        workspace = workspace_around()
        folder = workspace.folder(kata) if workspace and workspace.folder(kata).is_dir() else Path()
        out = folder / f"{kata.name}.ipynb"
    try:
        text = notebook_of(kata, language(lang))
    except ImportError:
        raise WorkspaceError(MISSING) from None
    try:
        is_written = write_new(out, text.encode())
    except OSError as error:
        raise WorkspaceError(
            _(
                "{out} cannot be written ({reason}). Name another place: --out FILE",
                out=out,
                reason=error.strerror or error,
            )
        ) from None
    if not is_written:
        raise WorkspaceError(
            _("{out} exists, and nothing of yours is overwritten. Name another one: --out FILE", out=out)
        )
    click.echo(
        _(
            "{out}\nOpen it in Jupyter, VS Code or Colab. `%%kata {number}` judges the cell.",
            out=out,
            number=kata.number,
        )
    )
    return 0
