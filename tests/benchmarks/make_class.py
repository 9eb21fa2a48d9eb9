"""A class of made-up students in five layouts, to try `katas grade` on: workspaces, Canvas, Moodle, Gradescope, checkouts.

    python -m tests.benchmarks.make_class FOLDER [--students 300] [--kata 01] [--seed 1]
    katas grade FOLDER/* 01 --out results --roster FOLDER/roster.csv --similar --jobs 2

The submissions are specimens: six in ten accepted ones, two and a half wrong ones, half a one each that crashes, that never
ends, that is empty. One in twenty is a copy of the one before with another comment. Some are on the roster and hand in
nothing.
"""

from __future__ import annotations

import argparse
import random
import zipfile
from pathlib import Path

from checker.catalog import Kata, find, load

SPECIMENS = Path(__file__).parents[1] / "specimens"
FAMILY = ["김", "이", "박", "최", "Smith", "Garcia", "O'Neil", "Müller", "Nguyễn", "Иванов", "王"]
GIVEN = ["민수", "지우", "Ana", "Bo", "Li", "José", "Zoë", "Ольга", "芳", "Jean-Luc"]
LAYOUTS = ("workspaces", "canvas", "moodle", "gradescope", "checkouts")


def source_of(kata: Kata, rng: random.Random, before: str) -> str:
    """One student's file."""
    chance = rng.random()
    if chance < 0.05 and before:
        return before + "# checked twice\n"
    reference = kata.reference.read_text(encoding="utf-8")
    if chance > 0.95:
        first = kata.functions[0].name
        return rng.choice(
            [
                "",
                f"{reference}\n\ndef {first}(*a):\n    return 1 / 0\n",
                f"{reference}\n\nwhile True:\n    pass\n",
            ]
        )
    kind = "accepted" if chance < 0.65 else "wrong"
    file = rng.choice(sorted((SPECIMENS / kata.name / kind).glob("*.py")))
    return f"{file.read_text(encoding='utf-8')}\n# {rng.random()}\n"


def main() -> None:
    """Write the class."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--students", type=int, default=300)
    parser.add_argument("--kata", default="01")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    kata, rng, before = find(load(), options.kata), random.Random(options.seed), ""
    roster = []
    options.folder.mkdir(parents=True)
    made = {layout: options.folder / layout for layout in LAYOUTS if layout != "moodle"}
    for folder in made.values():
        folder.mkdir()
    metadata = []
    with zipfile.ZipFile(options.folder / "moodle.zip", "w", zipfile.ZIP_DEFLATED) as moodle:
        for number in range(options.students):
            name = f"{rng.choice(FAMILY)} {rng.choice(GIVEN)} {number}"
            roster.append(f"{name};{1000 + number}")
            if rng.random() < 0.03:
                continue
            before = text = source_of(kata, rng, before)
            layout = LAYOUTS[number % len(LAYOUTS)]
            if layout == "workspaces":
                place = made[layout] / name / kata.name / "solution.py"
            elif layout == "canvas":
                late = "_LATE" if rng.random() < 0.1 else ""
                plain = "".join(c for c in name.lower() if c.isalnum())
                place = made[layout] / f"{plain}{late}_{1000 + number}_{5000 + number}_{kata.number}.py"
            elif layout == "gradescope":
                place = made[layout] / f"submission_{number}" / f"{kata.number}.py"
                metadata.append(
                    f"submission_{number}:\n  :submitters:\n  - :name: {name}\n    :sid: {1000 + number}\n"
                )
            elif layout == "checkouts":
                place = made[layout] / name / kata.name / "solution.py"
                (place.parent.parent / ".git").mkdir(parents=True)
            else:
                moodle.writestr(f"{name}_{1000 + number}_assignsubmission_file/{kata.number}.py", text)
                continue
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text, encoding="utf-8")
    (made["gradescope"] / "submission_metadata.yml").write_text("".join(metadata), encoding="utf-8")
    (options.folder / "roster.csv").write_text("name;id\n" + "\n".join(roster) + "\n", encoding="utf-8-sig")


if __name__ == "__main__":
    main()
