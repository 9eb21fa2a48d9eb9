"""`katas grade` and `katas export`: a class judged, and its results as a teacher's tools read them."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import click

from checker.catalog import Kata
from checker.cli.choices import PLACE, katas_option, load_katas, one_kata
from checker.grading import exports
from checker.grading.batch import Batch, HostLost, Progress, still_to_judge, unjudged
from checker.grading.engine import Engine, LocalEngine, Work
from checker.grading.intake import ALL, BEST, NEWEST, Handed, Intake, pick, same_names, take_in
from checker.grading.likeness import Pair, alike, as_csv, lay_flat
from checker.grading.points import Points, read_points
from checker.grading.roster import Person, read_roster
from checker.grading.store import Store, key_of
from checker.grading.tables import Row, rows
from checker.judging.snapshot import Snapshot, SubmissionProblem, read_submission
from checker.verdict import CheckResult, Outcome, Record

OPEN_LEFT, ERRORS_LEFT = 3, 4
# The table is made anew so often while a class is judged.
REWRITE_SECONDS = 30.0


@dataclass(frozen=True)
class _Judged:
    """What was handed in, as it was read, and the key of its judgement; or why it cannot be read."""

    handed: Handed
    submission: Snapshot | None = None
    key: str = ""
    problem: str = ""


@click.command()
@click.argument("sources", metavar="SOURCE... [NN]...", nargs=-1, required=True)
@click.option("--out", metavar="DIR", type=PLACE, help="The folder for the results; the same one goes on.")
@click.option("--roster", metavar="CSV", type=PLACE, help="Who should have handed in; the others are listed.")
@click.option("--points", "points_file", metavar="TOML", type=PLACE, help="Points for core and stars.")
@click.option("--jobs", type=click.IntRange(1), default=1, show_default=True, help="Judgements at a time.")
@click.option("--cluster", metavar="ADDRESS", help="Judge on the workers of a Dask scheduler instead.")
@click.option("--only", metavar="STUDENT", multiple=True, help="Only these students.")
@click.option("--skip", metavar="STUDENT", multiple=True, help="Not these students.")
@click.option(
    "--pick",
    "which",
    type=click.Choice([NEWEST, BEST, ALL]),
    default=NEWEST,
    show_default=True,
    help="Of several files of one student for one kata.",
)
@click.option(
    "--again", type=click.Choice(["open", "errors", "all"]), default=None, help="Judge these once more."
)
@click.option("--similar", is_flag=True, help="Also list pairs that are alike: to look at, not to punish.")
@click.option("--dry-run", is_flag=True, help="Only say what was found and what is left out.")
@click.option("--sandbox", type=click.Choice(["strict", "any"]), default="strict", show_default=True)
@click.option("--data", metavar="CHOICE", help="Which data to use, where a kata knows several.")
@katas_option
def grade(
    sources: tuple[str, ...],
    out: Path | None,
    roster: Path | None,
    points_file: Path | None,
    jobs: int,
    cluster: str | None,
    only: tuple[str, ...],
    skip: tuple[str, ...],
    which: str,
    again: str | None,
    similar: bool,
    dry_run: bool,
    sandbox: str,
    data: str | None,
    folders: tuple[Path, ...],
) -> int:
    """Judge a class: workspaces, single files, downloads of Canvas, Moodle or Gradescope, as folders or zip files.

    Numbers of katas behind the sources choose what is graded; all without. The same command goes on where it was
    stopped. Exit code: 0 all decided, 3 some open, 4 some judge errors, 2 usage, 130 interrupted.
    """
    everything = load_katas(folders)
    places, katas = _told_apart(sources, everything)
    people = read_roster(roster) if roster else []
    points = read_points(points_file) if points_file else Points()
    if out is None:
        raise click.UsageError("Name a folder for the results: --out DIR.")
    store = Store(out)
    store.prepare()
    with store.held():
        intake = same_names(take_in(places, everything, katas, store.unpacked))
        intake = pick(_chosen(intake, only, skip), which)
        if dry_run:
            return _say_what_is_there(intake, people)
        if not intake.handed:
            for found, reason in intake.left_out:
                click.echo(f"left out: {found} {reason}", err=True)
            raise click.UsageError("There is nothing to grade here. `--dry-run` says what was found.")
        class_ = _Class(store, intake, katas, points, people, sandbox, data)

        def engine() -> Engine:
            return _cluster(cluster, folders, class_.katas, sandbox) if cluster else LocalEngine(jobs)

        code = class_.judge(engine, again or "")
        if similar:
            class_.compare()
        return code


def _cluster(address: str, folders: Sequence[Path], katas: Sequence[Kata], sandbox: str) -> Engine:
    from checker.grading.engine_dask import DaskEngine

    return DaskEngine(address, folders, katas, sandbox, lambda sentence: click.echo(sentence, err=True))


def _told_apart(words: Sequence[str], everything: list[Kata]) -> tuple[list[Path], list[Kata]]:
    """Sources and numbers of katas: what is there as a file is a source."""
    places = [Path(word) for word in words if Path(word).exists() or not word.isdecimal()]
    katas = [one_kata(everything, word) for word in words if Path(word) not in places]
    if not places:
        raise click.UsageError("Name what to grade: a folder, a zip file or a solution.")
    return places, katas or everything


def _chosen(intake: Intake, only: Sequence[str], skip: Sequence[str]) -> Intake:
    """Without students who are not meant."""
    students = set(intake.students)
    for name in (*only, *skip):
        if name not in students:
            raise click.UsageError(
                f"Nobody called {name!r} has handed in. There are: {', '.join(sorted(students))}."
            )
    kept = [one for one in intake.handed if (not only or one.student in only) and one.student not in skip]
    return Intake(kept, intake.left_out)


def _say_what_is_there(intake: Intake, people: Sequence[Person]) -> int:
    for one in intake.handed:
        try:
            digest = read_submission(one.file, one.kata).sha256[:12]
        except SubmissionProblem as problem:
            digest = f"cannot be judged: {problem}"
        click.echo(
            f"{one.student}: {one.kata.number}, {one.found}, {digest}{' (late)' if one.is_late else ''}"
        )
    for found, reason in intake.left_out:
        click.echo(f"left out: {found} {reason}")
    table = rows([(one, "", None) for one in intake.handed], [], Points(), people)
    for row in table:
        if row.student not in intake.students:
            click.echo(f"{row.student}: nothing handed in")
    click.echo(
        f"{len(intake.handed)} files of {len(intake.students)} students, {len(intake.left_out)} files left out"
    )
    return 0


class _Class:
    """One class: what is handed in, the store, and the files made of both."""

    def __init__(
        self,
        store: Store,
        intake: Intake,
        katas: Sequence[Kata],
        points: Points,
        people: Sequence[Person],
        sandbox: str,
        data: str | None,
    ) -> None:
        self.store = store
        self.intake = intake
        handed = {one.kata.name for one in intake.handed}
        self.katas = [kata for kata in katas if kata.name in handed]
        self.points = points
        self.people = people
        self.sandbox = sandbox
        self.data = data
        self.judged = [self._keyed(one) for one in intake.handed]
        self._written = 0.0

    def _keyed(self, one: Handed) -> _Judged:
        try:
            snapshot = read_submission(one.file, one.kata)
        except SubmissionProblem as problem:
            return _Judged(one, problem=str(problem))
        return _Judged(one, snapshot, key_of(snapshot, one.kata, self.sandbox, self._choice(one.kata)))

    def _choice(self, kata: Kata) -> str | None:
        return self.data if kata.source.choices else None

    def judge(self, engine: Callable[[], Engine], again: str) -> int:
        """Judge what is not there yet, write all files, and say how it went."""
        works = {
            one.key: Work(
                one.key, one.handed.kata, one.submission, self.sandbox, self._choice(one.handed.kata)
            )
            for one in self.judged
            if one.submission
        }
        waiting = still_to_judge(works.values(), self.store, again)
        there = len(works) - len(waiting)
        click.echo(
            f"{len(self.judged)} files of {len(self.intake.students)} students; {len(waiting)} to judge"
            + (f", {there} were judged before" if there else "")
        )
        self._since = time.monotonic()
        batch = Batch(self.store, engine(), self._tell) if waiting else None
        try:
            if batch is not None:
                batch.run(waiting)
        except KeyboardInterrupt:
            done = there + (batch.progress.done if batch else 0)
            raise KeyboardInterrupt(
                f"Interrupted. {done} of {len(works)} are judged and kept; the same command goes on."
            ) from None
        except HostLost as error:
            click.echo(f"katas: {error}", err=True)
            self.write()
            return ERRORS_LEFT
        finally:
            self.write()
        return self._sum_up()

    def _tell(self, progress: Progress, work: Work, record: Record) -> None:
        """One line a judgement: how far, which, how it ended, and how long the rest may take."""
        seconds = time.monotonic() - self._since
        left = (progress.total - progress.done) * seconds / progress.done
        names = sorted({one.handed.student for one in self.judged if one.key == work.key})
        rest = f", about {_span(left)} left" if progress.done < progress.total else ""
        click.echo(
            f"[{progress.done}/{progress.total}] {work.kata.number} {', '.join(names)}: "
            f"{record.outcome.value.replace('_', ' ')}{rest}"
        )
        sys.stdout.flush()
        if time.monotonic() - self._written > REWRITE_SECONDS:
            self.write()

    def table(self) -> list[Row]:
        """The class as rows, from the store alone."""
        found = []
        for one in self.judged:
            record = self.store.record(one.key) if one.key else _refused(one, self.sandbox)
            found.append((one.handed, one.key, record))
        return rows(found, self.katas, self.points, self.people)

    def write(self) -> None:
        """Make all files anew."""
        table, out = self.table(), self.store.folder
        exports.write(out / "grades.csv", exports.as_csv(table, self.katas))
        exports.write(out / "records.jsonl", exports.as_json_lines(table))
        exports.write(out / "overview.md", exports.overview(table, self.katas, self.intake.left_out))
        for row in table:
            exports.write(
                out / "students" / f"{exports.file_name(row.student)}.md", exports.page_of(row, self.katas)
            )
        self._written = time.monotonic()

    def compare(self) -> None:
        """List pairs that are alike, and lay the files out for programs that compare."""
        found: list[Pair] = []
        for kata in self.katas:
            sources = {
                one.handed.student: one.submission.entry.source.decode("utf-8", "replace")
                for one in self.judged
                if one.handed.kata == kata and one.submission
            }
            found += alike(kata, sources)
            lay_flat(self.store.folder / "flat", kata, sources)
        exports.write(self.store.folder / "alike.csv", as_csv(found))
        click.echo(
            f"{len(found)} pairs that share passages which are rare in this class: alike.csv; flat/ for MOSS, JPlag, Dolos"
        )

    def _sum_up(self) -> int:
        table = self.table()
        states = [cell.state for row in table for cell in row.cells.values() if cell.handed]
        counts = {state: states.count(state) for state in dict.fromkeys(states)}
        click.echo(", ".join(f"{count} {state.replace('_', ' ')}" for state, count in sorted(counts.items())))
        if absent := sum(not any(cell.handed for cell in row.cells.values()) for row in table):
            click.echo(f"{absent} of the roster handed in nothing")
        click.echo(
            f"The results are in {self.store.folder}: grades.csv, overview.md, students/, records.jsonl"
        )
        if "judge_error" in counts or "waiting" in counts:
            return ERRORS_LEFT
        return OPEN_LEFT if "inconclusive" in counts else 0


def _span(seconds: float) -> str:
    return (
        f"{seconds:.0f} s"
        if seconds < 90
        else f"{seconds / 60:.0f} min"
        if seconds < 5400
        else f"{seconds / 3600:.1f} h"
    )


def _refused(one: _Judged, sandbox: str) -> Record:
    """The record of a file that cannot be judged at all, such as an empty one: invalid, with the reason."""
    made = unjudged(one.handed.kata, sandbox, ())
    check = CheckResult("submission", "The file can be read", Outcome.INVALID, 0.0, one.problem)
    return replace(made, outcome=Outcome.INVALID, checks=(check,), summary="")
