"""`katas calibrate`: measure how fast this machine is."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from checker.cli.choices import katas_option, load_katas
from checker.languages.translation import _
from checker.report.columns import before, padded
from checker.report.console import fitted


@click.command()
@click.option("--reference", is_flag=True, help="Time the reference solutions as well; takes minutes.")
@katas_option
def calibrate(reference: bool, folders: tuple[Path, ...]) -> int:
    """Measure the speed of this machine again; close other programs first."""
    from checker.hardware.calibration import REFERENCE_SECONDS
    from checker.hardware.calibration import calibrate as measure

    katas = load_katas(folders)
    found = measure(REFERENCE_SECONDS, again=True)
    columns = (before(_("factor"), 7), before(_("spread"), 7))
    click.echo(" ".join((padded(_("workload"), 18), *columns)))
    for name, timing in found.timings.items():
        busy = "   " + _("(the machine was busy: repeat this when it is quiet)") if timing.disturbed else ""
        click.echo(f"{name:18} {timing.factor:7.2f} {timing.spread:7.1%}{busy}")
    told = _("A factor of 2 means: this machine needs twice the CPU seconds, so budgets are doubled.")
    click.echo(fitted(told, sys.stdout))
    if not reference:
        return 0
    from checker.hardware.reference_times import time_references

    told = _("The references on this machine, in CPU seconds: foreseen by the factors, measured, ratio")
    click.echo("\n" + fitted(told, sys.stdout))
    is_good = True
    for line, fits in time_references(katas):
        is_good = is_good and fits
        click.echo(_(line))
    if not is_good:
        told = _("A ratio outside 0.67 to 1.5 means that the factors do not fit here: do not host a contest.")
        click.echo(fitted(told, sys.stdout))
    return 0 if is_good else 1
