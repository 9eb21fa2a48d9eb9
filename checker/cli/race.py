"""`katas race`: the same training on the processor and on the graphics card, side by side."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from checker.catalog import Kata
from checker.cli.choices import PLACE, kata_meant, katas_option, load_katas, number_argument, workspace_around
from checker.languages.catalogues import LANGUAGES
from checker.languages.translation import _, of_kata
from checker.report.console import fitted
from checker.report.sentences import OUTCOMES
from checker.verdict import Record, TimeUse
from checker.workspace.workspace import WorkspaceError

_TIER = "KATAS_TIER"


@click.command()
@number_argument
@click.option(
    "--submission",
    metavar="FILE",
    type=PLACE,
    help="Train this file; without, your solution or the reference.",
)
@click.option("--reference", is_flag=True, help="Train the reference.")
@katas_option
def race(number: str | None, submission: Path | None, reference: bool, folders: tuple[Path, ...]) -> int:
    """Train kata NN on the processor and on the graphics card, with the same code, and compare.

    Without a graphics card that TensorFlow can use it says what is missing. Nothing of a race counts.
    """
    katas = load_katas(folders)
    kata = kata_meant(number, katas)
    if kata.framework != "keras":
        first = next((one.number for one in katas if one.framework == "keras"), "03")
        raise click.UsageError(
            _(
                "Kata {number} trains with NumPy, which does not use a graphics card. Try: katas race {first}",
                number=kata.number,
                first=first,
            )
        )
    if missing := _why_no_gpu():
        told = _(
            "There is no race yet: {missing}\nWith a graphics card, the same code trains 10 to 50 times "
            "faster; the larger the network and its batches, the more.",
            missing=missing,
        )
        click.echo(fitted(told, sys.stdout))
        return 0
    file = _runner(kata, submission, reference)
    records = {tier: _trained(kata, file, tier) for tier in ("cpu", "gpu")}
    for line in compared(records["cpu"], records["gpu"]):
        click.echo(line)
    return 0


def _why_no_gpu() -> str:
    """What a graphics card needs here, as a sentence; empty where TensorFlow uses one."""
    from checker.hardware import probe

    found = probe.find_gpus()
    if not found:
        return _(
            "this machine has no graphics card that TensorFlow uses. It would take an NVIDIA card under "
            "Linux or WSL 2, or an Apple chip with tensorflow-metal."
        )
    view = probe.ask_tensorflow()
    if view.gpus:
        return ""
    return _(
        'TensorFlow does not use the {card}. {problem} Type: python -m pip install "tensorflow[and-cuda]"',
        card=found[0],
        problem=view.problem or _("It lacks its CUDA libraries."),
    )


def _runner(kata: Kata, submission: Path | None, reference: bool) -> Path:
    """Whose training is run."""
    if submission is not None:
        return submission
    workspace = workspace_around()
    mine = workspace.solution(kata) if workspace else None
    if reference or mine is None or not mine.is_file() or mine.read_bytes() in _stubs(kata):
        click.echo(_("The reference runs."))
        return kata.reference
    click.echo(_("Your solution runs."))
    return mine


def _stubs(kata: Kata) -> tuple[bytes, ...]:
    return tuple(kata.stub_in(language).read_bytes() for language in LANGUAGES)


def _trained(kata: Kata, file: Path, tier: str) -> Record:
    from checker.judging.session import JudgeOptions, judge
    from checker.report.live import live_line

    before = os.environ.get(_TIER)
    os.environ[_TIER] = tier
    try:
        with live_line(sys.stderr, kata) as on_event:
            record = judge(kata, file, JudgeOptions(), on_event)
    finally:
        if before is None:
            del os.environ[_TIER]
        else:
            os.environ[_TIER] = before
    if not record.times:
        missed = next((check for check in record.checks if check.is_missed), None)
        raise WorkspaceError(
            _(
                "On the {tier} it did not come to a training: {reason}",
                tier=tier,
                reason=of_kata(kata.folder)(missed.message) if missed else OUTCOMES[record.outcome],
            )
        )
    return record


def compared(cpu: Record, gpu: Record) -> list[str]:
    """The steps of both, in seconds by the clock on the wall, with the ratio; and how the loss fell."""
    from checker.report.columns import before, padded
    from checker.report.console import Signs
    from checker.report.figures import figure, seconds, spark

    lines = [padded(_("step"), 16) + before(_("CPU s"), 10) + before(_("GPU s"), 10) + before(_("times"), 8)]
    on_gpu: dict[str, TimeUse] = {use.step: use for use in gpu.times}
    for use in cpu.times:
        other = on_gpu.get(use.step)
        if other is not None and other.wall > 0:
            times = use.wall / other.wall
            lines.append(f"{use.step:<16}{seconds(use.wall):>10}{seconds(other.wall):>10}{times:>8.1f}")
    for name, record in (("CPU", cpu), ("GPU", gpu)):
        for curve in (record.runs[-1].curves if record.runs else ())[:1]:
            bars = spark(curve.values, Signs().bars)
            lines.append(
                f"{name}  {curve.name} {bars} {_(figure(curve.values[0]))} → {_(figure(curve.values[-1]))}"
            )
    return lines
