"""Do the suites notice when a right solution is changed? Mutation testing of the references.

    python tests/benchmarks/mutants.py --log mutants.jsonl [NN ...] > tests/benchmarks/mutants.md

Cosmic-ray makes the mutants: an operator exchanged, a number moved by one, a comparison turned round, a condition
negated. Each is judged against the kata's suite (Keras katas: their quick checks). A mutant that is let through must be
in `mutants_let_through.json` with the reason why it changes nothing that the function promises; else the exit code is 1.
The log gets one line a mutant; what it already holds counts.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator, operator_names

from checker.catalog import Kata, find, load
from checker.judging.session import JudgeOptions, judge

REASONS = Path(__file__).with_name("mutants_let_through.json")
# Those whose promises are computed and compared, not trained.
KATAS = ("01", "02", "04", "06")
# Adding code that reads no variable, and the like, needs arguments; these do not.
SKIPPED = ("VariableReplacer", "VariableInserter", "RemoveDecorator", "ExceptionReplacer")


@dataclass(frozen=True)
class Mutant:
    """One change of a reference: the line as it was and as it became."""

    kata: Kata
    line: int
    before: str
    after: str
    source: str

    @property
    def key(self) -> str:
        """What tells it from the others of its kata."""
        return f"{self.line}: {self.after}"


def mutants(kata: Kata) -> Iterator[Mutant]:
    """Every mutant of a kata's reference, each resulting source once; type hints and docstrings are left alone."""
    source = kata.reference.read_text(encoding="utf-8")
    seen = {source}
    for name in operator_names():
        if any(skipped in name for skipped in SKIPPED):
            continue
        operator = get_operator(name)()
        occurrence = 0
        while (changed := mutate_code(source.encode(), operator, occurrence)) is not None:
            occurrence += 1
            text = changed if isinstance(changed, str) else changed.decode()
            if text in seen:
                continue
            seen.add(text)
            pairs = zip(source.splitlines(), text.splitlines(), strict=False)
            line, before, after = next((i, a, b) for i, (a, b) in enumerate(pairs, 1) if a != b)
            if not before.lstrip().startswith(("def ", "from ", "import ", '"""')):
                yield Mutant(kata, line, before.strip(), after.strip(), text)


def tried(mutant: Mutant) -> dict[str, str]:
    """Judge one mutant; a line of the log."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "solution.py"
        file.write_text(mutant.source, encoding="utf-8")
        record = judge(mutant.kata, file, JudgeOptions(quick=mutant.kata.framework == "keras"))
    missed = [star for star, state in record.stars.items() if state == "missed"]
    return {
        "kata": mutant.kata.number,
        "key": mutant.key,
        "before": mutant.before,
        "after": mutant.after,
        "outcome": record.outcome.value,
        "missed": " ".join(missed),
    }


def kind_of(line: dict[str, str]) -> str:
    """Who noticed the mutant: the core, a star, or nobody."""
    if line["outcome"] != "passed":
        return "core"
    return "star" if line["missed"] else "nobody"


def report(
    lines: list[dict[str, str]], reasons: dict[str, dict[str, str]], totals: dict[str, int]
) -> tuple[str, int]:
    """The table as Markdown, and how many were let through without a reason."""
    text = [
        "# Mutants of the references",
        "",
        f"Made by `tests/benchmarks/mutants.py`, {time.strftime('%Y-%m-%d')}. Refused: by the core, or by a star that was "
        "missed. Let through: with a reason in `mutants_let_through.json`, or without.",
        "",
        "| kata | mutants | judged | refused by the core | missed a star | let through with a reason | without |",
        "| --- " * 7 + "|",
    ]
    unexplained = []
    for kata in sorted({line["kata"] for line in lines}):
        mine = [line for line in lines if line["kata"] == kata]
        through = [line for line in mine if kind_of(line) == "nobody"]
        explained = [line for line in through if line["key"] in reasons.get(kata, {})]
        unexplained += [line for line in through if line not in explained]
        counts = [sum(kind_of(line) == kind for line in mine) for kind in ("core", "star")]
        cells = [kata, totals[kata], len(mine), *counts, len(explained), len(through) - len(explained)]
        text.append(f"| {' | '.join(map(str, cells))} |")
    if unexplained:
        text += ["", "## Without a reason", "", "| kata | was | became |", "| --- | --- | --- |"]
        text += [f"| {line['kata']} | `{line['before']}` | `{line['after']}` |" for line in unexplained]
    return "\n".join(text) + "\n", len(unexplained)


def main() -> int:
    """Judge what the log does not hold yet, and print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("numbers", nargs="*", metavar="NN", default=list(KATAS))
    parser.add_argument("--log", type=Path, required=True)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--minutes", type=float, default=1e9, help="begin nothing after this time")
    arguments = parser.parse_args()
    everything = load()
    known = (
        [json.loads(line) for line in arguments.log.read_text().splitlines()]
        if arguments.log.exists()
        else []
    )
    done = {(line["kata"], line["key"]) for line in known}
    todo = [m for number in arguments.numbers for m in mutants(find(everything, number))]
    todo = [m for m in todo if (m.kata.number, m.key) not in done]
    over = time.monotonic() + 60 * arguments.minutes
    with ThreadPoolExecutor(arguments.jobs) as pool, arguments.log.open("a", encoding="utf-8") as log:
        for line in pool.map(lambda mutant: tried(mutant) if time.monotonic() < over else None, todo):
            if line is not None:
                log.write(json.dumps(line) + "\n")
                log.flush()
                known.append(line)
    reasons = json.loads(REASONS.read_text(encoding="utf-8")) if REASONS.exists() else {}
    numbers = {line["kata"] for line in known}
    totals = {number: sum(1 for _ in mutants(find(everything, number))) for number in numbers}
    text, unexplained = report(known, reasons, totals)
    print(text, end="")
    return int(unexplained > 0)


if __name__ == "__main__":
    sys.exit(main())
