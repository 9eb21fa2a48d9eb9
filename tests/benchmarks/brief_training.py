"""Is a cause claimed that is none? Right solutions, trained too briefly, have one: that.

    python -m tests.benchmarks.brief_training 03 05 --each 4 --log FILE [--jobs 2] > brief_training.md

Accepted specimens are cut: epochs become one, and loops of twenty or more rounds a twentieth. What still passes says nothing.
Of the others the first cause should speak of too little training, or none be named; another one is false. Wanted: at most one
in twenty.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

from checker.catalog import load
from checker.judging.session import JudgeOptions
from checker.verdict import Outcome
from checker.verification.trials import Trial, diagnoses_of, first_miss, run, trials

SPECIMENS = Path(__file__).parents[1] / "specimens"
# What a cause is called that says: train for longer, or let the steps do more.
TOO_LITTLE = frozenset(
    {
        "too_few_steps",
        "too_few_epochs",
        "few_episodes",
        "stopped_too_early",
        "hardly_moved",
        "learns_too_slowly",
    }
)
# "Nothing explains it" claims nothing.
CLAIMS_NOTHING = frozenset({"not_found", "nothing_found"})
_EPOCHS = re.compile(r"\b(epochs\s*=\s*|EPOCHS\s*=\s*)(\d+)")
_LOOP = re.compile(r"\b(for \w+ in range\()(\d{2,}(?:_\d+)*)\)")
SHARE = 20


def cut(source: str) -> str:
    """The source with one epoch, and a twentieth of the rounds of its long loops."""
    source = _EPOCHS.sub(lambda found: f"{found[1]}1", source)

    def fewer(found: re.Match[str]) -> str:
        rounds = int(found[2])
        return f"{found[1]}{max(1, rounds // SHARE)})" if rounds >= SHARE else found[0]

    return _LOOP.sub(fewer, source)


def judged(trial: Trial, text: str, folder: Path) -> dict[str, Any]:
    """What was said of one of them."""
    file = folder / f"{trial.kata.number}_{trial.file.stem}.py"
    file.write_text(text, encoding="utf-8")
    brief = replace(trial, file=file)
    record = run(brief, JudgeOptions(data=trial.kata.source.repeatable_choice)).record
    missed = first_miss(brief, record)
    causes = diagnoses_of(brief, record)
    if record.outcome is Outcome.PASSED:
        said = "still passes"
    elif missed is None or not causes or causes[0] in CLAIMS_NOTHING:
        said = "nothing claimed"
    else:
        said = "too little training" if causes[0] in TOO_LITTLE else "another cause"
    return {
        "kata": trial.kata.number,
        "specimen": trial.file.stem,
        "said": said,
        "causes": causes,
        "check": missed.id if missed else "",
        "message": missed.message.splitlines()[0][:160] if missed and missed.message else "",
    }


def table(lines: Sequence[dict[str, Any]]) -> Iterator[str]:
    """The result as Markdown."""
    kinds = ("too little training", "nothing claimed", "another cause", "still passes")
    yield "# Right solutions that were trained too briefly\n"
    yield f"Made by `tests/benchmarks/brief_training.py`, {time.strftime('%Y-%m-%d')}. Each once.\n"
    yield f"| kata | judged | {' | '.join(kinds)} |"
    yield "| --- " * (len(kinds) + 2) + "|"
    for kata in sorted({line["kata"] for line in lines}):
        counts = Counter(line["said"] for line in lines if line["kata"] == kata)
        yield f"| {kata} | {sum(counts.values())} | {' | '.join(str(counts[kind]) for kind in kinds)} |"
    wrong = [line for line in lines if line["said"] == "another cause"]
    for line in wrong:
        yield f"\n- {line['kata']} {line['specimen']}: {', '.join(line['causes'])} ({line['check']}: {line['message']})"


def main() -> None:
    """Judge what the log does not hold yet, then print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("numbers", nargs="*", help="katas; all without")
    parser.add_argument("--each", type=int, default=4, help="specimens of each kata, drawn by lot (4)")
    parser.add_argument("--log", type=Path, required=True)
    parser.add_argument("--jobs", type=int, default=1)
    options = parser.parse_args()
    rows = options.log.read_text(encoding="utf-8").splitlines() if options.log.exists() else []
    there = [json.loads(row) for row in rows]
    known = {(line["kata"], line["specimen"]) for line in there}
    todo: list[tuple[Trial, str]] = []
    for kata in load():
        if options.numbers and kata.number not in options.numbers:
            continue
        found = [
            (trial, text)
            for trial in trials([kata], SPECIMENS)
            if trial.kind == "accepted"
            and (text := cut(source := trial.file.read_text(encoding="utf-8"))) != source
        ]
        drawn = random.Random(kata.number).sample(found, min(options.each, len(found)))
        todo += [one for one in drawn if (kata.number, one[0].file.stem) not in known]
    with (
        tempfile.TemporaryDirectory() as name,
        ThreadPoolExecutor(options.jobs) as pool,
        options.log.open("a", encoding="utf-8") as log,
    ):
        for line in pool.map(lambda one: judged(*one, Path(name)), todo):
            log.write(json.dumps(line) + "\n")
            log.flush()
            there.append(line)
            print(line["kata"], line["specimen"], line["said"], *line["causes"], file=sys.stderr, flush=True)
    print("\n".join(table(there)))


if __name__ == "__main__":
    main()
