"""`katas submit`: hand a solution in to a contest, and wait for its verdict."""

from __future__ import annotations

import sys
import time
from typing import Any

import click

from checker.catalog import Kata
from checker.cli.choices import kata_meant, katas_option, load_katas, number_argument, workspace_here
from checker.languages.translation import _
from checker.verdict import Record
from checker.workspace.typed import from_here, typed
from checker.workspace.workspace import MARK, Workspace

POLL_SECONDS = 2.0
# A server that is started anew is back by then.
GIVE_UP_SECONDS = 600.0


@click.command()
@number_argument
@click.option(
    "--to", "address", metavar="URL", help="The contest's server; kept in this workspace, as is the code."
)
@click.option("--code", metavar="CODE", help="The team's code. Asked for where --to stands alone.")
@click.option("--no-wait", is_flag=True, help="Hand in and do not wait for the verdict.")
@click.option("-v", "--verbose", is_flag=True, help="Report every check, not only the first that was missed.")
@katas_option
def submit(
    number: str | None,
    address: str | None,
    code: str | None,
    no_wait: bool,
    verbose: bool,
    folders: tuple[Any, ...],
) -> int:
    """Hand in your solution of kata NN to a contest, and wait for its verdict.

    Once before: katas submit --to URL --code CODE

    Exit code: 0 passed, 1 not passed, 2 usage, refused or no answer, 3 inconclusive, 4 judge error.
    """
    from checker.contest import client
    from checker.judging.snapshot import read_submission

    katas = load_katas(folders)
    workspace = workspace_here()
    marked = workspace.root / MARK
    if address is not None:
        code = code or click.prompt(_("The team's code"), err=True)
        server = client.server_at(address, code)
        contest = server.contest()
        client.remember(marked, server)
        click.echo(_told(contest))
        if number is None:
            return 0
    elif code is not None:
        raise click.UsageError(_("--code belongs to --to: name the contest's server too."))
    else:
        server = client.remembered(marked)
    kata = kata_meant(number, katas, workspace)
    snapshot = read_submission(workspace.solution(kata), kata)
    try:
        submission = server.submit(kata.number, snapshot)
    except client.NoAnswer as error:
        raise client.NoAnswer(
            _(
                "{error} It is not known whether your solution arrived: look at {address}/history before you "
                "hand it in once more.",
                error=error,
                address=server.address,
            )
        ) from None
    place = f"{server.address}/submission/{submission}"
    click.echo(
        _(
            "Submission {submission} for kata {number} is accepted: {place}",
            submission=submission,
            number=kata.number,
            place=place,
        )
    )
    if no_wait:
        return 0
    try:
        state = _wait(server, submission)
    except KeyboardInterrupt:
        raise KeyboardInterrupt(
            _(
                "You no longer wait; submission {submission} is judged all the same: {place}",
                submission=submission,
                place=place,
            )
        ) from None
    if state["state"] == "void":
        click.echo(_("The organiser does not count submission {submission}. Ask why.", submission=submission))
        return 1
    from checker.record_format import from_json

    record = from_json(server.record(submission))
    _print_report(record, kata, verbose=verbose)
    for line in _next(record, kata, workspace, server.address, state):
        click.echo(line)
    return record.outcome.exit_code


def _told(contest: dict[str, Any]) -> str:
    from checker.report.escape import terminal

    katas = ", ".join(f"{one['number']} {one['state']}" for one in contest["katas"])
    return terminal(
        _(
            "{contest}: team {team}. Katas: {katas}.",
            contest=contest["title"],
            team=contest["team"],
            katas=katas,
        )
    )


def _wait(server: Any, submission: int) -> dict[str, Any]:
    """Wait for the verdict, saying each change; the last state.

    Raises:
        ContestError: the server refuses, or did not answer for long.
    """
    from checker.contest.client import NoAnswer
    from checker.report.escape import terminal

    told = ""
    silent_since: float | None = None
    while True:
        try:
            state: dict[str, Any] = server.state(submission)
            silent_since = None
        except NoAnswer as error:
            silent_since = silent_since or time.monotonic()
            if time.monotonic() - silent_since > GIVE_UP_SECONDS:
                raise NoAnswer(
                    _(
                        "{error} Submission {submission} is kept there and judged all the same.",
                        error=error,
                        submission=submission,
                    )
                ) from None
            line = _(
                "{error} Submission {submission} is kept there; trying again.",
                error=error,
                submission=submission,
            )
        else:
            if state["state"] in ("done", "void"):
                return state
            line = _line(state)
        if line != told:
            click.echo(terminal(line), err=True)
            told = line
        time.sleep(POLL_SECONDS)


def _line(state: dict[str, Any]) -> str:
    if state["state"] == "judging":
        return (
            _("It is being judged: {phase}", phase=state["phase"])
            if state["phase"]
            else _("It is being judged.")
        )
    return _(
        "Place {place} in the queue: {reason}.",
        place=state["place"] or "?",
        reason=state["why_waiting"] or _("it waits"),
    )


def _print_report(record: Record, kata: Kata, *, verbose: bool) -> None:
    from checker.report.console import console_for, print_trimmed, signs_for
    from checker.report.terminal import report

    console = console_for(sys.stdout)
    for part in report(record, kata, signs_for(sys.stdout), verbose=verbose):
        print_trimmed(console, part)


def _next(record: Record, kata: Kata, workspace: Workspace, address: str, state: dict[str, Any]) -> list[str]:
    """What to do now."""
    lines = [""]
    if state["attempt_returned"]:
        lines.append(_("The attempt was given back."))
    if state["practice"]:
        lines.append(_("Received after the end of the contest: practice, not ranked."))
    if record.outcome.exit_code == 0:
        return [*lines, _("The board: {address}/board", address=address)]
    mend = _(
        "Next: mend it in {file}, try it here, then hand it in again:",
        file=from_here(workspace.solution(kata)),
    )
    if record.outcome.exit_code != 1:
        mend = _("This was not your fault. Next, hand it in again:")
        return [*lines, mend, f"  {typed('submit', kata.number)}"]
    return [*lines, mend, f"  {typed('check', kata.number)}", f"  {typed('submit', kata.number)}"]
