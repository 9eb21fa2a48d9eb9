"""The class as rows: made of what was handed in and of the store, and of nothing else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from checker.catalog import Kata
from checker.grading.intake import Handed
from checker.grading.points import Points
from checker.grading.roster import Person
from checker.verdict import WON, Outcome, Record


@dataclass(frozen=True)
class Cell:
    """One student's standing in one kata. Without a record it waits, or nothing was handed in.

    `points` are None where nothing is decided. `same_as` names others with the very same source.
    """

    handed: Handed | None = None
    record: Record | None = None
    points: float | None = None
    same_as: tuple[str, ...] = ()
    # Why it cannot be judged at all, such as a file that is too long.
    problem: str = ""

    @property
    def state(self) -> str:
        """In one word: an outcome, "waiting", or "" where nothing was handed in."""
        if self.record is not None:
            return self.record.outcome.value
        return "waiting" if self.handed else ""

    @property
    def cpu_seconds(self) -> float | None:
        """What its timed steps used in all."""
        return sum(use.used for use in self.record.times) if self.record and self.record.times else None

    @property
    def stars(self) -> int:
        """How many stars were won."""
        return sum(state == WON for state in self.record.stars.values()) if self.record else 0


@dataclass(frozen=True)
class Row:
    """One student and a cell for each kata, by its name."""

    student: str
    id: str = ""
    lms_folder: str = ""
    cells: dict[str, Cell] = field(default_factory=dict)

    @property
    def total(self) -> float | None:
        """The points of all katas; None where one that was handed in is not decided yet."""
        cells = [cell for cell in self.cells.values() if cell.handed]
        if any(cell.points is None for cell in cells):
            return None
        return round(sum(cell.points or 0.0 for cell in cells), 2) if cells else None


def rows(
    handed: Sequence[tuple[Handed, str, Record | None]],
    katas: Sequence[Kata],
    points: Points,
    roster: Sequence[Person] = (),
) -> list[Row]:
    """A row for everybody who handed in, or is on the roster, by name.

    Args:
        handed: what was handed in, with its key and its record, if there is one.
        katas: those that are graded.
        points: how records become points.
        roster: who should have handed in.
    """
    owners: dict[str, list[str]] = {}
    for one, key, _ in handed:
        owners.setdefault(key, []).append(one.student)
    best: dict[tuple[str, str], Cell] = {}
    people: dict[str, Row] = {}
    for one, key, record in handed:
        others = tuple(sorted(set(owners[key]) - {one.student})) if key else ()
        cell = Cell(one, record, points.of(record) if record else None, others)
        place = (one.student, one.kata.name)
        if place not in best or _rank(cell) > _rank(best[place]):
            best[place] = cell
        people.setdefault(one.student, Row(one.student, one.lms_id, one.lms_folder))
    for person in roster:
        if not any(_is_same(person, row) for row in people.values()):
            people[person.name] = Row(person.name, person.id)
    return [
        Row(
            row.student,
            row.id,
            row.lms_folder,
            {k.name: best.get((row.student, k.name), Cell()) for k in katas},
        )
        for row in sorted(people.values(), key=lambda row: row.student)
    ]


def _is_same(person: Person, row: Row) -> bool:
    names = {row.student.casefold(), row.student.casefold().replace(" ", "")}
    return person.name.casefold() in names or (
        bool(person.id) and person.id.casefold() in {row.id.casefold(), *names}
    )


def _rank(cell: Cell) -> tuple[float, float, float]:
    return (
        cell.points if cell.points is not None else -1.0,
        float(cell.stars),
        cell.handed.changed if cell.handed else 0.0,
    )


def missed_checks(records: Sequence[Record]) -> list[tuple[str, str, int, int]]:
    """Kata, check, by how many it was missed, and of how many; those missed most first."""
    missed: Counter[tuple[str, str]] = Counter()
    tried: Counter[str] = Counter()
    titles: dict[tuple[str, str], str] = {}
    for record in records:
        if record.outcome is Outcome.JUDGE_ERROR:
            continue
        tried[record.kata] += 1
        for check in record.checks:
            if check.is_missed and not check.star:
                missed[record.kata, check.id] += 1
                titles[record.kata, check.id] = check.title or check.id
                break  # the first one is what the learner has to mend
    return [
        (kata, titles[kata, check], count, tried[kata])
        for (kata, check), count in sorted(missed.items(), key=lambda item: (-item[1], item[0]))
    ]
