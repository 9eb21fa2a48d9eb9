"""`katas doctor`: what this machine offers, what each budget is here, and what to mend."""

from __future__ import annotations

import itertools
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from checker.catalog import Kata
from checker.cli.choices import katas_option, load_katas
from checker.languages.texts import say
from checker.languages.translation import _, current
from checker.report.columns import cells, padded, wrapped
from checker.report.console import MAX_WIDTH, Signs, signs_for
from checker.workspace.typed import quoted, typed

if TYPE_CHECKING:
    from checker.hardware.describe import Description

GIB = 2**30
INDENT = 13


@dataclass(frozen=True)
class Finding:
    """One line: what was looked at, how it is, and how to mend it if it is not well.

    `level` is "good", "note" (works, could be better) or "bad" (something cannot be judged).
    """

    name: str
    text: str
    level: str = "good"
    fix: str = ""


@click.command()
@katas_option
def doctor(folders: tuple[Path, ...]) -> int:
    """What this machine offers to the judge, and what to mend. Takes a minute at most."""
    katas = load_katas(folders)
    signs = signs_for(sys.stdout)
    if sys.stderr.isatty():
        click.echo(
            _("Looking at this machine; the first time it is also measured, for half a minute."), err=True
        )
    from checker.hardware.describe import describe

    description = describe(measure=True)
    findings = [*_machine(description), _sandbox(), *_data(katas), *_workspace()]
    for finding in findings:
        _show(finding, signs)
    click.echo()
    click.echo(
        click.style(_("Budgets on this machine"), bold=True) + " " + _("(CPU seconds that are allowed)")
    )
    for line in _budgets(katas, description.calibration.factors):
        click.echo(line)
    return 1 if any(finding.level == "bad" for finding in findings) else 0


def _show(finding: Finding, signs: Signs) -> None:
    sign, colour = {
        "good": (signs.passed, "green"),
        "note": (signs.skipped, "yellow"),
        "bad": (signs.failed, "red"),
    }[finding.level]
    width = min(shutil.get_terminal_size().columns, MAX_WIDTH) - INDENT
    lines = wrapped(_(finding.text), width)
    if finding.fix:
        fix = wrapped(_(finding.fix), width - 3)
        lines += [f"{signs.arrow} {fix[0]}", *(f"   {line}" for line in fix[1:])]
    click.echo(click.style(sign, fg=colour) + f" {padded(_(finding.name), INDENT - 3)} " + lines[0])
    for line in lines[1:]:
        click.echo(" " * INDENT + line)


def _machine(found: Description) -> list[Finding]:
    machine, view = found.machine, found.tensorflow
    free, total = machine.memory_available / GIB, machine.memory_total / GIB
    packages = ", ".join(f"{name} {version}" for name, version in found.versions.items())
    findings = [
        Finding(say("System"), f"{machine.system}, Python {found.python}"),
        Finding(say("Packages"), packages),
        Finding(
            "CPU",
            _("{cpu}, usable cores: {cores}", cpu=machine.cpu, cores=machine.cores),
        ),
        Finding(say("Threads"), _threads(found.threads, machine.cores)),
        Finding(say("Memory"), _("{free:.1f} of {total:.1f} GiB free", free=free, total=total))
        if free >= 2
        else Finding(
            say("Memory"),
            _("{free:.1f} of {total:.1f} GiB free", free=free, total=total),
            "note",
            _("Keras katas need 2 GiB: close other programs."),
        ),
        Finding(
            "TensorFlow",
            _(
                "{version}, GPUs that it uses: {gpus}",
                version=view.version,
                gpus=", ".join(view.gpus) or _("none"),
            ),
        )
        if not view.problem
        else Finding("TensorFlow", _("does not work"), "bad", view.problem),
        Finding(
            say("Tier"),
            _(
                "{tier} (targets and clock are those for the {device})",
                tier=found.tier,
                device=found.tier.upper(),
            ),
        ),
    ]
    factors = ", ".join(f"{name} {factor:.2f}" for name, factor in found.calibration.factors.items())
    findings.append(
        Finding(
            say("Speed"),
            _("{factors} (1 is the machine of the references; higher is slower)", factors=factors),
        )
        if not found.not_calibrated
        else Finding(
            say("Speed"),
            _("not measured: {workloads}", workloads=", ".join(found.not_calibrated)),
            "bad",
            _("Type: {command}", command=quoted("katas", "calibrate")),
        )
    )
    # What is wrong with TensorFlow has been said above.
    return findings + [Finding(say("Note"), note, "note") for note in found.notes if note != view.problem]


def _threads(variables: dict[str, str], cores: int) -> str:
    """The limits that workers get, in words: BLAS first, then TensorFlow."""
    blas = variables.get("OMP_NUM_THREADS", "?")
    tensorflow = variables.get("TF_NUM_INTRAOP_THREADS", str(cores))
    return _(
        "NumPy (BLAS) {blas}, TensorFlow {tensorflow}; workers get these whatever your shell has set",
        blas=blas,
        tensorflow=tensorflow,
    )


def _sandbox() -> Finding:
    from checker.judging.sandbox import Level, available_levels

    levels = available_levels()
    best = next(found.level for found in levels if found.is_available)
    better = list(itertools.takewhile(lambda found: found.level is not best, levels))
    missing = "; ".join(
        _("{level} is missing: {reason_missing}", level=found.level, reason_missing=found.reason_missing)
        for found in better
    )
    text = f"{best}" + (f" ({missing})" if missing else "")
    if best.is_strict:
        return Finding(say("Sandbox"), text)
    if best is Level.USER:
        return Finding(
            say("Sandbox"),
            text,
            "note",
            _(
                "Submissions can read what every user of this machine can: keep answers out of such files, or "
                "install bubblewrap."
            ),
        )
    return Finding(
        say("Sandbox"),
        text,
        "note",
        _("Judge only code that you trust. On Linux, install bubblewrap (apt install bubblewrap)."),
    )


def _data(katas: list[Kata]) -> list[Finding]:
    from checker.datasets.fetchable import known_sets

    wanted = {kata.data for kata in katas}
    findings = []
    for data_set in known_sets():
        if data_set.name not in wanted:
            continue
        findings.append(_one_set(data_set.title, data_set.state, f"katas data fetch {data_set.name}"))
    return findings


def _one_set(title: str, state: Callable[[], str], fetch: str) -> Finding:
    from checker.datasets.errors import DataError

    try:
        known = state()
    except DataError as error:
        return Finding(title, str(error), "bad", _("Type: {command}", command=fetch))
    if known:
        return Finding(title, known)
    return Finding(
        title, _("not in the cache yet; fetched on first need"), "note", _("Now: {command}", command=fetch)
    )


def _workspace() -> list[Finding]:
    from checker.cli.choices import workspace_around
    from checker.workspace.ledger import Ledger, LedgerError
    from checker.workspace.workspace import WorkspaceError

    try:
        workspace = workspace_around()
    except WorkspaceError as error:
        return [Finding(say("Workspace"), _("none"), "note", str(error))]
    if workspace is None:
        make = _("Make one: {command}", command=typed("init", "my-katas"))
        return [Finding(say("Workspace"), _("none around this folder"), "note", make)]
    try:
        ledger = Ledger(workspace.ledger_file)
        ledger.check()
        runs = sum(summary.runs for summary in ledger.summaries().values())
    except LedgerError as error:
        return [Finding(say("Workspace"), str(workspace.root), "bad", str(error))]
    return [
        Finding(
            say("Workspace"),
            _("{root}, runs in its ledger: {runs}", root=workspace.root, runs=runs),
        )
    ]


def _budgets(katas: list[Kata], factors: dict[str, float]) -> list[str]:
    from checker.report.figures import seconds

    lines = []
    width = max(cells(kata.titled(current())) for kata in katas)
    for kata in katas:
        for budget in kata.budgets.values():
            factor = budget.factor(factors)
            if factor is None:
                missing = [name for name in budget.workloads if name not in factors]
                figures = _("not known: {workloads} not measured", workloads=", ".join(missing))
            else:
                figures = f"{seconds(budget.reference_seconds * budget.margin * factor):>6}"
            title = padded(kata.titled(current()), width)
            lines.append(f"  {kata.number} {title} {budget.step:24} {figures}")
    return lines
