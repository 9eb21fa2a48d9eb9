"""The command `katas`: reads the command line, calls the library, prints. Nothing else is decided here."""

from __future__ import annotations

import contextlib
import errno
import math
import signal
import sys
import time
from collections.abc import Sequence
from types import FrameType

from checker.languages.texts import say
from checker.languages.translation import _

INTERRUPTED = 130
USAGE = 2
JUDGE_ERROR = 4
# The system refused to write: the disk is full, as a rule.
NOT_WRITTEN = 5
# What these find out is their exit code, whether or not somebody could read it.
VERDICTS = ("check", "grade", "verify", "demo")
_DISK_IS_FULL = (errno.ENOSPC, errno.EDQUOT)
CLEARING_UP_SECONDS = 5.0
ENDING_SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code.

    0 passed, 1 not passed, 2 usage or locked, 3 inconclusive, 4 judge error, 5 nothing could be written (the disk is
    full), 130 interrupted. What happens to standard output and error never changes the code of a verdict.
    """
    from checker.cli import standard_streams
    from checker.languages.translation import preferred, use
    from checker.report.console import never_fail_on_encoding

    if arguments is None:
        standard_streams.replace()
    never_fail_on_encoding()
    _log_if_asked()
    _end_in_order(*ENDING_SIGNALS)
    use(preferred())
    words = sys.argv[1:] if arguments is None else list(arguments)
    code = _run(words, is_whole_process=arguments is None)
    if lost := standard_streams.what_was_lost():
        import click

        click.echo("katas: " + _("Not all of the output could be written: {lost}.", lost=lost), err=True)
        if code == 0 and not any(word in VERDICTS for word in words[:1]):
            return NOT_WRITTEN
    return code


def _log_if_asked() -> None:
    """Logging for those who host the judge: `KATAS_LOG=debug` on standard error, nothing without it."""
    import os

    if level := os.environ.get("KATAS_LOG", "").upper():
        import logging

        known = logging.getLevelNamesMapping()
        logging.basicConfig(
            format="%(asctime)s %(name)s %(levelname)s %(message)s", level=known.get(level, logging.DEBUG)
        )


def _run(words: list[str], is_whole_process: bool) -> int:
    import click

    from checker.cli.app import katas
    from checker.errors import KatasError

    try:
        result = katas.main(args=words, prog_name="katas", standalone_mode=False)
        return result if isinstance(result, int) else 0
    except (KeyboardInterrupt, click.Abort) as error:
        if is_whole_process:
            _ignore(*ENDING_SIGNALS)
        # A command that keeps something says so. Click has taken the interrupt for its own by now.
        said = str(error.__cause__ or error)
        click.echo(
            _(said) or _("Interrupted. Everything was ended and nothing of this run was kept."), err=True
        )
        return INTERRUPTED
    except click.ClickException as error:
        error.show()
        return USAGE
    except KatasError as error:
        from checker.judging.host.failures import JudgeError

        # No network, a wrong --data, no sandbox, a locked kata: each carries a sentence for the user.
        _refuse(str(error))
        return JUDGE_ERROR if isinstance(error, JudgeError) else USAGE
    except BrokenPipeError:
        # Only where the streams are not ours: whoever read the output has gone.
        return 0
    except Exception as error:
        if isinstance(error, OSError) and error.errno in _DISK_IS_FULL:
            _refuse(
                say(
                    "The disk has no room for {place} ({reason}). Free some, then type the same again.",
                    place=error.filename or say("this"),
                    reason=error.strerror,
                )
            )
            return NOT_WRITTEN
        import traceback

        traceback.print_exc()
        click.echo(
            _("This is a fault in katas, not in your code. Please report it with the lines above."), err=True
        )
        return JUDGE_ERROR


def _refuse(sentence: str) -> int:
    import click

    from checker.report.console import fitted
    from checker.report.escape import terminal

    click.echo(fitted(f"katas: {terminal(_(sentence))}", sys.stderr), err=True)
    return USAGE


def _end_in_order(*names: str) -> None:
    """Let a polite end from outside take the same way as Ctrl-C, so that no worker is left behind.

    Two that come close together, as from an impatient hand or a closing terminal, are one: the second must not
    interrupt the clearing up. One that comes later is heard, in case that does not end.
    """
    last = -math.inf

    def interrupt(number: int, frame: FrameType | None) -> None:
        nonlocal last
        before, last = last, time.monotonic()
        if last - before > CLEARING_UP_SECONDS:
            raise KeyboardInterrupt

    for name in names:
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) in (signal.SIG_DFL, signal.default_int_handler):
            try:
                signal.signal(number, interrupt)
            except ValueError:
                # Not in the main thread, as in a notebook: there nobody sends us signals.
                return


def _ignore(*names: str) -> None:
    """Everything is cleared up: a late signal must not turn the exit code into its own.

    Python gives handlers of its own back to the system before it ends, but leaves ignored signals ignored.
    """
    for name in names:
        number = getattr(signal, name, None)
        if number is not None:
            with contextlib.suppress(ValueError):
                signal.signal(number, signal.SIG_IGN)
