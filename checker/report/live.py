"""The one line that moves while a submission is judged: phase, time against budget, printed curve, last printed line."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from checker.languages.texts import say
from checker.languages.translation import Translator, _, current
from checker.report.console import Signs, console_for, shown, signs_for
from checker.report.figures import figure, spark, used_of
from checker.report.printed_curves import PrintedCurves
from checker.verdict import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.text import Text

    from checker.catalog import Kata
    from checker.judging.judge_process import Event


CURVE_WIDTH = 16


class LiveLine:
    """Keeps what is known of the running judgement and draws it; learns of it through events."""

    def __init__(self, kata_folder: Path | None = None) -> None:
        """`kata_folder` is that of the kata that is judged, whose suite says what happens."""
        self._told = Translator(current(), kata_folder)
        self.started = time.monotonic()
        self.phase: str = say("starting")
        self.again = ""
        self.elapsed = 0.0
        self.allowed = 0.0
        self.log = ""
        self.curves = PrintedCurves()
        self.passed = 0
        self.others = 0

    def take(self, event: Event) -> None:
        """Take in one event of the judge."""
        if event.kind == "run_started":
            self.passed = self.others = 0
            self.again = event.text
        if event.kind in ("phase", "check_started") and event.text:
            if event.text != self.phase:
                self.curves.clear()
            self.phase = event.text
            self.elapsed, self.allowed = 0.0, 0.0
        if event.kind == "log":
            self.log = event.text.strip().rpartition("\n")[2]
            self.curves.take(event.text)
        if event.kind == "check_done" and event.check is not None:
            if event.check.outcome is Outcome.PASSED:
                self.passed += 1
            elif event.check.outcome is not Outcome.NOT_RUN:
                self.others += 1
        if event.elapsed or event.allowed:
            self.elapsed, self.allowed = event.elapsed, event.allowed

    def line(self, passed: str, failed: str, bars: str = Signs().bars) -> Text:
        """The line as it stands, a curve drawn in `bars`; the caller cuts it to the terminal's width."""
        from rich.text import Text

        text = Text(no_wrap=True, overflow="ellipsis")
        text.append(f"{passed} {self.passed} ", style="green")
        if self.others:
            text.append(f"{failed} {self.others} ", style="red")
        text.append(f" {shown(self._told(self.phase))}")
        if self.allowed:
            text.append("  " + _(used_of(self.elapsed, self.allowed, "CPU")), style="bold")
        if self.again:
            text.append(f"  ({shown(self._told(self.again))})", style="yellow")
        elif curve := self.curves.best:
            name, points, last = curve
            text.append(f"  {shown(name)} {spark(points, bars, CURVE_WIDTH)} {figure(last)}", style="cyan")
        if self.log and not self.again:
            text.append(f"  {shown(self.log)}", style="dim")
        return text

    def clock(self) -> Text:
        """How long it has taken so far by the wall: it moves, whatever else stands still."""
        from rich.text import Text

        return Text(f"{time.monotonic() - self.started:4.0f} s  ", style="dim")


def _one_line(text: Text) -> Text:
    """Cut by the terminal, never wrapped."""
    text.no_wrap, text.overflow = True, "ellipsis"
    return text


@contextmanager
def live_line(stream: TextIO, kata: Kata) -> Iterator[Callable[[Event], None]]:
    """A function that takes the judge's events; drawn if `stream` is a terminal, else ignored."""
    if not stream.isatty():
        yield lambda event: None
        return
    from rich.live import Live

    signs = signs_for(stream)
    state = LiveLine(kata.folder)
    console = console_for(stream)
    live = Live(
        console=console,
        refresh_per_second=5,
        transient=True,
        redirect_stdout=False,
        redirect_stderr=False,
        get_renderable=lambda: _one_line(state.clock() + state.line(signs.passed, signs.failed, signs.bars)),
    )
    with live:
        yield state.take
