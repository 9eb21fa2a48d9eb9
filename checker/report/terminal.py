"""The report that a learner reads in the terminal after `katas check`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING

from checker.catalog import Kata
from checker.report.console import Signs, shown
from checker.report.figures import figure, spark, used_of
from checker.verdict import WON, CheckResult, Curve, Measurement, Outcome, Record, TimeUse

if TYPE_CHECKING:
    from rich.console import RenderableType

_COLOURS = {
    Outcome.PASSED: "green",
    Outcome.NOT_RUN: "dim",
    Outcome.INCONCLUSIVE: "yellow",
    Outcome.JUDGE_ERROR: "magenta",
}
_IN_WORDS = {
    Outcome.PASSED: "passed",
    Outcome.FAILED: "not passed yet",
    Outcome.TOO_SLOW: "too slow",
    Outcome.CRASHED: "your code raised an error or ended early",
    Outcome.OUT_OF_MEMORY: "out of memory",
    Outcome.FORBIDDEN: "forbidden import or access",
    Outcome.INVALID: "it cannot be judged yet",
    Outcome.INCONCLUSIVE: "inconclusive",
    Outcome.JUDGE_ERROR: "the judge itself failed; this is not your fault",
}
# The case of a parametrised test, as its title ends with it.
_CASE = re.compile(r" *\([^()]*\)$")
_STAR_WORDS = {"robust": "robust code", "quality": "quality", "speed": "speed"}
_IN_REACH = {
    "missed": "still to be won",
    "open": "left open",
    "not tried": "not tried in this run",
}
MAX_LOG_LINES = 8
MAX_MESSAGE_LINES = 16


def report(record: Record, kata: Kata, signs: Signs, *, verbose: bool = False) -> list[RenderableType]:
    """The report from the first line to the last measured figure; what to type next is not part of it.

    A pass is short: a line for each check. On a miss the first missed check stands alone, since it is the one thing to
    do, and the others are counted. `verbose` shows all.
    """
    parts: list[RenderableType] = [_title(record, kata), ""]
    core = [check for check in record.checks if not check.star]
    missed = first_missed(record)
    if verbose:
        parts += _every(core, signs)
    elif missed is not None:
        parts += [*_check(missed, signs), *_others(core, missed, signs)]
    else:
        parts += _passed(core, signs)
    parts += _stars(record, signs)
    parts += _facts(record, signs, verbose=verbose)
    if record.left_out:
        parts += ["", _text(shown(f"Left out of the notebook: {'; '.join(record.left_out)}."), "dim")]
    if log := _log(record):
        parts += ["", _text("The last lines that your code printed:", "dim"), *log]
    if record.summary:
        parts += ["", _text(shown(record.summary), "bold" if record.outcome is Outcome.PASSED else "")]
    return parts


def first_missed(record: Record) -> CheckResult | None:
    """The first check of the core, in the path's order, that was not passed."""
    return next((check for check in record.checks if check.is_missed and not check.star), None)


def _passed(core: list[CheckResult], signs: Signs) -> list[RenderableType]:
    """A line for each check, with the qualities that were measured."""
    parts: list[RenderableType] = []
    for alike in _grouped(core):
        check = _as_one(alike) if len(alike) > 1 else alike[0]
        if check.outcome is Outcome.NOT_RUN:
            parts.append(_not_run(check, len(alike), signs))
            continue
        shown_figures = tuple(m for m in check.measurements if m.spread > 0 or m.yardsticks)
        parts += _check(replace(check, measurements=shown_figures), signs)
    return parts


def _others(core: list[CheckResult], missed: CheckResult, signs: Signs) -> list[RenderableType]:
    """How many other checks there are, in one line."""
    others = [check for check in core if check is not missed]
    counts = {
        "passed": sum(check.outcome is Outcome.PASSED for check in others),
        "more missed": sum(check.is_missed for check in others),
        "not run yet": sum(check.outcome is Outcome.NOT_RUN for check in others),
    }
    words = ", ".join(f"{count} {word}" for word, count in counts.items() if count)
    return ["", _marked(signs.skipped, "dim", f"{words} (--verbose shows all)")] if words else []


def _every(core: list[CheckResult], signs: Signs) -> list[RenderableType]:
    """All checks with all that is known of them."""
    parts: list[RenderableType] = []
    for alike in _grouped(core):
        first = alike[0]
        if first.outcome is Outcome.NOT_RUN:
            parts.append(_not_run(first, len(alike), signs))
        elif first.outcome is not Outcome.PASSED:
            # One reason for several checks is said once, below the last of them.
            bare = (
                replace(check, message="", hint="", diagnoses=(), measurements=()) for check in alike[:-1]
            )
            parts += [part for check in (*bare, alike[-1]) for part in _check(check, signs)]
        elif len(alike) > 1:
            parts += _check(_as_one(alike), signs)
        else:
            parts += _check(first, signs)
    return parts


def time_sentence(use: TimeUse) -> str:
    """A timed step in plain words: what it took of what is allowed on this machine."""
    sentence = f"{use.step} took {used_of(use.used, use.allowed, use.clock)} that are allowed on this machine"
    # A busy machine adds a little CPU time; that matters only where the limit is near.
    is_worth_saying = use.disturbed and use.used > use.allowed / 2
    return sentence + (" (the machine was busy with other work)" if is_worth_saying else "")


def measured(measurement: Measurement) -> str:
    """A measurement against its limit, with its yardsticks."""
    side = "at most" if measurement.better == "lower" else "at least"
    unit = f" {shown(measurement.unit)}" if measurement.unit else ""
    value, limit = _pair(measurement.value, measurement.limit)
    line = f"{shown(measurement.name)} {value}{unit}"
    if measurement.kind != "note":
        line += f", {side} {limit}{unit}"
    if measurement.yardsticks:
        line += f" ({_yardsticks(measurement)})"
    return line


def _yardsticks(measurement: Measurement) -> str:
    return ", ".join(f"{shown(y.name)} {figure(y.value)}" for y in measurement.yardsticks)


def _pair(value: float, limit: float) -> tuple[str, str]:
    """Both figures; with more digits where rounding would make them look equal."""
    short, wanted = figure(value), figure(limit)
    return (f"{value:.6g}" if short == wanted and value != limit else short), wanted


def _text(text: str, style: str = "", indent: int = 0) -> RenderableType:
    from rich.padding import Padding
    from rich.text import Text

    content = Text(text, style=style, overflow="fold")
    return Padding(content, (0, 0, 0, indent), expand=False) if indent else content


def _title(record: Record, kata: Kata) -> RenderableType:
    from rich.text import Text

    colour = _COLOURS.get(record.outcome, "red")
    quick = " (quick checks only)" if record.quick else ""
    title = Text(f"{kata.number} {kata.title}: ", style="bold")
    return title.append(_IN_WORDS.get(record.outcome, record.outcome.value) + quick, style=f"bold {colour}")


def _marked(sign: str, colour: str, text: str, indent: int = 2) -> RenderableType:
    """A sign and a text that wraps beside it, not under it."""
    from rich.padding import Padding
    from rich.table import Table
    from rich.text import Text

    grid = Table.grid(padding=(0, 1, 0, 0))
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    grid.add_row(Text(sign, style=colour), Text(text, style="dim" if colour == "dim" else ""))
    return Padding(grid, (0, 0, 0, indent), expand=False)


def _grouped(checks: Iterable[CheckResult]) -> list[list[CheckResult]]:
    """Neighbours that share lines: cases of a test that passed, misses for one reason, what was not run."""

    def kind(check: CheckResult) -> tuple[Outcome, str]:
        if check.outcome is Outcome.NOT_RUN:
            return check.outcome, ""
        if check.outcome is not Outcome.PASSED:
            return check.outcome, "\n".join((check.message, *check.advice))
        return check.outcome, check.id.partition("[")[0] if "[" in check.id else f"{check.id} alone"

    return [list(group) for _, group in groupby(checks, kind)]


def _as_one(cases: list[CheckResult]) -> CheckResult:
    """Cases of one test as one check: the title without the case, and every figure that was measured."""
    title = _CASE.sub("", cases[0].title or cases[0].id)
    figures = tuple(measurement for case in cases for measurement in case.measurements)
    return replace(cases[0], title=f"{title} ({len(cases)} cases)", measurements=figures)


def _check(check: CheckResult, signs: Signs) -> list[RenderableType]:
    passed = check.outcome is Outcome.PASSED
    colour = _COLOURS.get(check.outcome, "red")
    title = shown(check.title or check.id)
    if check.outcome not in (Outcome.PASSED, Outcome.FAILED):
        title += f": {check.outcome.value.replace('_', ' ')}"
    parts = [_marked(signs.passed if passed else signs.failed, colour, title)]
    if not passed and check.message:
        parts.append(_text(shown(_shortened(check.message)), indent=4))
    parts += [_text(line, "dim", indent=4) for line in _figures(check)]
    if not passed:
        parts += [_marked(signs.arrow, "cyan", shown(text), indent=4) for text in check.advice]
    return parts


def _stars(record: Record, signs: Signs) -> list[RenderableType]:
    """A line for each star once the core has passed: won, or what would win it."""
    if record.outcome is not Outcome.PASSED or not record.stars:
        return []
    parts: list[RenderableType] = [""]
    for name, state in record.stars.items():
        checks = [check for check in record.checks if check.star == name]
        if state == WON:
            parts.append(_marked(signs.won, "yellow", f"star for {_STAR_WORDS.get(name, name)}"))
            best = [
                line
                for check in checks
                for line in _figures(check)
                if any(m.spread > 0 for m in check.measurements)
            ]
            parts += [_text(line, "dim", indent=4) for line in best[:1]]
            continue
        missed = next((check for check in checks if check.is_missed), None)
        parts.append(
            _marked(signs.star, "dim", f"star for {_STAR_WORDS.get(name, name)}: {_IN_REACH[state]}")
        )
        if missed is not None:
            title = _text(shown(missed.title or missed.id), indent=4)
            parts += [title, _text(shown(_shortened(missed.message)), indent=4)]
            parts += [_text(line, "dim", indent=4) for line in _figures(missed)]
            parts += [_marked(signs.arrow, "cyan", shown(text), indent=4) for text in missed.advice]
    return parts


def _shortened(message: str) -> str:
    """A long message, such as a traceback, by its first and last lines; the record holds all of it."""
    lines = message.splitlines()
    if len(lines) <= MAX_MESSAGE_LINES:
        return message
    tail = MAX_MESSAGE_LINES - 4
    return "\n".join([*lines[:3], f"... {len(lines) - 3 - tail} more lines ...", *lines[-tail:]])


def _figures(check: CheckResult) -> list[str]:
    """What was measured: every quality, or else the one figure that came nearest to its limit.

    Times have lines of their own below the checks, and a message may have said a figure already.
    """
    figures = [m for m in check.measurements if m.kind == "quality"]
    qualities = [m for m in figures if m.spread > 0 or m.yardsticks]
    if len({m.name for m in qualities}) == 1:
        # Cases of one test: the one that came nearest to its limit stands for all.
        qualities = [max(qualities, key=_share_of_limit)]
    if not qualities and check.outcome is Outcome.PASSED and figures:
        nearest = max(figures, key=_share_of_limit)
        # The check's title says of what.
        is_error = nearest.name.startswith("largest error of ")
        qualities = [replace(nearest, name="largest error") if is_error else nearest]
    lines = []
    for measurement in qualities:
        if check.message.startswith(f"The {measurement.name} is "):
            lines += [f"for comparison: {_yardsticks(measurement)}"] if measurement.yardsticks else []
        else:
            lines.append(measured(measurement))
    return lines


def _share_of_limit(measurement: Measurement) -> float:
    if measurement.better == "higher":
        return measurement.limit / measurement.value if measurement.value else 0.0
    return measurement.value / measurement.limit if measurement.limit else 0.0


def _not_run(first: CheckResult, count: int, signs: Signs) -> RenderableType:
    title = shown(first.title or first.id)
    others = f" and {count - 1} more" if count > 1 else ""
    return _marked(signs.skipped, "dim", f"{title}{others}: waits for the checks above")


def _facts(record: Record, signs: Signs, *, verbose: bool) -> list[RenderableType]:
    from rich.padding import Padding
    from rich.table import Table
    from rich.text import Text

    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(overflow="fold")
    for step in dict.fromkeys(use.step for use in record.times):
        same = [use for use in record.times if use.step == step]
        slowest = max(same, key=lambda use: use.used)
        times = f" (the slowest of {len(same)})" if len(same) > 1 else ""
        grid.add_row("Time", Text(shown(time_sentence(slowest) + times)))
    for source in record.data:
        digest = f" (sha256 {source.sha256[:12]})" if source.sha256 else ""
        grid.add_row("Data", Text(shown(f"{source.name}: {source.source}{digest}")))
    for curve in record.runs[-1].curves[:4] if record.runs else ():
        grid.add_row("Curve", Text(_curve(curve, signs)))
    if len(record.runs) > 1 or (record.runs and verbose):
        # That of the first run repeats the others too.
        seed = f"seed {shown(record.runs[0].seed)}{' (set)' if record.seed_was_set else ''}"
        times = f"judged {len(record.runs)} times, " if len(record.runs) > 1 else ""
        grid.add_row("Run", Text(f"{times}{seed}; sandbox: {shown(record.sandbox or 'none')}"))
    return ["", Padding(grid, (0, 0, 0, 2), expand=False)] if grid.row_count else []


def _curve(curve: Curve, signs: Signs) -> str:
    line = spark(curve.values, signs.bars)
    first, last = (figure(curve.values[0]), figure(curve.values[-1])) if curve.values else ("", "")
    return f"{shown(curve.name)[:40]} {line} {first} {signs.arrow} {last}"


def _log(record: Record) -> list[RenderableType]:
    """What the submission printed where the first check went wrong."""
    first = first_missed(record)
    if first is None or first.outcome in (Outcome.FAILED, Outcome.INCONCLUSIVE):
        return []
    lines = first.log.strip().splitlines()[-MAX_LOG_LINES:]
    return [_text(shown(line)[:400], "dim", indent=4) for line in lines]
