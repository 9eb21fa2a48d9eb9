"""Which star is still to be won, and what its check wants."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Sequence

from checker.languages.texts import say
from checker.languages.translation import Translator, current
from checker.verdict import STARS, Outcome
from checker.workspace.progress import Standing, State
from checker.workspace.workspace import Workspace

INDENT = " " * 7
MAX_COLUMNS = 100


def next_star(workspace: Workspace, path: Sequence[Standing]) -> list[str]:
    """Of the kata that was passed last on the path, the first star that is open; nothing where all are won.

    Args:
        workspace: whose last record tells what the star's check said.
        path: all katas in order.

    Raises:
        LedgerError: the ledger cannot be read, or is damaged.
    """
    passed = [standing for standing in path if standing.state is State.PASSED]
    missing = [name for name in STARS if passed and passed[-1].summary.stars.get(name) is False]
    if not missing:
        return []
    from checker.report.console import shown
    from checker.workspace.ledger import Ledger

    kata = passed[-1].kata
    record = Ledger(workspace.ledger_file).last_record(kata.name)
    checks = record.checks if record else ()
    check = next(
        (one for one in checks if one.star == missing[0] and one.outcome is not Outcome.PASSED), None
    )
    translated = Translator(current(), kata.folder)
    wanted = ""
    if check is not None:
        title = translated(check.title or check.id)
        wanted = f"{title}. {translated(check.message)}" if check.is_missed else title
    star = translated(say("Star:  {name} of {number}", name=missing[0], number=kata.number))
    text = f"{star}: {' '.join(shown(wanted).split())}" if wanted else star
    # Lines are wrapped by letters, of which those of Korean are twice as wide.
    width = min(shutil.get_terminal_size().columns, MAX_COLUMNS) // (2 if current() == "ko" else 1)
    return textwrap.wrap(text, max(width, 30), subsequent_indent=INDENT)
