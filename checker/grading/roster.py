"""Who should have handed in: a CSV file as a school's system writes it."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path

from checker.errors import KatasError

# Column names, in the order in which one is chosen; compared in lower case.
_NAMES = ("student", "name", "full name", "fullname", "username", "user", "login", "이름", "학생", "성명")
_IDS = ("id", "student id", "sid", "number", "sis user id", "학번", "email", "e-mail", "mail")


class RosterError(KatasError):
    """The roster cannot be read; the text is a sentence for the teacher."""


@dataclass(frozen=True)
class Person:
    """One line of a roster. `id` may be empty."""

    name: str
    id: str = ""


def read_roster(file: Path) -> list[Person]:
    """The people of a roster: separated by comma, semicolon or tab, in UTF-8 (with or without a mark) or CP949.

    Without a known column name in the first line every line is a name.

    Raises:
        RosterError: it cannot be read, or holds nobody.
    """
    try:
        raw = file.read_bytes()
    except OSError as error:
        raise RosterError(f"The roster {file} cannot be read: {error.strerror or error}.") from None
    rows = [
        [cell.strip() for cell in row] for row in csv.reader(io.StringIO(_text(raw, file)), _dialect(raw))
    ]
    rows = [row for row in rows if any(row)]
    if not rows:
        raise RosterError(f"The roster {file} is empty. Write one student a line.")
    header = [cell.lower() for cell in rows[0]]
    name_at = next((header.index(name) for name in _NAMES if name in header), None)
    id_at = next((header.index(name) for name in _IDS if name in header), None)
    if name_at is None and id_at is None:
        return [Person(row[0], row[1] if len(row) > 1 else "") for row in rows if row[0]]
    people = []
    for row in rows[1:]:
        name = row[name_at] if name_at is not None and name_at < len(row) else ""
        number = row[id_at] if id_at is not None and id_at < len(row) else ""
        if name or number:
            people.append(Person(name or number, number))
    if not people:
        raise RosterError(f"The roster {file} has a header and no students.")
    return people


def _text(raw: bytes, file: Path) -> str:
    for encoding in (
        "utf-8-sig",
        "utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig",
        "cp949",
    ):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise RosterError(f"The roster {file} is not text in UTF-8. Save it as CSV in UTF-8.")


def _dialect(raw: bytes) -> type[csv.Dialect]:
    first = raw.splitlines()[0] if raw.strip() else b""
    mark = max((b",", b";", b"\t"), key=first.count)

    class Dialect(csv.excel):
        delimiter = mark.decode()

    return Dialect
