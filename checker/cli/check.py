"""`katas check`: have a solution judged."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from checker.cache_folder import with_home
from checker.catalog import Kata
from checker.cli.choices import PLACE, kata_meant, katas_option, load_katas, number_argument, workspace_here
from checker.cli.next_steps import Again, next_steps
from checker.judging.streams import from_text
from checker.languages.translation import _, current
from checker.verdict import Record
from checker.workspace.attempt import Attempt, attempt
from checker.workspace.typed import typed
from checker.workspace.workspace import Workspace


def _seed(context: click.Context, parameter: click.Parameter, value: str | None) -> int | None:
    """The seed as a record names it: a whole number of up to 128 bits, also in hexadecimal."""
    try:
        return None if value is None else from_text(value)
    except ValueError:
        raise click.BadParameter(
            _("{value!r} is no seed: a whole number from 0 to 2^128 - 1, as a record names it.", value=value)
        ) from None


@click.command()
@number_argument
@click.option("--quick", is_flag=True, help="Only the checks that need no training; unlocks nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print the record as JSON and nothing else.")
@click.option("--junit", metavar="FILE", type=PLACE, help="Write JUnit XML as well.")
@click.option("-v", "--verbose", is_flag=True, help="Report every check, not only the first that was missed.")
@click.option(
    "--seed", metavar="N", callback=_seed, help="Repeat the run that had this seed; unlocks nothing."
)
@click.option(
    "--submission",
    metavar="FILE",
    type=PLACE,
    help="Judge this file or notebook, without a workspace and without unlocking.",
)
@click.option("--all", "every", is_flag=True, help="Judge a locked kata too, without unlocking.")
@click.option(
    "--sandbox",
    type=click.Choice(["strict", "any"]),
    default="any",
    show_default=True,
    help="strict refuses to judge where the system offers no sandbox.",
)
@click.option(
    "--data", metavar="CHOICE", help="Which data to use, where a kata knows several: see its lesson."
)
@click.option("--whole", is_flag=True, help="Of a notebook take all code, not only what the kata needs.")
@katas_option
def check(
    number: str | None,
    quick: bool,
    as_json: bool,
    junit: Path | None,
    verbose: bool,
    seed: int | None,
    submission: Path | None,
    every: bool,
    sandbox: str,
    data: str | None,
    whole: bool,
    folders: tuple[Path, ...],
) -> int:
    """Judge your solution of kata NN, or of the current kata.

    Exit code: 0 passed, 1 not passed, 2 usage or locked, 3 inconclusive, 4 judge error.
    """
    from checker.judging.session import JudgeOptions, Surroundings, judge
    from checker.report.console import fitted
    from checker.report.live import live_line

    katas = load_katas(folders)
    if junit is not None:
        _refuse_unwritable(junit)
    workspace: Workspace | None = None
    if submission is not None:
        if number is None:
            example = typed("check", katas[0].number, "--submission", submission)
            raise click.UsageError(
                _("--submission needs the number of the kata, as in: {example}", example=example)
            )
        kata = kata_meant(number, katas)
        if not os.path.lexists(submission):
            raise click.UsageError(
                _(
                    "There is no file {submission}. Name the file with the solution to judge.",
                    submission=submission,
                )
            )
        options = JudgeOptions(
            seed=seed, quick=quick, sandbox=sandbox, data=_data_for(kata, data), whole_notebook=whole
        )
        with live_line(sys.stderr, kata) as on_event:
            result = Attempt(judge(kata, submission, options, on_event))
    else:
        workspace = workspace_here()
        kata = kata_meant(number, katas, workspace)
        options = JudgeOptions(seed=seed, quick=quick, sandbox=sandbox, data=_data_for(kata, data))
        with live_line(sys.stderr, kata) as on_event:
            result = attempt(
                workspace,
                katas,
                kata,
                options,
                on_event,
                unlocks=not every,
                surroundings=Surroundings(pictures=None if quick else workspace.pictures),
            )
    if junit is not None:
        _write_junit(result.record, junit)
    if as_json:
        _print_json(result.record)
    else:
        again = Again(submission=submission, sandbox=sandbox, data=data, seed=seed, whole=whole)
        print_report(result, kata, workspace, again, verbose=verbose)
    if result.not_kept:
        told = _("This run could not be kept, so nothing is unlocked. {not_kept}", not_kept=result.not_kept)
        click.echo(fitted(f"katas: {told}", sys.stderr), err=True)
    return result.record.outcome.exit_code


def print_report(
    result: Attempt, kata: Kata, workspace: Workspace | None, again: Again, *, verbose: bool = False
) -> None:
    """Print the report of an attempt and what to type next."""
    from checker.report.console import console_for, print_trimmed, signs_for
    from checker.report.terminal import report

    console = console_for(sys.stdout)
    for part in report(result.record, kata, signs_for(sys.stdout), verbose=verbose):
        print_trimmed(console, part)
    _show_picture(result.record, workspace)
    steps = next_steps(result, kata, workspace, again)
    if steps:
        click.echo()
    for line in steps:
        if line.startswith(" "):
            click.echo(line)  # a command, which will be copied: no width may break it
        else:
            print_trimmed(console, line)


def _show_picture(record: Record, workspace: Workspace | None) -> None:
    """After a pass, one of its pictures in small, where the terminal has colours and room."""
    from checker.report.blocks import LEAST_COLUMNS, half_blocks
    from checker.report.console import console_for

    console = console_for(sys.stdout)
    can_show = console.is_terminal and console.color_system not in (None, "standard") and not console.no_color
    if record.outcome.exit_code or workspace is None or not can_show or console.width < LEAST_COLUMNS:
        return
    for artifact in record.artifacts:
        try:
            shown = half_blocks((workspace.pictures / artifact.sha256).read_bytes())
        except OSError:
            continue
        if shown is not None:
            click.echo()
            console.print(shown)
            caption = (current() == "ko" and artifact.caption_ko) or artifact.caption
            click.echo(click.style(f"{caption} ({typed('report', record.kata[:2])})", dim=True))
            return


def _data_for(kata: Kata, choice: str | None) -> str | None:
    """The choice of data as the judge needs it: a folder by its whole path, since it works elsewhere."""
    if choice is None:
        return None
    if not kata.source.choices:
        raise click.UsageError(
            _(
                "Kata {number} uses {data} data and has no choice: leave --data out.",
                number=kata.number,
                data=kata.data,
            )
        )
    place = with_home(choice)
    return str(place.resolve()) if choice not in kata.source.choices and place.exists() else choice


def _print_json(record: Record) -> None:
    """The record alone on stdout: ASCII, whatever the console's encoding."""
    from checker.record_format import to_json

    sys.stdout.write(to_json(record) + "\n")
    sys.stdout.flush()


def _refuse_unwritable(file: Path) -> None:
    """Find out before judging, not after minutes of it, that the file cannot be written."""
    from checker.report.output_file import problem_with

    if problem := problem_with(file):
        raise click.UsageError(_("--junit {file} cannot be written: {problem}.", file=file, problem=problem))


def _write_junit(record: Record, file: Path) -> None:
    from checker.report import output_file
    from checker.report.junit import to_junit

    try:
        output_file.write(file, to_junit(record))
    except OSError as error:
        click.echo(
            _(
                "katas: --junit {file} could not be written ({reason}).",
                file=file,
                reason=error.strerror or error,
            ),
            err=True,
        )
