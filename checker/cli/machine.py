"""`katas calibrate` and `katas data`: prepare this machine."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from checker.cli.choices import katas_option, load_katas
from checker.datasets.fetchable import known_sets

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
        click.echo(f"{data_set.name}: {text}")
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
        task = bar.add_task(title, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total or None)


@click.command()
@click.option("--reference", is_flag=True, help="Time the reference solutions as well; takes minutes.")
@katas_option
def calibrate(reference: bool, folders: tuple[Path, ...]) -> int:
    """Measure the speed of this machine again; close other programs first."""
    from checker.hardware.calibration import REFERENCE_SECONDS
    from checker.hardware.calibration import calibrate as measure

    katas = load_katas(folders)
    found = measure(REFERENCE_SECONDS, again=True)
    click.echo("workload            factor   spread")
    for name, timing in found.timings.items():
        busy = "   (the machine was busy: repeat this when it is quiet)" if timing.disturbed else ""
        click.echo(f"{name:18} {timing.factor:7.2f} {timing.spread:7.1%}{busy}")
    click.echo("A factor of 2 means: this machine needs twice the CPU seconds, so budgets are doubled.")
    if not reference:
        return 0
    from checker.hardware.reference_times import time_references

    click.echo("\nThe references on this machine, in CPU seconds: foreseen by the factors, measured, ratio")
    is_good = True
    for line, fits in time_references(katas):
        is_good = is_good and fits
        click.echo(line)
    if not is_good:
        click.echo(
            "A ratio outside 0.67 to 1.5 means that the factors do not fit here: do not host a contest."
        )
    return 0 if is_good else 1
