"""`katas check`: have a solution judged."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from checker.catalog import Kata
from checker.cli.choices import from_here, katas_option, load_katas, number_argument, one_kata, workspace_here
from checker.verdict import WON, Outcome, Record
from checker.workspace.attempt import Attempt, attempt, choose
from checker.workspace.workspace import Workspace

MAX_SEED = 2**32 - 1


@click.command()
@number_argument
@click.option("--quick", is_flag=True, help="Only the checks that need no training; unlocks nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print the record as JSON and nothing else.")
@click.option("--junit", metavar="FILE", type=click.Path(path_type=Path), help="Write JUnit XML as well.")
@click.option("--seed", type=click.IntRange(0, MAX_SEED), help="Repeat the run that had this seed.")
@click.option(
    "--submission",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Judge this file, without a workspace and without unlocking.",
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
@katas_option
def check(
    number: str | None,
    quick: bool,
    as_json: bool,
    junit: Path | None,
    seed: int | None,
    submission: Path | None,
    every: bool,
    sandbox: str,
    data: str | None,
    folders: tuple[Path, ...],
) -> int:
    """Judge your solution of kata NN, or of the current kata.

    Exit code: 0 passed, 1 not passed, 2 usage or locked, 3 inconclusive, 4 judge error.
    """
    from checker.judging.session import JudgeOptions, judge
    from checker.report.live import live_line

    katas = load_katas(folders)
    if junit is not None:
        _refuse_unwritable(junit)
    workspace: Workspace | None = None
    if submission is not None:
        if number is None:
            raise click.UsageError(
                "--submission needs the number of the kata: katas check NN --submission FILE"
            )
        kata = one_kata(katas, number)
        if not os.path.lexists(submission):
            raise click.UsageError(
                f"There is no file {submission}. Name the file with the solution to judge."
            )
        options = JudgeOptions(seed=seed, quick=quick, sandbox=sandbox, data=_data_for(kata, data))
        with live_line(sys.stderr) as on_event:
            result = Attempt(judge(kata, submission, options, on_event))
    else:
        workspace = workspace_here()
        kata = one_kata(katas, number) if number else choose(workspace, katas, Path.cwd())
        options = JudgeOptions(seed=seed, quick=quick, sandbox=sandbox, data=_data_for(kata, data))
        with live_line(sys.stderr) as on_event:
            result = attempt(workspace, katas, kata, options, on_event, in_turn=not every)
    if junit is not None:
        _write_junit(result.record, junit)
    if as_json:
        _print_json(result.record)
    else:
        print_report(result, kata, workspace, in_turn=not every and seed is None)
    if result.not_kept:
        click.echo(f"katas: This run could not be kept, so nothing is unlocked. {result.not_kept}", err=True)
    return result.record.outcome.exit_code


def print_report(result: Attempt, kata: Kata, workspace: Workspace | None, *, in_turn: bool) -> None:
    """Print the report of an attempt and what to type next."""
    from checker.report.console import console_for, print_trimmed, signs_for
    from checker.report.terminal import report

    console = console_for(sys.stdout)
    for part in report(result.record, kata, signs_for(sys.stdout)):
        print_trimmed(console, part)
    for index, line in enumerate(next_steps(result, kata, workspace, in_turn=in_turn)):
        print_trimmed(console, line if index else f"\n{line}")


def next_steps(result: Attempt, kata: Kata, workspace: Workspace | None, *, in_turn: bool) -> list[str]:
    """What has been unlocked, and what to look at or type next."""
    record = result.record
    if record.outcome is Outcome.JUDGE_ERROR:
        return ["Next: `katas doctor` shows what is wrong on this machine. This run does not count."]
    if record.outcome is Outcome.INCONCLUSIVE:
        return [
            f"Next: this run counts neither as passed nor as failed. Let the machine come to rest, then type "
            f"`katas check {kata.number}` again."
        ]
    if record.outcome is not Outcome.PASSED:
        return _after_a_miss(record, kata, workspace)
    if record.quick:
        return [f"Next: `katas check {kata.number}` also trains and times it; only that run unlocks."]
    if workspace is None:
        return []
    if not in_turn:
        return [f"Judged with --all or --seed, so nothing is unlocked: `katas check {kata.number}` counts."]
    if result.not_kept:
        return []
    open_stars = [star for star, state in record.stars.items() if state != WON]
    beyond = [f"Still to be won here: {', '.join(open_stars)}."] if open_stars else []
    if result.unlocked:
        following = result.unlocked
        folder = from_here(workspace.folder(following))
        return [
            f"Unlocked: {following.number} {following.title}, in {folder}",
            f"Next: `katas lesson {following.number}`. How others do it: `katas solution {kata.number}`.",
            *beyond,
        ]
    if result.is_last:
        return [
            "That was the last kata: the path ends here. Go your own way now: find a question of your own, "
            "or write a kata for others with `katas new my-kata`.",
            f"How others do it: `katas solution {kata.number}`.",
            *beyond,
        ]
    return [*beyond, "Passed before too, so nothing new is unlocked. `katas` shows where you are."]


def _after_a_miss(record: Record, kata: Kata, workspace: Workspace | None) -> list[str]:
    missed = [c for c in record.checks if c.is_missed and not c.star]
    quick = "" if not missed or missed[0].needs_training else " --quick"
    first = "Next: mend the first check that was missed" if len(missed) > 1 else "Next: mend it"
    if workspace is None:
        return [f"{first}, then judge the file again."]
    return [
        f"{first} in {from_here(workspace.solution(kata))}, then type:",
        f"       katas check {kata.number}{quick}",
        f"Stuck? katas hint {kata.number}",
    ]


def _data_for(kata: Kata, choice: str | None) -> str | None:
    """The choice of data as the judge needs it: a folder by its whole path, since it works elsewhere."""
    if choice is None:
        return None
    if kata.data != "cats_dogs":
        raise click.UsageError(
            f"Kata {kata.number} uses {kata.data} data and has no choice: leave --data out."
        )
    place = Path(choice).expanduser()
    return str(place.resolve()) if choice not in ("photos", "full", "drawn") and place.exists() else choice


def _print_json(record: Record) -> None:
    """The record alone on stdout: ASCII, whatever the console's encoding."""
    sys.stdout.write(record.to_json() + "\n")
    sys.stdout.flush()


def _refuse_unwritable(file: Path) -> None:
    """Find out before judging, not after minutes of it, that the file cannot be written."""
    if file.is_dir() or not file.absolute().parent.is_dir():
        raise click.UsageError(f"--junit {file} cannot be written: name a file in a folder that exists.")
    if not os.access(file.absolute().parent, os.W_OK):
        raise click.UsageError(f"--junit {file} cannot be written: its folder is read-only.")


def _write_junit(record: Record, file: Path) -> None:
    from checker.report.junit import write_junit

    try:
        write_junit(record, file.absolute())
    except OSError as error:
        click.echo(f"katas: --junit {file} could not be written ({error.strerror or error}).", err=True)
