"""`katas demo`: the main job from start to end, in a throw-away workspace."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path

import click

from checker.catalog import Kata
from checker.cli.check import print_report
from checker.cli.choices import katas_option, load_katas
from checker.cli.next_steps import Again
from checker.languages.translation import _, current
from checker.verdict import Outcome
from checker.workspace.attempt import Attempt, attempt, start
from checker.workspace.workspace import Workspace

SHORT = 3


@click.command()
@click.option("--all", "every", is_flag=True, help="The whole path, not only the first three katas.")
@katas_option
def demo(every: bool, folders: tuple[Path, ...]) -> int:
    """See it work: the stub fails with a message, the references pass and unlock the next kata."""
    katas = load_katas(folders)
    chosen = katas if every else katas[:SHORT]
    try:
        before: Path | None = Path.cwd()
    except FileNotFoundError:
        before = None  # it was deleted: there is no way back
    with tempfile.TemporaryDirectory(prefix="katas-demo-", ignore_cleanup_errors=True) as folder:
        workspace = start(Path(folder) / "my-katas", katas).workspace
        _say(
            "katas init my-katas && cd my-katas    # "
            + _("a throw-away workspace, made in {folder}", folder=folder)
        )
        # What is printed names files as someone who stands in the workspace would.
        os.chdir(workspace.root)
        try:
            code = _walk(workspace, katas, chosen)
        finally:
            if before is not None:
                os.chdir(before)
    if code == 0:
        _say(
            "# "
            + _("That was the demo; its workspace is deleted now. Yours:")
            + " katas init my-katas && cd my-katas"
        )
    return code


def _walk(workspace: Workspace, katas: list[Kata], chosen: list[Kata]) -> int:
    """The stub of the first kata, then the references one after the other; the exit code."""
    first = chosen[0]
    _say(f"katas check {first.number}    # {_('the stub, as it is')}")
    result = _judge(workspace, katas, first)
    if result.record.outcome in (Outcome.PASSED, Outcome.JUDGE_ERROR, Outcome.INCONCLUSIVE):
        click.echo(_("The stub must not pass, and the judge must not fail. Please report this."))
        return 4
    for kata in chosen:
        shutil.copyfile(kata.reference, workspace.solution(kata))
        _say(
            f"katas check {kata.number}    # "
            + _("the reference solution of {title}", title=kata.titled(current()))
        )
        result = _judge(workspace, katas, kata)
        if result.record.outcome is not Outcome.PASSED or result.not_kept:
            click.echo(
                _(
                    "The demo ends here: {number} did not pass. `katas doctor` may say why.",
                    number=kata.number,
                )
            )
            return result.record.outcome.exit_code or 4
    return 0


def _say(line: str) -> None:
    click.echo(click.style(f"\n$ {line}" if not line.startswith("#") else f"\n{line}", bold=True))


def _judge(workspace: Workspace, katas: list[Kata], kata: Kata) -> Attempt:
    from checker.judging.session import JudgeOptions
    from checker.report.live import live_line

    sys.stdout.flush()
    with live_line(sys.stderr, kata) as on_event:
        result = attempt(workspace, katas, kata, JudgeOptions(), on_event)
    print_report(result, kata, workspace, Again())
    return result
