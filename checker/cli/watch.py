"""`katas watch`: judged at each save, until you leave."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click

from checker.catalog import Kata
from checker.cli.choices import kata_meant, katas_option, load_katas, number_argument, workspace_here
from checker.languages.texts import say
from checker.languages.translation import _, current
from checker.workspace.workspace import Workspace

if TYPE_CHECKING:
    from checker.judging.judge_process import Event
    from checker.watch.keys import Keys
    from checker.watch.loop import Watch
    from checker.workspace.attempt import Attempt

_HELP = say("Enter judges whole · h hint · l lesson · r report · n next kata · q leaves")
_CLEAR = "\x1b[2J\x1b[3J\x1b[H"


@click.command()
@number_argument
@click.option("--plain", is_flag=True, help="No keys and no colours, for editors: a report after each save.")
@click.option("--data", metavar="CHOICE", help="Which data to use, where a kata knows several.")
@katas_option
def watch(number: str | None, plain: bool, data: str | None, folders: tuple[Path, ...]) -> int:
    """Judge the current kata, or kata NN, at each save: the quick checks at once, the whole with Enter.

    A save while it is judged begins anew. Leave with q or Ctrl-C.
    """
    from checker.judging.session import JudgeOptions
    from checker.watch.loop import Watch

    if not plain and not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise click.UsageError(
            _("`katas watch` needs a terminal for its keys. In an editor or a script: katas watch --plain")
        )
    katas = load_katas(folders)
    workspace = workspace_here()
    kata = kata_meant(number, katas, workspace)
    with ExitStack() as stack:
        screen = _Screen(workspace, plain=plain)
        stack.callback(screen.ended)
        watched = Watch(
            workspace, katas, kata, screen, JudgeOptions(data=data if kata.source.choices else None)
        )
        stack.callback(watched.end)
        watched.begin()
        if plain:
            while True:
                watched.step()
                time.sleep(0.1)
        from checker.watch.keys import Keys

        keys = stack.enter_context(Keys())
        _listen(watched, keys, screen)
    click.echo()
    return 0


def _listen(watched: Watch, keys: Keys, screen: _Screen) -> None:
    from checker.cli.reading import hint, lesson
    from checker.cli.report import report
    from checker.errors import KatasError
    from checker.watch.keys import ENTER

    asked = {"h": hint, "l": lesson, "r": report}
    while True:
        watched.step()
        if keys.came_back:
            keys.came_back = False
            screen.again()
        try:
            key = keys.pressed(0.1)
        except EOFError:
            return
        try:
            if key == "q":
                return
            if key == ENTER:
                watched.judge_whole()
            elif key in asked:
                if watched.is_judging:
                    continue
                with keys.lent():
                    screen.clear()
                    asked[key].main([watched.kata.number], standalone_mode=False)
                screen.waits(watched.kata)
            elif key == "n" and (watched.is_judging or not watched.go_on()):
                screen.says(_("The next kata opens when this one has passed: press Enter."))
        except KatasError as error:
            screen.says(_(str(error)))


class _Screen:
    """A terminal, or with `plain` a stream of lines."""

    def __init__(self, workspace: Workspace, *, plain: bool) -> None:
        self._workspace = workspace
        self._plain = plain
        self._line = ExitStack()
        self._shown: Callable[[], None] = lambda: None

    def begins(self, kata: Kata, *, whole: bool) -> Callable[[Event], None]:
        """A judgement begins."""
        from checker.report.live import live_line

        self.ended()
        self.clear()
        if not self._plain:
            what = _("judging whole") if whole else _("the quick checks")
            click.echo(click.style(f"{kata.number} {kata.titled(current())}: {what}", bold=True))
        return self._line.enter_context(live_line(sys.stdout, kata))

    def ended(self) -> None:
        """Nothing moves any more."""
        self._line.close()

    def shows(self, kata: Kata, result: Attempt, *, whole: bool) -> None:
        """A verdict, with what to type left out: here a key does it."""

        def show() -> None:
            from checker.report.console import console_for, fitted, print_trimmed, signs_for
            from checker.report.terminal import report

            self.clear()
            console = console_for(sys.stdout)
            for part in report(result.record, kata, signs_for(sys.stdout)):
                print_trimmed(console, part)
            click.echo(self._next(kata, result, whole))
            if result.not_kept:
                told = _(
                    "This run could not be kept, so nothing is unlocked. {not_kept}",
                    not_kept=result.not_kept,
                )
                click.echo("\n" + fitted(told, sys.stdout))

        self._shown = show
        show()

    def again(self) -> None:
        """The last verdict once more, after the terminal was somebody else's."""
        self._shown()

    def says(self, sentence: str) -> None:
        """A sentence."""
        from checker.report.console import fitted

        click.echo(fitted(sentence, sys.stdout))

    def waits(self, kata: Kata) -> None:
        """The keys, and what is watched."""
        if not self._plain:
            place = self._workspace.solution(kata).relative_to(self._workspace.root)
            now = time.strftime("%H:%M:%S")
            click.echo(
                click.style(
                    f"\n{now}  {_('watching {place}', place=place)}\n{_(_HELP)}",
                    dim=True,
                )
            )

    def clear(self) -> None:
        """An empty screen."""
        if not self._plain:
            click.echo(_CLEAR, nl=False)

    @staticmethod
    def _next(kata: Kata, result: Attempt, whole: bool) -> str:
        """What comes next, in one line."""
        if result.record.outcome.exit_code != 0:
            return ""
        if not whole:
            return "\n" + _("All quick checks pass. Enter judges the whole kata.")
        if result.unlocked is not None:
            return "\n" + _(
                "Unlocked: {number} {title}. Press n to go on with it.",
                number=result.unlocked.number,
                title=result.unlocked.titled(current()),
            )
        return "\n" + _("The path is finished. Go your own way now.") if result.is_last else ""
