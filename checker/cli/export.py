"""`katas export`: results of a class, or one record, as a teacher's tools read them."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from checker.catalog import Kata, find
from checker.cli.choices import PLACE, katas_option, load_katas
from checker.grading import exports, services
from checker.grading.exports import ExportError
from checker.grading.points import Points, read_points
from checker.grading.tables import Row
from checker.record_format import RecordError, from_json
from checker.verdict import Outcome, Record

OF_A_CLASS = ("csv", "canvas", "moodle", "junit", "jsonl", "md")
OF_A_RECORD = ("gradescope", "classroom50", "github")


@click.command()
@click.argument("source", metavar="DIR|RECORD", type=PLACE)
@click.option("--to", "form", type=click.Choice([*OF_A_CLASS, *OF_A_RECORD]), required=True)
@click.option("--out", metavar="PATH", type=PLACE, help="Where to write; standard output without.")
@click.option("--fill", metavar="FILE", type=PLACE, help="canvas, moodle: your own export, to be filled in.")
@click.option("--column", metavar="NAME", help="canvas, moodle: the column, or the beginning of its name.")
@click.option("--kata", "number", metavar="NN", help="canvas, moodle: points of this kata instead of all.")
@click.option("--points", "points_file", metavar="TOML", type=PLACE, help="Points of a record.")
@click.option("--submission", metavar="FILE", type=PLACE, help="github, junit: the file that was judged.")
@click.option("--metadata", metavar="FILE", type=PLACE, help="gradescope: its submission_metadata.json.")
@katas_option
def export(
    source: Path,
    form: str,
    out: Path | None,
    fill: Path | None,
    column: str | None,
    number: str | None,
    points_file: Path | None,
    submission: Path | None,
    metadata: Path | None,
    folders: tuple[Path, ...],
) -> int:
    """Write results as other tools read them.

    DIR is that of `katas grade`, RECORD what `katas check --json` printed. For Gradescope "-" writes what is to stand there
    until there is a record.
    """
    katas = load_katas(folders)
    if form in OF_A_RECORD:
        if form == "gradescope" and str(source) == "-":
            _put(out, json.dumps(services.provisional(), indent=1) + "\n")
            return 0
        points = read_points(points_file) if points_file else Points()
        return _one(_record(source), form, points, out, submission, metadata)
    if form == "junit" and not source.is_dir():
        from checker.report.junit import to_junit

        _put(out or source.with_suffix(".xml"), to_junit(_record(source)).decode())
        return 0
    table = exports.from_json_lines(source / "records.jsonl", katas)
    used = [kata for kata in katas if any(row.cells.get(kata.name) for row in table)]
    if form == "md":
        return _pages(table, used, out)
    _put(out, _of_class(table, used, form, fill, column, find(katas, number) if number else None))
    return 0


def _of_class(
    table: Sequence[Row],
    katas: Sequence[Kata],
    form: str,
    fill: Path | None,
    column: str | None,
    only: Kata | None,
) -> str:
    if form == "csv":
        return exports.as_csv(table, katas)
    if form == "jsonl":
        return exports.as_json_lines(table)
    if form == "junit":
        return exports.as_junit(table)
    if fill is None or column is None:
        raise click.UsageError(
            f"--to {form} fills in your own export, whose columns only it knows: --fill FILE --column NAME."
        )

    def points(row: Row) -> float | None:
        return row.total if only is None else row.cells[only.name].points

    return exports.filled(fill, table, column, points)


def _pages(table: Sequence[Row], katas: Sequence[Kata], out: Path | None) -> int:
    if out is None:
        raise click.UsageError("--to md writes a page for each student: name a folder with --out DIR.")
    for row in table:
        # Moodle takes a page back as feedback where it lies in a folder of the name that it gave.
        place = (
            out / row.lms_folder / "feedback.md"
            if row.lms_folder
            else out / f"{exports.file_name(row.student)}.md"
        )
        exports.write(place, exports.page_of(row, katas))
    click.echo(f"{len(table)} pages in {out}")
    return 0


def _record(file: Path) -> Record:
    try:
        return from_json(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise ExportError(f"{file} cannot be read: {error.strerror or error}.") from None
    except RecordError as error:
        raise ExportError(f"{file} is no record of `katas check --json`: {error}.") from None


def _one(
    record: Record,
    form: str,
    points: Points,
    out: Path | None,
    submission: Path | None,
    metadata: Path | None,
) -> int:
    if form == "gradescope":
        known = _json_of(metadata) if metadata is not None and metadata.exists() else {}
        _put(out, json.dumps(services.for_gradescope(record, points, known), indent=1) + "\n")
        return 0
    if form == "classroom50":
        _put(out, json.dumps(services.for_classroom50(record, points), indent=1) + "\n")
        # There a non-zero code means that grading itself failed.
        return 1 if record.outcome is Outcome.JUDGE_ERROR else 0
    source = submission.read_text(encoding="utf-8", errors="replace") if submission else ""
    for line in services.github_annotations(record, str(submission or "solution.py"), source):
        click.echo(line)
    if page := os.environ.get("GITHUB_STEP_SUMMARY"):
        with Path(page).open("a", encoding="utf-8") as file:
            file.write(services.summary([(record.kata, record)]))
    return record.outcome.exit_code


def _json_of(file: Path) -> dict[str, Any]:
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ExportError(f"{file} cannot be read: {error}.") from None
    return found if isinstance(found, dict) else {}


def _put(out: Path | None, text: str) -> None:
    if out is None:
        sys.stdout.write(text)
        sys.stdout.flush()
    else:
        exports.write(out, text)
