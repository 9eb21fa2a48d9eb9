"""`katas verify`: does every kata judge as its author promises?"""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from checker.catalog import Kata, default_folder
from checker.cli.choices import katas_option, load_katas, one_kata

if TYPE_CHECKING:
    from checker.verdict import Record


@click.command()
@click.argument("numbers", metavar="[NN]...", nargs=-1)
@click.option("--full", is_flag=True, help="Run every check of wrong, slow and cheating specimens too.")
@click.option("--attacks", is_flag=True, help="Only the cheating specimens and the attacks on the judge.")
@click.option("--no-specimens", is_flag=True, help="Only references and stubs.")
@click.option(
    "--sample",
    metavar="N",
    type=click.IntRange(1),
    help="Only N specimens of each kind, and those of one Keras kata; which ones, changes from day to day.",
)
@click.option("--specimens", metavar="DIR", type=click.Path(path_type=Path), help="Default: tests/specimens.")
@click.option("--sandbox", type=click.Choice(["strict", "any"]), default="any", show_default=True)
@click.option(
    "--data",
    default="drawn",
    show_default=True,
    help="Pictures for cats and dogs, as `katas check --data` takes them.",
)
@click.option("--jobs", type=click.IntRange(1), default=1, show_default=True, help="Judgements at a time.")
@katas_option
def verify(
    numbers: tuple[str, ...],
    full: bool,
    attacks: bool,
    no_specimens: bool,
    sample: int | None,
    specimens: Path | None,
    sandbox: str,
    data: str,
    jobs: int,
    folders: tuple[Path, ...],
) -> int:
    """For authors: references pass with room to spare, stubs fail, every specimen gets its verdict."""
    from checker.verification.trials import KINDS, run_all, sampled, trials

    everything = load_katas(folders)
    katas = [one_kata(everything, number) for number in numbers] or everything
    folder = _specimens(specimens)
    chosen = trials(katas, folder, only_cheating=attacks, with_specimens=not no_specimens)
    if folder is None and not no_specimens and not any(trial.kind in KINDS for trial in chosen):
        click.echo(
            "No specimens here: they are in a checkout, not in the installed package (--specimens DIR)."
        )
    if sample is not None:
        everyone, chosen = chosen, sampled(chosen, sample, date.today().toordinal())
        click.echo(f"A sample of the day: {len(everyone) - len(chosen)} of {len(everyone)} are left out.")
    table = Table(max((len(trial.name) for trial in chosen), default=0))
    for finding in run_all(chosen, full=full, sandbox=sandbox, jobs=jobs, choice=data):
        trial, record = finding.trial, finding.record
        table.row(trial.kata.number, trial.name, record, record.seconds, finding.problem, finding.margin)
    if attacks and folder is not None:
        _attack(folder / "attacks", everything if not numbers else katas, everything, sandbox, jobs, table)
    if not table.rows:
        raise click.UsageError("There is nothing to verify: these katas have no specimens of that kind.")
    click.echo(f"{table.rows - table.wrong} of {table.rows} as promised")
    return 1 if table.wrong else 0


class Table:
    """Prints one row after the other and counts those that are wrong."""

    def __init__(self, width: int) -> None:
        self.width = width
        self.rows = self.wrong = 0

    def row(
        self, number: str, name: str, record: Record | None, seconds: float, problem: str, room: str = ""
    ) -> None:
        """Print one row; what has a `problem` is wrong."""
        from checker.report.console import shown, signs_for

        self.rows += 1
        self.wrong += bool(problem)
        signs = signs_for(sys.stdout)
        sign = click.style(signs.failed, fg="red") if problem else click.style(signs.passed, fg="green")
        outcome = record.outcome.value if record else "nothing"
        row = f"{sign} {number} {name:{self.width}}  {outcome:13} {seconds:6.1f} s  {shown(problem or room)}"
        click.echo(row.rstrip())
        # A log that is read while this goes on for an hour must not lag behind.
        sys.stdout.flush()


def _attack(
    folder: Path, katas: list[Kata], everything: list[Kata], sandbox: str, jobs: int, table: Table
) -> None:
    """Try the attacks that name one of these katas, at the level that `sandbox` gives."""
    from checker.judging.sandbox import choose
    from checker.verification.attacks import attacks_in, verify_attacks

    numbers = {int(kata.number) for kata in katas}
    chosen = [attack for attack in attacks_in(folder) if int(attack.kata) in numbers]
    level = choose(sandbox)
    click.echo(f"Attacks at the level {level}:")
    table.width = max([table.width, *(len(attack.name) for attack in chosen)])
    for result in verify_attacks(chosen, everything, level, jobs):
        attack = result.attack
        table.row(f"{int(attack.kata):02}", attack.name, result.record, result.seconds, result.problem)


def _specimens(asked: Path | None) -> Path | None:
    """The folder of specimens: the one asked for, else the one of the checkout, else None."""
    if asked is not None:
        if not asked.is_dir():
            raise click.UsageError(f"--specimens {asked} is no folder.")
        return asked
    folder = default_folder().parent / "tests" / "specimens"
    return folder if folder.is_dir() else None
