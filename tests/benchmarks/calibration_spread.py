"""Measure how calibration spreads: alone, and beside one and two busy processes.

    python tests/benchmarks/calibration_spread.py --log runs.jsonl > checker/hardware/measured.md
    python tests/benchmarks/calibration_spread.py --log runs.jsonl --rounds 0    # the table again

The conditions take turns, so that whatever else happens on the machine meets all of them alike. Ten rounds
take about ten minutes on a quiet machine of two cores. The log gets one line per run, and what it already
holds counts, so a measurement that was interrupted can be continued. The constants in
`checker/hardware/calibration.py` are the CPU seconds of the rows "alone".
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from checker.hardware.calibration import REFERENCE_SECONDS, WIDEST_SPREAD, measure_in_child, spread_of
from checker.hardware.probe import package_version, probe
from checker.hardware.threads import blas_threads

CONDITIONS = {"alone": 0, "beside 1 busy": 1, "beside 2 busy": 2}
# A neighbour that keeps one core and its cache busy, as another training would. It ends with this script,
# even if the script is killed: its standard input closes then.
NEIGHBOUR = """
import os, sys, threading
import numpy as np
threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
a = np.random.default_rng(0).random((512, 512))
while True:
    a @ a
"""


@dataclass(frozen=True)
class Run:
    """One run of the calibration's child: the repetitions of each workload, and what else was going on."""

    condition: str
    seconds: dict[str, list[float]]
    wall: float
    load: float


@contextlib.contextmanager
def neighbours(count: int) -> Iterator[None]:
    """Keep so many processes busy meanwhile."""
    environment = os.environ | blas_threads()
    command = [sys.executable, "-I", "-c", NEIGHBOUR]
    busy = [subprocess.Popen(command, env=environment, stdin=subprocess.PIPE) for _ in range(count)]
    try:
        time.sleep(1.0 if count else 0.0)
        yield
    finally:
        for process in busy:
            process.kill()
            process.wait()


def measure(rounds: int, names: list[str], log: Path) -> None:
    """Run the calibration's child that many times under each condition, in turn; add each run to the log."""
    for number in range(1, rounds + 1):
        for condition, count in CONDITIONS.items():
            with neighbours(count):
                started = time.perf_counter()
                seconds = measure_in_child(names)
                wall = time.perf_counter() - started
            load = os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")
            with log.open("a", encoding="utf-8") as file:
                file.write(json.dumps(asdict(Run(condition, seconds, wall, load))) + "\n")
            print(f"round {number} of {rounds}, {condition}: {wall:.0f} s", file=sys.stderr, flush=True)


def read(log: Path) -> list[Run]:
    """The runs that a log holds."""
    return [Run(**json.loads(line)) for line in log.read_text(encoding="utf-8").splitlines()]


def report(runs: list[Run]) -> str:
    """The table as Markdown."""
    machine = probe()
    versions = ", ".join(f"{name} {package_version(name)}" for name in ("numpy", "tensorflow", "keras"))
    by_condition = {
        condition: mine for condition in CONDITIONS if (mine := [r for r in runs if r.condition == condition])
    }
    counts = ", ".join(f"{len(mine)} {condition}" for condition, mine in by_condition.items())
    lines = [
        "# Calibration, measured",
        "",
        "Made by `tests/benchmarks/calibration_spread.py`. "
        f"{time.strftime('%Y-%m-%d')}, {machine.cpu}, {machine.cores} cores, {machine.system}, "
        f"Python {sys.version.split()[0]}, {versions}.",
        "",
        f"Each run is a process that repeats a workload five times. Runs, taking turns: {counts}. "
        "CPU s: the median of the runs' medians. Against alone: the same divided by that of the row "
        '"alone". Between runs: the relative standard deviation of the runs\' medians, so of a factor. Within '
        "a run: the relative standard deviation of the five, median and widest. Disturbed: runs in which that "
        f"was over {WIDEST_SPREAD:.0%}, which calibration measures again.",
        "",
        "| workload | condition | CPU s | against alone | between runs | within a run | widest | disturbed |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for name in runs[0].seconds:
        times = {c: [run.seconds[name] for run in mine] for c, mine in by_condition.items()}
        first = statistics.median(map(statistics.median, next(iter(times.values()))))
        for condition, repetitions in times.items():
            medians = [statistics.median(each) for each in repetitions]
            spreads = [spread_of(each) for each in repetitions]
            between = f"{spread_of(medians):.1%}" if len(medians) > 1 else "one run"
            lines.append(
                f"| {name} | {condition} | {statistics.median(medians):.3f} | "
                f"{statistics.median(medians) / first:.2f} | {between} | {statistics.median(spreads):.1%} | "
                f"{max(spreads):.1%} | {sum(s > WIDEST_SPREAD for s in spreads)} of {len(spreads)} |"
            )
    lines += [
        "",
        "| condition | wall s of a run, all workloads | load average at its end |",
        "| --- | --- | --- |",
    ]
    for condition, mine in by_condition.items():
        walls, loads = [run.wall for run in mine], [run.load for run in mine]
        lines.append(
            f"| {condition} | {min(walls):.0f} to {max(walls):.0f} | {min(loads):.1f} to {max(loads):.1f} |"
        )
    lines += [
        "",
        '"Alone" means without busy processes of our own. Where its load average is well above 1, others were '
        "using the machine too, in all rows alike.",
        "",
        f"A run counts as disturbed where its five repetitions spread by more than {WIDEST_SPREAD:.0%} "
        "(`WIDEST_SPREAD`). A narrower limit would measure quiet machines again too; with this one the median of "
        "five is wrong by about half the spread, far below the margins of the budgets.",
    ]
    return "\n".join(lines)


def main() -> None:
    """Read the command line, measure, print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=10, help="runs under each condition (10)")
    parser.add_argument(
        "--workloads", nargs="+", choices=list(REFERENCE_SECONDS), default=list(REFERENCE_SECONDS)
    )
    parser.add_argument(
        "--log", type=Path, default=Path("calibration_runs.jsonl"), help="where runs are kept"
    )
    options = parser.parse_args()
    measure(options.rounds, options.workloads, options.log)
    print(report(read(options.log)))


if __name__ == "__main__":
    main()
