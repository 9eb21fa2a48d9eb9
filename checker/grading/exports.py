"""The files that a teacher's tools read, all made from rows and records. What is open or in error stays blank, never 0."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from checker.catalog import Kata
from checker.errors import KatasError
from checker.grading.intake import Handed
from checker.grading.tables import Cell, Row, missed_checks
from checker.record_format import from_json, to_plain
from checker.report.escape import terminal, xml
from checker.report.figures import figure, seconds
from checker.report.terminal import first_missed
from checker.verdict import Outcome
from checker.whole_files import whole_file

# In a spreadsheet a cell that begins so is a formula, whoever wrote it.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class ExportError(KatasError):
    """An export is not possible as asked; the text is a sentence for the teacher."""


def write(path: Path, content: str) -> None:
    """Write an export, whole or not at all.

    Raises:
        ExportError: it cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with whole_file(path) as file:
            file.write(content.encode())
    except OSError as error:
        raise ExportError(
            f"{path} cannot be written ({error.strerror or error}). Mend that, or make room; the same command goes on."
        ) from None


def file_name(student: str) -> str:
    """A student's name as a file's: letters of any script, and nothing that leads elsewhere."""
    return "".join(c if c.isalnum() or c in " -_.,()" else "_" for c in student).strip(". ")[:100] or "_"


def as_csv(table: Sequence[Row], katas: Sequence[Kata]) -> str:
    """One row a student: for each kata verdict, stars, quality, CPU seconds and points, then all points."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    parts = ("verdict", "stars", "quality", "cpu_seconds", "points")
    writer.writerow(
        ["student", "id", *(f"{k.number}_{part}" for k in katas for part in parts), "points", "notes"]
    )
    for row in table:
        cells = [row.cells[kata.name] for kata in katas]
        notes = "; ".join(
            note for kata, cell in zip(katas, cells, strict=True) if (note := _note(kata, cell))
        )
        figures = [text for cell in cells for text in _figures(cell)]
        writer.writerow([_safe(row.student), _safe(row.id), *figures, _number(row.total), _safe(notes)])
    return out.getvalue()


def _figures(cell: Cell) -> list[str]:
    quality, used = cell.record.quality if cell.record else None, cell.cpu_seconds
    stars = str(cell.stars) if cell.record and cell.record.outcome is Outcome.PASSED else ""
    return [
        cell.state,
        stars,
        f"{quality.value:.6g}" if quality else "",
        f"{used:.2f}" if used is not None else "",
        _number(cell.points),
    ]


def _note(kata: Kata, cell: Cell) -> str:
    notes = []
    if cell.same_as:
        notes.append(f"{kata.number}: the same file as {', '.join(cell.same_as)}")
    if cell.handed and cell.handed.is_late:
        notes.append(f"{kata.number}: late")
    return "; ".join(notes)


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:g}"


def _safe(text: str) -> str:
    """A text for our own table: nothing that a spreadsheet would compute."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def as_json_lines(table: Sequence[Row]) -> str:
    """One line a submission: whose it is, where it was found, points, and the whole record; a line for whoever is absent."""
    lines: list[dict[str, Any]] = []
    for row in table:
        whose = {"student": row.student, "id": row.id, "lms_folder": row.lms_folder}
        handed = [(name, cell) for name, cell in row.cells.items() if cell.handed is not None]
        for name, cell in handed:
            assert cell.handed is not None
            found = {
                "found": cell.handed.found,
                "is_late": cell.handed.is_late,
                "same_as": list(cell.same_as),
            }
            record = to_plain(cell.record) if cell.record else None
            lines.append({**whose, "kata": name, **found, "points": cell.points, "record": record})
        if not handed:
            lines.append({**whose, "kata": None})
    return "".join(f"{json.dumps(line, allow_nan=False)}\n" for line in lines)


def from_json_lines(file: Path, katas: Sequence[Kata]) -> list[Row]:
    """The class as it was written by `as_json_lines`.

    Raises:
        ExportError: the file is missing, or a line is none of ours.
    """
    by_name = {kata.name: kata for kata in katas}
    found: dict[str, Row] = {}
    try:
        lines = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
        for line in lines:
            row = found.setdefault(line["student"], Row(line["student"], line["id"], line["lms_folder"], {}))
            if line["kata"] is None:
                continue
            handed = Handed(
                row.student, by_name[line["kata"]], Path(line["found"]), line["found"], row.id, row.lms_folder,
                line["is_late"],
            )  # fmt: skip
            record = from_json(json.dumps(line["record"])) if line["record"] else None
            row.cells[line["kata"]] = Cell(handed, record, line["points"], tuple(line["same_as"]))
    except OSError as error:
        raise ExportError(
            f"{file} cannot be read: {error.strerror or error}. Is {file.parent} a folder of `katas grade`?"
        ) from None
    except (ValueError, KeyError, TypeError) as error:
        raise ExportError(f"{file} is no list of results ({error!r}).") from None
    names = [kata.name for kata in katas if any(kata.name in row.cells for row in found.values())]
    for row in found.values():
        for name in names:
            row.cells.setdefault(name, Cell())
    return list(found.values())


def as_junit(table: Sequence[Row]) -> str:
    """A suite for each student and kata, with its core checks; `file` is where the submission was found."""
    root = ElementTree.Element("testsuites", name="katas grade")
    for row in table:
        for name, cell in row.cells.items():
            if cell.record is None or cell.handed is None:
                continue
            suite = ElementTree.SubElement(root, "testsuite", name=xml(f"{row.student} {name}"))
            core = [check for check in cell.record.checks if not check.star]
            failures = errors = skipped = 0
            for check in core:
                case = ElementTree.SubElement(
                    suite,
                    "testcase",
                    classname=xml(f"{row.student}.{name}"),
                    name=xml(check.title or check.id),
                    time=f"{check.seconds:.3f}",
                    file=xml(cell.handed.found),
                )
                text = xml("\n".join((check.message, *check.advice)))
                if check.outcome is Outcome.NOT_RUN:
                    skipped += 1
                    ElementTree.SubElement(case, "skipped", message=text)
                elif check.outcome in (Outcome.INCONCLUSIVE, Outcome.JUDGE_ERROR):
                    errors += 1
                    ElementTree.SubElement(
                        case, "error", message=text.splitlines()[0] if text else ""
                    ).text = text
                elif check.is_missed:
                    failures += 1
                    ElementTree.SubElement(
                        case, "failure", message=text.splitlines()[0] if text else ""
                    ).text = text
            counts = {"tests": len(core), "failures": failures, "errors": errors, "skipped": skipped}
            for key, count in counts.items():
                suite.set(key, str(count))
    return ElementTree.tostring(root, encoding="unicode") + "\n"


def page_of(row: Row, katas: Sequence[Kata]) -> str:
    """A Markdown page for one student: of each kata the verdict, what to mend first, and stars."""
    parts = [f"# {_markdown(row.student)}\n"]
    if row.total is not None:
        parts.append(f"{row.total:g} points in all.\n")
    for kata in katas:
        cell = row.cells[kata.name]
        parts.append(f"## {kata.number} {kata.title}\n")
        parts.append("\n".join(_lines_of(cell)) + "\n")
    return "\n".join(parts)


def _lines_of(cell: Cell) -> list[str]:
    if cell.handed is None:
        return ["Nothing was handed in."]
    if cell.record is None:
        return [cell.problem or "Not judged yet."]
    record = cell.record
    points = "" if cell.points is None else f", {cell.points:g} points"
    lines = [f"**{record.outcome.value.replace('_', ' ')}**{points}"]
    if missed := first_missed(record):
        lines += ["", f"Missed first: {_markdown(missed.title or missed.id)}", "", _quote(missed.message)]
        lines += [f"\n{_markdown(text)}" for text in missed.advice]
    for star, state in record.stars.items():
        lines.append(f"- star for {star}: {state}")
    for use in record.times:
        lines.append(f"- {use.step} took {seconds(use.used)} of {seconds(use.allowed)} {use.clock} seconds")
    if quality := record.quality:
        lines.append(f"- {quality.name} {figure(quality.value)}, limit {figure(quality.limit)}")
    return lines


def overview(table: Sequence[Row], katas: Sequence[Kata], left_out: Sequence[tuple[str, str]]) -> str:
    """The class on one Markdown page: how many passed, which check is missed by how many, what was left out."""
    parts = ["# The class\n"]
    parts.append("| kata | handed in | passed | not passed | open | judge error | waiting |")
    parts.append("| --- | --- | --- | --- | --- | --- | --- |")
    for kata in katas:
        cells = [row.cells[kata.name] for row in table]
        states = [cell.state for cell in cells if cell.handed]
        other = len(states) - sum(s in ("passed", "inconclusive", "judge_error", "waiting") for s in states)
        counts = [states.count(s) for s in ("passed", "inconclusive", "judge_error", "waiting")]
        parts.append(
            f"| {kata.number} {kata.title} | {len(states)} | {counts[0]} | {other} | {counts[1]} | {counts[2]} | {counts[3]} |"
        )
    records = [cell.record for row in table for cell in row.cells.values() if cell.record]
    if found := missed_checks(records):
        parts += [
            "\n## What is missed\n",
            "| kata | check | missed first by | of |",
            "| --- | --- | --- | --- |",
        ]
        parts += [f"| {kata} | {_markdown(title)} | {count} | {of} |" for kata, title, count, of in found]
    if absent := [row.student for row in table if not any(cell.handed for cell in row.cells.values())]:
        parts += ["\n## Nothing handed in\n", *(f"- {_markdown(name)}" for name in absent)]
    if same := sorted(
        {
            tuple(sorted((row.student, *cell.same_as)))
            for row in table
            for cell in row.cells.values()
            if cell.same_as
        }
    ):
        parts += ["\n## The same file\n", *(f"- {', '.join(map(_markdown, names))}" for names in same)]
    if left_out:
        parts += [
            "\n## Left out\n",
            *(f"- {_markdown(name)} {_markdown(reason)}" for name, reason in left_out),
        ]
    return "\n".join(parts) + "\n"


def filled(teachers: Path, table: Sequence[Row], column: str, value: Callable[[Row], float | None]) -> str:
    """The teacher's own export with one column filled in: Canvas and Moodle read back what they wrote themselves.

    A student is found by the number that the system gave, else by name. What is not decided stays as it was.

    Args:
        teachers: a CSV file as the system exported it.
        table: the class.
        column: the column's header, or the beginning of it: Canvas puts a number behind the title.
        value: what to fill in for a row.

    Raises:
        ExportError: the file cannot be read, or has no such column.
    """
    try:
        raw = teachers.read_bytes()
    except OSError as error:
        raise ExportError(f"{teachers} cannot be read: {error.strerror or error}.") from None
    has_mark = raw.startswith(b"\xef\xbb\xbf")
    text = raw.decode("utf-8-sig", "replace")
    mark = max(",;\t", key=text.partition("\n")[0].count)
    lines = list(csv.reader(io.StringIO(text), delimiter=mark))
    if not lines:
        raise ExportError(f"{teachers} is empty. Export the gradebook anew.")
    header = lines[0]
    fitting = [i for i, name in enumerate(header) if name == column] or [
        i for i, name in enumerate(header) if name.startswith(column)
    ]
    if len(fitting) != 1:
        known = ", ".join(repr(name) for name in header)
        found = "no column" if not fitting else "several columns"
        raise ExportError(f"{teachers} has {found} {column!r}. Its columns are {known}.")
    for line in lines[1:]:
        if (row := _row_of(line, table)) is not None and (points := value(row)) is not None:
            line += [""] * (len(header) - len(line))
            line[fitting[0]] = f"{points:.2f}"
    out = io.StringIO()
    csv.writer(out, delimiter=mark, lineterminator="\n").writerows(lines)
    return ("\ufeff" if has_mark else "") + out.getvalue()


def _row_of(line: Sequence[str], table: Sequence[Row]) -> Row | None:
    """Whose line of a gradebook it is: by a number of the system, else by a name that one student alone has."""
    cells = {cell.strip().casefold() for cell in line if cell.strip()}
    # "Participant 17" is how Moodle names a row; Canvas writes "Last, First" where its files say "lastfirst".
    numbers = {cell.rpartition(" ")[2] for cell in cells}
    by_number = [row for row in table if row.id and row.id.casefold() in numbers | cells]
    if len(by_number) == 1:
        return by_number[0]
    squeezed = {"".join(c for c in cell if c.isalnum()) for cell in cells}
    by_name = [row for row in table if "".join(c for c in row.student.casefold() if c.isalnum()) in squeezed]
    return by_name[0] if len(by_name) == 1 else None


def _markdown(text: str) -> str:
    """A stranger's text in a page: on one line, no markup of its own."""
    plain = terminal(text).replace("\n", " ")
    return "".join(f"\\{c}" if c in "\\`*_[]<>#|" else c for c in plain)


def _quote(text: str) -> str:
    return "\n".join(f"    {line}" for line in terminal(text).splitlines()[:20])
