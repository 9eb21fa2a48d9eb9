"""Which star is still to be won, and what its check wants."""

from __future__ import annotations

import shutil
from collections.abc import Sequence

from checker.languages.translation import _, of_kata
from checker.report.columns import wrapped
from checker.report.console import MAX_WIDTH, shown
from checker.report.sentences import STARS as NAMES
from checker.verdict import STARS, Outcome
from checker.workspace.progress import Standing, State
from checker.workspace.workspace import Workspace

INDENT = " " * 7


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
    from checker.workspace.ledger import Ledger

    kata = passed[-1].kata
    record = Ledger(workspace.ledger_file).last_record(kata.name)
    checks = record.checks if record else ()
    check = next(
        (one for one in checks if one.star == missing[0] and one.outcome is not Outcome.PASSED), None
    )
    told = of_kata(kata.folder)
    wanted = ""
    if check is not None:
        title = told(check.title or check.id)
        wanted = f"{title}. {told(check.message)}" if check.is_missed else title
    star = _("Star: {name} of {number}", name=told(NAMES[missing[0]]), number=kata.number)
    width = min(shutil.get_terminal_size().columns, MAX_WIDTH) - len(INDENT)
    first, *others = wrapped(f"{star}: {shown(wanted)}" if wanted else star, width)
    return [first, *(INDENT + line for line in others)]
