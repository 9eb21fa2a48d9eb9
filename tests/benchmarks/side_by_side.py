"""Is a verdict the same beside another judgement as alone? Specimens judged both ways, each as often, in turns.

    python -m tests.benchmarks.side_by_side --log FILE [--katas 01 04] [--each 200] [--slots 2] > side_by_side.md

A block of specimens is judged one after the other, then the same ones `--slots` at a time with cores set aside
(`checker.judging.side_by_side`), and so on, so that both see the same hours of a shared machine. Wanted: no verdict that
only one of the two gives. The log holds one line a judgement, and what is there counts.
"""

from __future__ import annotations

import argparse
import itertools
import json
import random
import statistics
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from checker.catalog import load
from checker.judging.session import ALONE as NOBODY_BESIDE
from checker.judging.session import JudgeOptions, Surroundings
from checker.judging.side_by_side import SideBySide
from checker.verification.trials import Trial, run, trials

SPECIMENS = Path(__file__).parents[1] / "specimens"
ALONE, BESIDE = "alone", "side by side"
BLOCK = 10
KINDS = ("accepted", "partial", "wrong", "slow")


def judged(trial: Trial, surroundings: Surroundings, condition: str) -> dict[str, Any]:
    """One judgement, and what came of it."""
    began = time.monotonic()
    up_to = None if trial.kind in ("accepted", "partial") else trial.caught_by or None
    record = run(trial, JudgeOptions(up_to=up_to), surroundings=surroundings).record
    tightest = max((use.used / use.allowed for use in record.times), default=0.0)
    return {
        "specimen": f"{trial.kata.number} {trial.name}",
        "kind": trial.kind,
        "condition": condition,
        "outcome": record.outcome.value,
        "wanted": record.outcome in trial.verdicts,
        "share": round(tightest, 4),
        "runs": len(record.runs),
        "seconds": round(time.monotonic() - began, 2),
    }


def measure(found: Sequence[Trial], slots: int) -> Iterator[dict[str, Any]]:
    """Block by block, first one way and then the other."""
    for block in _blocks(found):
        for trial in block:
            yield judged(trial, NOBODY_BESIDE, ALONE)
        with SideBySide(slots) as beside, ThreadPoolExecutor(slots) as pool:

            def one(trial: Trial, beside: SideBySide = beside) -> dict[str, Any]:
                with beside.one() as surroundings:
                    return judged(trial, surroundings, BESIDE)

            yield from pool.map(one, block)


def _blocks(found: Sequence[Trial]) -> Iterator[Sequence[Trial]]:
    for start in range(0, len(found), BLOCK):
        yield found[start : start + BLOCK]


def table(lines: Sequence[dict[str, Any]]) -> Iterator[str]:
    """The result as Markdown."""
    yield "# Verdicts side by side and alone\n"
    yield f"Made by `tests/benchmarks/side_by_side.py`, {time.strftime('%Y-%m-%d')}.\n"
    yield "| condition | kind | judged | as promised | open | repeated | share of the limit, mean and most | s, mean |"
    yield "| --- " * 8 + "|"
    for condition in (ALONE, BESIDE):
        for kind in KINDS:
            mine = [line for line in lines if (line["condition"], line["kind"]) == (condition, kind)]
            if not mine:
                continue
            shares = [line["share"] for line in mine]
            yield (
                f"| {condition} | {kind} | {len(mine)} | {sum(line['wanted'] for line in mine)} | "
                f"{sum(line['outcome'] == 'inconclusive' for line in mine)} | {sum(line['runs'] > 1 for line in mine)} | "
                f"{statistics.mean(shares):.2f}, {max(shares):.2f} | {statistics.mean(x['seconds'] for x in mine):.1f} |"
            )
    verdicts: dict[str, dict[str, Counter[str]]] = {}
    for line in lines:
        by_condition = verdicts.setdefault(line["specimen"], {ALONE: Counter(), BESIDE: Counter()})
        by_condition[line["condition"]][line["outcome"]] += 1
    differing = [name for name, both in sorted(verdicts.items()) if set(both[ALONE]) != set(both[BESIDE])]
    yield f"\n{len(verdicts)} specimens; {len(differing)} with a verdict that only one condition gave"
    yield from (
        f"- {name}: {dict(verdicts[name][ALONE])} alone, {dict(verdicts[name][BESIDE])}" for name in differing
    )


def main() -> None:
    """Judge what the log does not hold yet, then print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--log", type=Path, required=True)
    parser.add_argument("--katas", nargs="*", default=["01", "04"])
    parser.add_argument("--each", type=int, default=200, help="judgements in each of the two ways (200)")
    parser.add_argument("--slots", type=int, default=2)
    options = parser.parse_args()
    found = [
        trial
        for trial in trials(load(), SPECIMENS)
        if trial.kata.number in options.katas and trial.kind in KINDS
    ]
    random.Random(1).shuffle(found)
    rows = options.log.read_text(encoding="utf-8").splitlines() if options.log.exists() else []
    there = [json.loads(row) for row in rows]
    begun = sum(line["condition"] == BESIDE for line in there)
    todo = list(itertools.islice(itertools.cycle(found), begun, options.each))
    with options.log.open("a", encoding="utf-8") as log:
        for line in measure(todo, options.slots):
            log.write(json.dumps(line) + "\n")
            log.flush()
            there.append(line)
            print(
                line["condition"],
                line["specimen"],
                line["outcome"],
                f"{line['seconds']} s",
                file=sys.stderr,
                flush=True,
            )
    print("\n".join(table(there)))


if __name__ == "__main__":
    main()
