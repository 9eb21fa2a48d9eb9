"""`katas data`: fetch data sets, and say where they lie."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

from checker.datasets.fetchable import known_sets
from checker.languages.translation import _

SETS = tuple(data_set.name for data_set in known_sets())


@click.group()
def data() -> None:
    """Data sets: they are fetched on first need, or now."""


@data.command()
@click.argument("names", metavar=f"[{'|'.join(SETS)}]...", nargs=-1, type=click.Choice(SETS))
@click.option("--data", "choice", metavar="CHOICE", help="Which pictures: photos, full, drawn, or a folder.")
def fetch(names: tuple[str, ...], choice: str | None) -> int:
    """Fetch data sets into the cache (all of them, if none is named)."""
    for data_set in known_sets():
        if names and data_set.name not in names:
            continue
        with _progress_bar(data_set.title) as progress:
            text = data_set.fetch(progress, choice)
        click.echo(f"{data_set.name}: {_(text)}")
    return 0


@data.command()
@click.argument("name", metavar="|".join(SETS), type=click.Choice(SETS))
@click.option("--data", "choice", metavar="CHOICE", help="Which pictures: photos, full, drawn, or a folder.")
def path(name: str, choice: str | None) -> int:
    """Print the folder with a set's images.npy and labels.npy, to try things by hand."""
    data_set = next(known for known in known_sets() if known.name == name)
    with _progress_bar(data_set.title) as progress:
        folder = data_set.folder(progress, choice)
    click.echo(folder)
    return 0


@contextmanager
def _progress_bar(title: str) -> Iterator[Callable[[int, int], None] | None]:
    """A function that draws how far a download is, on a terminal; else None."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    from checker.report.console import console_for

    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f} %"))
    with Progress(*columns, TimeRemainingColumn(), console=console_for(sys.stderr), transient=True) as bar:
        task = bar.add_task(_(title), total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total or None)
