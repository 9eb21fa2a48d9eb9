"""The report that a learner reads in the terminal after `katas check`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING

from checker.catalog import Kata
from checker.languages.texts import say, together
from checker.languages.translation import Translator, _, of_kata
from checker.report.console import Signs
from checker.report.console import shown as escaped
from checker.report.figures import figure, spark
from checker.report.sentences import ENDINGS, OUTCOMES, STARS, left_out, measured, time_sentence, yardsticks
from checker.verdict import MISSED, OPEN, WON, CheckResult, Curve, Measurement, Outcome, Record

if TYPE_CHECKING:
    from rich.console import RenderableType

_COLOURS = {
    Outcome.PASSED: "green",
    Outcome.NOT_RUN: "dim",
    Outcome.INCONCLUSIVE: "yellow",
    Outcome.JUDGE_ERROR: "magenta",
}
# The case of a parametrised test, as its title ends with it.
_CASE = re.compile(r" *\([^()]*\)$")
MAX_LOG_LINES = 8
MAX_MESSAGE_LINES = 16


@dataclass(frozen=True)
class View:
    """Who reads it: the signs of his terminal, and his language."""

    signs: Signs
    told: Translator

    def shown(self, text: str) -> str:
        """A sentence of a record in the reader's language, with nothing in it that a terminal would obey."""
        return escaped(self.told(text))


def report(record: Record, kata: Kata, signs: Signs, *, verbose: bool = False) -> list[RenderableType]:
    """The report from the first line to the last measured figure; what to type next is not part of it.

    A pass is short: a line for each check. On a miss the first missed check stands alone, since it is the one thing to
    do, and the others are counted. `verbose` shows all.
    """
    view = View(signs, of_kata(kata.folder))
    parts: list[RenderableType] = [_title(record, kata, view), ""]
    core = [check for check in record.checks if not check.star]
    missed = first_missed(record)
    if verbose:
        parts += _every(core, view)
    elif missed is not None:
        parts += [*_check(missed, view), *_others(core, missed, view)]
    else:
        parts += _passed(core, view)
    parts += _stars(record, view)
    parts += _facts(record, view, verbose=verbose)
    if record.left_out:
        parts += ["", _text(view.shown(left_out(record)), "dim")]
    if log := _log(record):
        parts += ["", _text(view.told(say("The last lines that your code printed:")), "dim"), *log]
    if record.summary:
        parts += ["", _text(view.shown(record.summary), "bold" if record.outcome is Outcome.PASSED else "")]
    return parts


def first_missed(record: Record) -> CheckResult | None:
    """The first check of the core, in the path's order, that was not passed."""
    return next((check for check in record.checks if check.is_missed and not check.star), None)


def _passed(core: list[CheckResult], view: View) -> list[RenderableType]:
    """A line for each check, with the qualities that were measured."""
    parts: list[RenderableType] = []
    for alike in _grouped(core):
        check = _as_one(alike) if len(alike) > 1 else alike[0]
        if check.outcome is Outcome.NOT_RUN:
            parts.append(_not_run(check, len(alike), view))
            continue
        shown_figures = tuple(m for m in check.measurements if m.spread > 0 or m.yardsticks)
        parts += _check(replace(check, measurements=shown_figures), view)
    return parts


def _others(core: list[CheckResult], missed: CheckResult, view: View) -> list[RenderableType]:
    """How many other checks there are, in one line."""
    others = [check for check in core if check is not missed]
    passed = sum(check.outcome is Outcome.PASSED for check in others)
    missed_too = sum(check.is_missed for check in others)
    waiting = sum(check.outcome is Outcome.NOT_RUN for check in others)
    words = [
        say("{count} passed", count=passed) if passed else "",
        say("{count} more missed", count=missed_too) if missed_too else "",
        say("{count} not run yet", count=waiting) if waiting else "",
    ]
    if not any(words):
        return []
    told = say("{counts} (--verbose shows all)", counts=together(*words, between=", "))
    return ["", _marked(view.signs.skipped, "dim", view.shown(told))]


def _every(core: list[CheckResult], view: View) -> list[RenderableType]:
    """All checks with all that is known of them."""
    parts: list[RenderableType] = []
    for alike in _grouped(core):
        first = alike[0]
        if first.outcome is Outcome.NOT_RUN:
            parts.append(_not_run(first, len(alike), view))
        elif first.outcome is not Outcome.PASSED:
            # One reason for several checks is said once, below the last of them.
            bare = (
                replace(check, message="", hint="", diagnoses=(), measurements=()) for check in alike[:-1]
            )
            parts += [part for check in (*bare, alike[-1]) for part in _check(check, view)]
        elif len(alike) > 1:
            parts += _check(_as_one(alike), view)
        else:
            parts += _check(first, view)
    return parts


def _text(text: str, style: str = "", indent: int = 0) -> RenderableType:
    from rich.padding import Padding
    from rich.text import Text

    content = Text(text, style=style, overflow="fold")
    return Padding(content, (0, 0, 0, indent), expand=False) if indent else content


def _title(record: Record, kata: Kata, view: View) -> RenderableType:
    from rich.text import Text

    colour = _COLOURS.get(record.outcome, "red")
    outcome = OUTCOMES.get(record.outcome, record.outcome.value)
    if record.quick:
        outcome = say("{outcome} (quick checks only)", outcome=outcome)
    title = Text(f"{kata.number} {kata.titled(view.told.language)}: ", style="bold")
    return title.append(view.told(outcome), style=f"bold {colour}")


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
    return replace(
        cases[0], title=say("{title} ({count} cases)", title=title, count=len(cases)), measurements=figures
    )


def _check(check: CheckResult, view: View) -> list[RenderableType]:
    passed = check.outcome is Outcome.PASSED
    colour = _COLOURS.get(check.outcome, "red")
    title = check.title or check.id
    if check.outcome in ENDINGS:
        title = say("{title}: {ending}", title=title, ending=ENDINGS[check.outcome])
    parts = [_marked(view.signs.passed if passed else view.signs.failed, colour, view.shown(title))]
    if not passed and check.message:
        parts.append(_text(_shortened(view.shown(check.message)), indent=4))
    parts += [_text(line, "dim", indent=4) for line in _figures(check, view)]
    if not passed:
        parts += [_marked(view.signs.arrow, "cyan", view.shown(text), indent=4) for text in check.advice]
    return parts


def _stars(record: Record, view: View) -> list[RenderableType]:
    """A line for each star once the core has passed: won, or what would win it."""
    if record.outcome is not Outcome.PASSED or not record.stars:
        return []
    parts: list[RenderableType] = [""]
    for name, state in record.stars.items():
        checks = [check for check in record.checks if check.star == name]
        if state == WON:
            parts.append(
                _marked(
                    view.signs.won, "yellow", view.told(say("star for {star}", star=STARS.get(name, name)))
                )
            )
            best = [
                line
                for check in checks
                for line in _figures(check, view)
                if any(m.spread > 0 for m in check.measurements)
            ]
            parts += [_text(line, "dim", indent=4) for line in best[:1]]
            continue
        missed = next((check for check in checks if check.is_missed), None)
        parts.append(_marked(view.signs.star, "dim", view.told(_in_reach(state, STARS.get(name, name)))))
        if missed is not None:
            title = _text(view.shown(missed.title or missed.id), indent=4)
            parts += [title, _text(_shortened(view.shown(missed.message)), indent=4)]
            parts += [_text(line, "dim", indent=4) for line in _figures(missed, view)]
            parts += [_marked(view.signs.arrow, "cyan", view.shown(text), indent=4) for text in missed.advice]
    return parts


def _in_reach(state: str, star: str) -> str:
    if state == MISSED:
        return say("star for {star}: still to be won", star=star)
    if state == OPEN:
        return say("star for {star}: left open", star=star)
    return say("star for {star}: not tried in this run", star=star)


def _shortened(message: str) -> str:
    """A long message, such as a traceback, by its first and last lines; the record holds all of it."""
    lines = message.splitlines()
    if len(lines) <= MAX_MESSAGE_LINES:
        return message
    tail = MAX_MESSAGE_LINES - 4
    return "\n".join(
        [*lines[:3], _("... {count} more lines ...", count=len(lines) - 3 - tail), *lines[-tail:]]
    )


def _figures(check: CheckResult, view: View) -> list[str]:
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
        qualities = [replace(nearest, name=say("largest error")) if is_error else nearest]
    lines: list[str] = []
    for measurement in qualities:
        if check.message.startswith(f"The {measurement.name} is "):
            marks = yardsticks(measurement)
            lines += [say("for comparison: {yardsticks}", yardsticks=marks)] if marks else []
        else:
            lines.append(measured(measurement))
    return [view.shown(line) for line in lines]


def _share_of_limit(measurement: Measurement) -> float:
    if measurement.better == "higher":
        return measurement.limit / measurement.value if measurement.value else 0.0
    return measurement.value / measurement.limit if measurement.limit else 0.0


def _not_run(first: CheckResult, count: int, view: View) -> RenderableType:
    title = first.title or first.id
    if count > 1:
        told = say("{title} and {count} more: waits for the checks above", title=title, count=count - 1)
    else:
        told = say("{title}: waits for the checks above", title=title)
    return _marked(view.signs.skipped, "dim", view.shown(told))


def _facts(record: Record, view: View, *, verbose: bool) -> list[RenderableType]:
    from rich.padding import Padding
    from rich.table import Table
    from rich.text import Text

    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(overflow="fold")
    for step in dict.fromkeys(use.step for use in record.times):
        same = [use for use in record.times if use.step == step]
        slowest = max(same, key=lambda use: use.used)
        times = say("(the slowest of {count})", count=len(same)) if len(same) > 1 else ""
        grid.add_row(_("Time"), Text(view.shown(together(time_sentence(slowest), times))))
    for source in record.data:
        digest = f" (sha256 {source.sha256[:12]})" if source.sha256 else ""
        told = say("{name}: {source}", name=source.name, source=source.source)
        grid.add_row(_("Data"), Text(view.shown(told) + digest))
    for curve in record.runs[-1].curves[:4] if record.runs else ():
        grid.add_row(_("Curve"), Text(_curve(curve, view)))
    if len(record.runs) > 1 or (record.runs and verbose):
        # That of the first run repeats the others too.
        seed = say("seed {seed}", seed=record.runs[0].seed)
        if record.seed_was_set:
            seed = say("seed {seed} (set)", seed=record.runs[0].seed)
        times = say("judged {count} times", count=len(record.runs)) if len(record.runs) > 1 else ""
        sandbox = say("sandbox: {level}", level=record.sandbox or say("none"))
        grid.add_row(
            _("Run"), Text(view.shown(together(together(times, seed, between=", "), sandbox, between="; ")))
        )
    return ["", Padding(grid, (0, 0, 0, 2), expand=False)] if grid.row_count else []


def _curve(curve: Curve, view: View) -> str:
    line = spark(curve.values, view.signs.bars)
    first, last = (figure(curve.values[0]), figure(curve.values[-1])) if curve.values else ("", "")
    return f"{view.shown(curve.name)[:40]} {line} {view.told(first)} {view.signs.arrow} {view.told(last)}"


def _log(record: Record) -> list[RenderableType]:
    """What the submission printed where the first check went wrong."""
    first = first_missed(record)
    if first is None or first.outcome in (Outcome.FAILED, Outcome.INCONCLUSIVE):
        return []
    lines = first.log.strip().splitlines()[-MAX_LOG_LINES:]
    return [_text(escaped(line)[:400], "dim", indent=4) for line in lines]
