"""`katas contest ...`: a club's contest, from an empty folder to its records."""

from __future__ import annotations

import functools
import importlib.util
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from checker.cli.choices import PLACE
from checker.errors import KatasError

if TYPE_CHECKING:
    from checker.contest.services import Contest
    from checker.contest.views import RejudgingView, Team

DIFFERENCE, CANNOT_JUDGE = 3, 4
PACKAGES = (
    "alembic",
    "argon2",
    "itsdangerous",
    "python_multipart",
    "segno",
    "sqlalchemy",
    "starlette",
    "uvicorn",
)
HERE = Path()
_F = TypeVar("_F", bound=Callable[..., Any])


@click.group()
def contest() -> None:
    """Hold a contest: teams hand in by the browser, the judge judges, a board says who stands where."""
    missing = [name for name in PACKAGES if importlib.util.find_spec(name) is None]
    if missing:
        raise KatasError(
            f'A contest needs more packages ({", ".join(missing)}): python -m pip install "deep-learning-katas[contest]"'
        )


def _database_option(command: _F) -> _F:
    return click.option(
        "--database",
        "database_url",
        metavar="URL",
        envvar="KATAS_CONTEST_DATABASE",
        help="A PostgreSQL server, remembered for this folder; `sqlite` goes back to the file in it.",
    )(command)


def _opened(command: Callable[..., int]) -> Callable[..., int]:
    """Give a command the contest in the current folder."""

    @_database_option
    @functools.wraps(command)
    def wrapped(database_url: str | None, **options: Any) -> int:
        from checker.contest.services import Contest

        opened = Contest.open(HERE, database_url)
        try:
            return command(opened, **options)
        finally:
            opened.close()

    return wrapped


@contest.command()
@click.argument("name", metavar="NAME", type=PLACE)
def new(name: Path) -> int:
    """Make a folder with a contest.toml to edit, and print the organiser's code, once."""
    from checker.contest import folders

    code = folders.make(name, name.name.replace("-", " ").replace("_", " ").strip().capitalize() or "Contest")
    click.echo(f"The organiser's code, shown this once: {code}")
    click.echo(f"Next: cd {name}, edit contest.toml, katas contest teams NAME..., katas contest serve")
    return 0


@contest.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen at.")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True)
@click.option("--cluster", metavar="ADDRESS", help="Judge on the workers of a Dask scheduler instead.")
@click.option("--jobs", type=click.IntRange(1), help="Judgements at a time; else what contest.toml says.")
@_database_option
def serve(host: str, port: int, cluster: str | None, jobs: int | None, database_url: str | None) -> int:
    """Hold the contest in this folder, until Ctrl-C. Exit code 4: nothing can be judged on this machine."""
    from checker.contest.errors import CannotJudge
    from checker.contest.serving import serve as hold

    try:
        hold(HERE, host, port, database_url, cluster, jobs, say=_say)
    except CannotJudge as error:
        return _cannot(error)
    return 0


@contest.command()
@click.argument("names", metavar="[NAME|CSV]...", nargs=-1)
@click.option("--sheet", metavar="FILE.html", type=PLACE, help="Also a sheet to print, with QR codes.")
@click.option("--url", metavar="ADDRESS", default="", help="Of the contest's pages, for the QR codes.")
@click.option("--new-code", "renew", metavar="TEAM", multiple=True, help="Another code for a team.")
@click.option("--organiser-code", is_flag=True, help="Another code for the organiser.")
@_opened
def teams(
    opened: Contest,
    names: Sequence[str],
    sheet: Path | None,
    url: str,
    renew: Sequence[str],
    organiser_code: bool,
) -> int:
    """Add teams, by name or from a CSV file, and print their codes, once. Without names: those of contest.toml."""
    from checker.contest import sheet as sheets
    from checker.grading.roster import read_roster

    if sheet is not None:
        sheets.check_free(sheet)
    if organiser_code:
        click.echo(f"The organiser's code, shown this once: {opened.new_organiser_code()}")
    known = {team.name: team for team in opened.teams()}
    again = [_one_team(known, name) for name in renew]
    if gone := [name for name in names if name.lower().endswith(".csv") and not Path(name).is_file()]:
        raise click.UsageError(f"There is no file {gone[0]}.")
    wanted = [
        person
        for name in names
        for person in ([one.name for one in read_roster(Path(name))] if Path(name).is_file() else [name])
    ]
    if not names and not renew and not organiser_code:
        wanted = [name for name in opened.settings.teams if name not in known]
    codes = [*((team, opened.new_code(team)) for team in again), *opened.add_teams(wanted)]
    for team, code in codes:
        click.echo(f"{code}  {_shown(team.name)}")
    if sheet is not None and codes:
        sheets.write(sheet, sheets.sheet(opened.settings.title, opened.settings.language, codes, url))
        _say(f"{sheet}: print it, cut it, and delete the file")
    if codes:
        _say(
            f"{len(codes)} codes, shown this once. A lost one is replaced: katas contest teams --new-code TEAM"
        )
    elif not organiser_code:
        for team in known.values():
            out = f" (disqualified: {_shown(team.disqualified_because)})" if team.disqualified_because else ""
            click.echo(f"{_shown(team.name)}{out}")
        _say(f"{len(known)} teams. Add some: katas contest teams NAME...")
    return 0


@contest.command()
@click.argument("numbers", metavar="[NN]...", nargs=-1)
@_opened
def pause(opened: Contest, numbers: Sequence[str]) -> int:
    """Judge these katas no more, all without a number; what is handed in is accepted and waits."""
    opened.pause(_numbers(opened, numbers))
    return _say_what_is_paused(opened)


@contest.command()
@click.argument("numbers", metavar="[NN]...", nargs=-1)
@_opened
def resume(opened: Contest, numbers: Sequence[str]) -> int:
    """Judge these katas again, all without a number."""
    opened.resume(_numbers(opened, numbers))
    return _say_what_is_paused(opened)


@contest.command()
@click.option("--kata", "katas", metavar="NN", multiple=True, help="Those of this kata.")
@click.option("--team", "team_names", metavar="TEAM", multiple=True, help="Those of this team.")
@click.option("--submission", "submissions", metavar="N", type=int, multiple=True, help="This one.")
@click.option("--outcome", "outcomes", metavar="WORD", multiple=True, help="Those with this verdict.")
@click.option("--all", "everything", is_flag=True, help="All.")
@click.option("--show", metavar="N", type=int, help="Show rejudging N.")
@click.option("--apply", "apply_", metavar="N", type=int, help="Let rejudging N count.")
@click.option("--drop", metavar="N", type=int, help="Drop rejudging N.")
@_opened
def rejudge(
    opened: Contest,
    katas: Sequence[str],
    team_names: Sequence[str],
    submissions: Sequence[int],
    outcomes: Sequence[str],
    everything: bool,
    show: int | None,
    apply_: int | None,
    drop: int | None,
) -> int:
    """Judge once more, beside: what is chosen must fit all options. Then --show, and --apply or --drop the number."""
    if show is not None:
        return _show_rejudging(opened.rejudging(show))
    if apply_ is not None:
        click.echo(f"Rejudging {apply_} counts now; {opened.apply(apply_)} verdicts changed.")
        return 0
    if drop is not None:
        opened.drop(drop)
        click.echo(f"Rejudging {drop} was dropped; nothing has changed.")
        return 0
    known = {team.name: team for team in opened.teams()}
    chosen: dict[str, Sequence[Any]] = {
        "katas": _numbers(opened, katas) if katas else [],
        "teams": [_one_team(known, name).id for name in team_names],
        "submissions": submissions,
        "outcomes": [outcome.replace(" ", "_") for outcome in outcomes],
    }
    chosen = {key: values for key, values in chosen.items() if values}
    if not chosen and not everything:
        raise click.UsageError(
            "Choose what to judge once more: --kata, --team, --submission, --outcome, or --all."
        )
    number = opened.rejudge(chosen)
    click.echo(f"Rejudging {number} waits for the judges. See it with: katas contest rejudge --show {number}")
    return 0


@contest.command()
@_opened
def final(opened: Contest) -> int:
    """After the end: judge the best of each team once more with fresh secrets, beside; then apply it like a rejudging."""
    number = opened.start_final()
    click.echo(f"The final is rejudging {number}. See it with: katas contest rejudge --show {number}")
    return 0


@contest.command()
@click.option("--hide", is_flag=True, help="Close all rows again.")
@_opened
def reveal(opened: Contest, hide: bool) -> int:
    """Unfreeze the lowest row of the board that is still closed."""
    from checker.contest.views import PUBLIC

    if hide:
        opened.hide_again()
    else:
        opened.reveal_step()
    click.echo(f"Rows still closed: {opened.board(PUBLIC).closed_rows}")
    return 0


@contest.command()
@click.option("--out", metavar="DIR", type=PLACE, help="A folder that is not there yet.")
@click.option("--public", is_flag=True, help="Only the board, as everybody sees it.")
@_opened
def export(opened: Contest, out: Path | None, public: bool) -> int:
    """The board as CSV, and all judgements with their records as lines of JSON."""
    from checker.contest import clock, exports
    from checker.contest.views import ORGANISER, PUBLIC

    folder = out or Path(f"export-{clock.now():%Y%m%d-%H%M%S}")
    for file in exports.write(opened, folder, PUBLIC if public else ORGANISER):
        click.echo(str(file))
    if not public and opened.board(PUBLIC).is_frozen:
        _say("The public board is frozen and this one is not: keep it to yourself, or export with --public.")
    return 0


@contest.command()
@_opened
def verify(opened: Contest) -> int:
    """Compute the board anew from the records and compare. Exit code 3: there is a difference."""
    from checker.contest import clock
    from checker.contest.verifying import verify as compare

    found = compare(opened, clock.now())
    for sentence in found.differences:
        click.echo(sentence)
    click.echo(
        f"{found.submissions} submissions, {found.verdicts} verdicts, {found.waiting} still to judge: "
        + (f"{len(found.differences)} differences" if found.differences else "no difference")
    )
    return DIFFERENCE if found.differences else 0


@contest.command()
@click.argument("numbers", metavar="[NN]...", nargs=-1)
@_opened
def alike(opened: Contest, numbers: Sequence[str]) -> int:
    """Pairs of teams whose counted solutions share passages that are rare in this contest: to look at, no proof."""
    from checker.contest.audit import alike as compare

    wanted = _numbers(opened, numbers)
    pairs = [pair for pair in compare(opened) if pair.kata in wanted or "*" in wanted]
    for pair in pairs:
        names = f"{_shown(pair.one)} and {_shown(pair.other)}"
        click.echo(f"{pair.kata} {names}: {pair.shared} of {pair.of} passages ({pair.share:.0%})")
    click.echo(f"{len(pairs)} pairs. Short tasks make honest work alike: read both before you say anything.")
    return 0


@contest.command()
@click.argument("file", metavar="FILE", type=PLACE)
@_opened
def backup(opened: Contest, file: Path) -> int:
    """Copy the database while it is in use; for PostgreSQL, how to."""
    from checker.contest.backup import backup as copy

    copy(opened.database, file)
    click.echo(f"{file} is a sound copy. Restore: stop the contest, put it in the place of contest.db.")
    return 0


@contest.command()
@click.option("--cluster", is_flag=True, help="Judging happens elsewhere.")
@_database_option
def doctor(cluster: bool, database_url: str | None) -> int:
    """Whether a contest can be held here. Exit code 4: it cannot."""
    from checker.contest.doctor import examine
    from checker.report.console import signs_for

    signs = signs_for(sys.stdout)
    found = examine(HERE.resolve(), database_url, judges_here=not cluster)
    for one in found:
        sign = {"good": signs.passed, "note": signs.skipped, "bad": signs.failed}[one.level]
        click.echo(f"{sign} {one.name:10} {_shown(one.text)}")
    return CANNOT_JUDGE if any(one.level == "bad" for one in found) else 0


def _numbers(opened: Contest, words: Sequence[str]) -> list[str]:
    """The numbers of katas of the contest; "*" for none."""
    from checker.catalog import find

    return [find(opened.katas, word).number for word in words] or ["*"]


def _one_team(known: dict[str, Team], name: str) -> Team:
    if name not in known:
        raise click.UsageError(f"There is no team {name!r}. There are: {', '.join(known) or 'none yet'}.")
    return known[name]


def _say_what_is_paused(opened: Contest) -> int:
    paused = opened.state().paused
    click.echo(f"Paused: {'all katas' if '*' in paused else ', '.join(paused) or 'nothing'}")
    return 0


def _show_rejudging(view: RejudgingView) -> int:
    for one in view.differences:
        mark = "*" if one.changes_verdict else " "
        after = _verdict(one.after, one.stars_after) if one.after else "not judged yet"
        click.echo(
            f"{mark} {one.submission_id:5} {one.kata} {_shown(one.team)}: {_verdict(one.before, one.stars_before)} -> {after}"
        )
    changed = sum(one.changes_verdict for one in view.differences)
    click.echo(
        f"Rejudging {view.id} ({view.state}): {view.done} of {view.total} judged, {changed} verdicts would change"
    )
    return 0


def _verdict(outcome: str, stars: Sequence[str]) -> str:
    return " ".join([outcome.replace("_", " "), *(f"+{star}" for star in stars)])


def _shown(text: str) -> str:
    from checker.report.escape import terminal

    return terminal(text)


def _say(sentence: str) -> None:
    click.echo(_shown(sentence), err=True)


def _cannot(error: KatasError) -> int:
    _say(f"katas: {error}")
    return CANNOT_JUDGE
