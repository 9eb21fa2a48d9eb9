"""How the references' CPU seconds and qualities spread: alone, beside busy neighbours, and stopped now and then.

    python tests/benchmarks/reference_spread.py --log references.jsonl > tests/benchmarks/reference_spread.md
    python tests/benchmarks/reference_spread.py --log references.jsonl --rounds 0    # the table again

Every round judges every reference once under every condition, each time with a seed of its own. The log gets one line
a judgement, and what it already holds counts, so a measurement can be continued. From these tables come the rules of
`checker/judging/decide.py` and the `spread` of budgets and targets. One round takes some 20 minutes.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import statistics
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from neighbours import BUSY, busy_neighbours, workers_stopped_now_and_then

from checker.catalog import Kata, find, load
from checker.hardware.probe import probe
from checker.judging.session import JudgeOptions, judge

STOPPED = "stopped now and then"
CONDITIONS = (*BUSY, STOPPED)


@dataclass(frozen=True)
class Sample:
    """One judgement of a reference: times by step, qualities by check and name, each with its limit."""

    kata: str
    condition: str
    outcome: str
    runs: int
    times: dict[str, list[float]]
    walls: dict[str, list[float]]
    qualities: dict[str, list[float]]
    peak_memory: float
    seconds: float
    load: float


def sample(kata: Kata, condition: str) -> Sample:
    """Judge a reference once under a condition."""
    stopping = workers_stopped_now_and_then() if condition == STOPPED else contextlib.nullcontext()
    with busy_neighbours(condition), stopping:
        record = judge(kata, kata.reference, JudgeOptions(data=kata.source.repeatable_choice))
    times: dict[str, list[float]] = {}
    walls: dict[str, list[float]] = {}
    for use in record.times:
        times.setdefault(use.step, []).append(use.used)
        walls.setdefault(use.step, []).append(use.wall)
    qualities = {
        f"{check.id}: {m.name}": [m.value, m.limit, m.spread]
        for check in record.checks
        for m in check.measurements
        if m.spread > 0 and m.kind == "quality"
    }
    return Sample(
        kata.number,
        condition,
        record.outcome.value,
        len(record.runs),
        times,
        walls,
        qualities,
        record.machine.get("worker_peak_memory", 0) / 1e9,
        record.seconds,
        os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan"),
    )


def report(samples: list[Sample]) -> str:
    """The tables as Markdown."""
    machine = probe()
    lines = [
        "# How the references spread",
        "",
        f"Made by `tests/benchmarks/reference_spread.py`, {time.strftime('%Y-%m-%d')}, {machine.cpu}, {machine.cores} cores. "
        "Each line of the log is one judgement with a seed of its own. Stopped now and then: every four seconds the "
        "workers are suspended for one.",
        "",
        "## CPU seconds of each timed step",
        "",
        "Mean, relative standard deviation in brackets, and the largest; the same for the clock on the wall. Against "
        "alone: the mean over that of the row alone.",
        "",
        "| kata, step | condition | judged | CPU s | largest | against alone | wall s | largest | load |",
        "| --- " * 9 + "|",
    ]
    lines += time_rows(samples)
    lines += [
        "",
        "## Quality over all judgements",
        "",
        "| kata | measured | judgements | mean | standard deviation | spread in kata.toml | worst | limit | spreads of room |",
        "| --- " * 9 + "|",
    ]
    lines += quality_rows(samples)
    lines += [
        "",
        "## Whole judgements, alone",
        "",
        "| kata | wall s | worker's largest memory, GB |",
        "| --- " * 3 + "|",
    ]
    together, most = 0.0, 0.0
    for kata in sorted({s.kata for s in samples}):
        mine = [s for s in samples if s.kata == kata and s.condition == "alone"]
        if mine:
            seconds, memory = statistics.mean(s.seconds for s in mine), max(s.peak_memory for s in mine)
            together, most = together + seconds, max(most, memory)
            lines.append(f"| {kata} | {seconds:.0f} | {memory:.2f} |")
    lines.append(f"| together | {together:.0f} | {most:.2f} |")
    minutes = together * machine.cores / 60
    lines += [
        "",
        f"On {machine.cores} cores that is at most {minutes:.1f} CPU minutes for the whole path (10 wanted; 2 GB wanted).",
    ]
    wrong = [s for s in samples if s.outcome != "passed"]
    again = sum(s.runs > 1 for s in samples)
    lines += ["", f"{len(samples)} judgements, {len(wrong)} of them no pass; {again} were repeated."]
    return "\n".join(lines)


def time_rows(samples: list[Sample]) -> Iterator[str]:
    """A row for each step under each condition."""
    for kata, step in dict.fromkeys((s.kata, step) for s in samples for step in s.times):
        alone = 0.0
        for condition in CONDITIONS:
            mine = [s for s in samples if (s.kata, s.condition) == (kata, condition) and step in s.times]
            used = [value for s in mine for value in s.times[step]]
            wall = [value for s in mine for value in s.walls[step]]
            if not used:
                continue
            mean = statistics.mean(used)
            alone = mean if condition == "alone" else alone
            yield (
                f"| {kata}, {step} | {condition} | {len(mine)} | {mean:.3g} ({relative(used)}) | {max(used):.3g} | "
                f"{f'{mean / alone:.2f}' if alone else '-'} | {statistics.mean(wall):.3g} ({relative(wall)}) | "
                f"{max(wall):.3g} | {statistics.median(s.load for s in mine):.1f} |"
            )


def quality_rows(samples: list[Sample]) -> Iterator[str]:
    """A row for each quality that has a spread."""
    for kata, name in dict.fromkeys((s.kata, name) for s in samples for name in s.qualities):
        found = [s.qualities[name] for s in samples if s.kata == kata and name in s.qualities]
        values, limit, spread = (
            [value for value, _, _ in found],
            statistics.mean(f[1] for f in found),
            found[-1][2],
        )
        worst = max(values, key=lambda value: -abs(value - limit))
        deviation = f"{statistics.stdev(values):.2g}" if len(values) > 1 else "-"
        yield (
            f"| {kata} | {name} | {len(values)} | {statistics.mean(values):.4g} | {deviation} | {spread:.2g} | "
            f"{worst:.4g} | {limit:.4g} | {abs(worst - limit) / spread:.1f} |"
        )


def relative(values: list[float]) -> str:
    """The relative standard deviation."""
    return f"{statistics.stdev(values) / statistics.mean(values):.0%}" if len(values) > 1 else "once"


def main() -> None:
    """Judge, add each judgement to the log, print the tables."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument(
        "--rounds", type=int, default=4, help="judgements of each reference under each condition (4)"
    )
    parser.add_argument("--katas", nargs="+", default=None, help="numbers (all)")
    parser.add_argument("--conditions", nargs="+", choices=CONDITIONS, default=list(CONDITIONS))
    parser.add_argument(
        "--log", type=Path, default=Path("references.jsonl"), help="where judgements are kept"
    )
    options = parser.parse_args()
    katas = load()
    chosen = [find(katas, number) for number in options.katas] if options.katas else katas
    for number in range(options.rounds):
        for kata in chosen:
            for condition in options.conditions:
                done = sample(kata, condition)
                with options.log.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(asdict(done)) + "\n")
                said = f"round {number + 1}, {kata.number}, {condition}: {done.outcome}, {done.seconds:.0f} s"
                print(said, file=sys.stderr, flush=True)
    print(report([Sample(**json.loads(line)) for line in options.log.read_text("utf-8").splitlines()]))


if __name__ == "__main__":
    main()
