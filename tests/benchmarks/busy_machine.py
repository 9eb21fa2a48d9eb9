"""How often time is judged wrongly, alone and beside busy neighbours: CPU seconds against the clock on the wall.

    python tests/benchmarks/busy_machine.py --log judgements.jsonl > tests/benchmarks/busy_machine.md
    python tests/benchmarks/busy_machine.py --log judgements.jsonl --judgements 0    # the table again

Submissions that need 0.5, 0.8, 1.25 and 2 times their budget are judged again and again by the rule of
`checker.judging.decide`, with real workers. How much work that is, is measured first, with the machine as it is at
the start: start it on a quiet one. "Wall" is what the same runs would get by the clock on the wall. The log gets one
line a judgement, and what it already holds counts, so a measurement can be continued.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from neighbours import BUSY, busy_neighbours, stop_tree

from checker.catalog import Kata, load_kata
from checker.hardware.probe import probe
from checker.judging import sandbox
from checker.judging.decide import Decision, Repeat, decide
from checker.judging.host.circumstances import Circumstances
from checker.judging.host.failures import SubmissionError
from checker.judging.host.worker import Worker
from checker.judging.snapshot import Snapshot, SubmittedFile
from checker.judging.suite.submission import Submission
from checker.verdict import CheckResult, Measurement, Outcome, Run, TimeUse

RATIOS = (0.5, 0.8, 1.25, 2.0)
NEAR = (0.8, 1.25)
NEIGHBOURS = (*BUSY, "stopped for a while")
ALLOWED = {"numpy": 0.6, "keras": 1.2}
TOML = """
[kata]
title = "Work"
framework = "{framework}"
[functions]
work = 1
[budget.work]
reference_seconds = {allowed}
margin = 1.0
workloads = ["{workload}"]
spread = 0.05
"""
SOURCE = {
    "numpy": """
import numpy as np

def work(units):
    x = np.ones((200, 200)) / 200
    for _ in range(units):
        x = np.tanh(x @ x)
    return float(x.sum())
""",
    "keras": """
import numpy as np
import tensorflow as tf

w = tf.Variable(tf.random.normal((784, 128)))

@tf.function
def step(x):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(tf.nn.relu(x @ w)))
    w.assign_sub(1e-3 * tape.gradient(loss, w))
    return loss

def work(units):
    x = tf.ones((128, 784))
    for _ in range(units):
        loss = step(x)
    return float(loss)
""",
}


class Bench:
    """Times one framework's work in real workers, again and again."""

    def __init__(self, framework: str, folder: Path) -> None:
        self.framework = framework
        self.allowed = ALLOWED[framework]
        kata_folder = folder / "90_work"
        kata_folder.mkdir()
        workload = "float64_matmul" if framework == "numpy" else "keras_dense"
        text = TOML.format(framework=framework, allowed=self.allowed, workload=workload)
        (kata_folder / "kata.toml").write_text(text, encoding="utf-8")
        self.kata: Kata = load_kata(kata_folder)
        self.submission = Submission(
            Circumstances(self.kata, folder, sandbox.choose("any"), "cpu", {workload: 1.0}),
            Snapshot(SubmittedFile("solution.py", SOURCE[framework].encode())),
        )
        self.worker: Worker | None = None
        self.is_stopped_meanwhile = False
        self.units_per_second = 0.0

    def measure_units(self) -> None:
        """How many units of work one CPU second is, from the median of seven runs."""
        units = 200
        while True:
            use = self.timed(units)
            if use.used > 0.1:
                break
            units *= 2
        units = int(units * 0.5 * self.allowed / use.used)
        self.units_per_second = units / statistics.median(self.timed(units).used for _ in range(7))

    def timed(self, units: int) -> TimeUse:
        """Time one call in a worker that is taken anew where the last one was ended."""
        if self.worker is None or not self.worker.is_alive:
            self.submission.prepare(1)
            self.worker = self.submission.worker("work")
            self.worker.call("work", 3)
        started = time.monotonic()
        if self.is_stopped_meanwhile:
            # A moment later: until the call it is suspended by the judge.
            threading.Timer(0.1, stop_tree, (self.worker._process._process.pid,)).start()
        try:
            self.worker.call("work", units, budget="work")
        except SubmissionError as error:
            assert error.outcome is Outcome.TOO_SLOW and error.measurement, error.message
            wall = time.monotonic() - started
            return TimeUse("work", error.measurement.value, self.allowed, 0, "CPU", wall)
        use = self.worker.elapsed
        assert use is not None
        return use

    def judgement(self, kind: str, ratio: float) -> Judgement:
        """One judgement by CPU seconds, and what its first run would get by the clock on the wall."""
        units = int(self.units_per_second * self.allowed * ratio)
        runs: list[Run] = []
        decision: Decision | Repeat = Repeat((), "")
        while isinstance(decision, Repeat):
            use = self.timed(units)
            measured = Measurement(
                "time of work",
                use.used,
                use.allowed,
                "lower",
                "CPU s",
                0.05 * use.allowed,
                kind="time",
                step="work",
                disturbed=use.disturbed,
            )
            outcome = Outcome.PASSED if measured.holds else Outcome.TOO_SLOW
            runs.append(Run(0, "", (CheckResult("t", "t", outcome, 0, measurements=(measured,)),), (use,)))
            decision = decide(runs)
        first = runs[0].times[0]
        return Judgement(
            self.framework,
            kind,
            ratio,
            decision.outcome.value,
            len(runs),
            first.used / self.allowed,
            first.wall / self.allowed,
            os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan"),
        )


@dataclass(frozen=True)
class Judgement:
    """What came of one judgement; `cpu` and `wall` of its first run are shares of the budget."""

    framework: str
    neighbours: str
    ratio: float
    outcome: str
    runs: int
    cpu: float
    wall: float
    load: float

    @property
    def is_wrong(self) -> bool:
        """Whether it passed what needs more than the budget, or refused what needs less; open is not wrong."""
        return self.outcome == ("too_slow" if self.ratio < 1 else "passed")

    @property
    def is_wrong_by_wall(self) -> bool:
        """The same by the clock on the wall, in one run, as others judge."""
        return (self.wall <= 1) != (self.ratio < 1)


def main() -> None:
    """Judge, add each judgement to the log, print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--judgements", type=int, default=40, help="of each submission near its limit (40)")
    parser.add_argument(
        "--clear", type=int, default=20, help="of those that need half or twice the budget (20)"
    )
    parser.add_argument("--frameworks", nargs="+", choices=tuple(SOURCE), default=list(SOURCE))
    parser.add_argument("--neighbours", nargs="+", choices=NEIGHBOURS, default=list(NEIGHBOURS))
    parser.add_argument(
        "--log", type=Path, default=Path("judgements.jsonl"), help="where judgements are kept"
    )
    options = parser.parse_args()
    for framework in options.frameworks if options.judgements else ():
        with tempfile.TemporaryDirectory() as folder:
            bench = Bench(framework, Path(folder))
            try:
                bench.measure_units()
                for kind in options.neighbours:
                    judge_beside(bench, kind, options.judgements, options.clear, options.log)
            finally:
                bench.submission.end()
    print(report([Judgement(**json.loads(line)) for line in options.log.read_text("utf-8").splitlines()]))


def judge_beside(bench: Bench, kind: str, near: int, clear: int, log: Path) -> None:
    """Judge every submission so often beside that kind of neighbours."""
    bench.is_stopped_meanwhile = kind == "stopped for a while"
    with busy_neighbours(kind), log.open("a", encoding="utf-8") as file:
        for ratio in RATIOS:
            for _ in range(near if ratio in NEAR else clear):
                file.write(json.dumps(asdict(bench.judgement(kind, ratio))) + "\n")
                file.flush()
            print(f"{bench.framework}, {kind}, {ratio}", file=sys.stderr, flush=True)


def report(judgements: list[Judgement]) -> str:
    """The tables as Markdown."""
    machine = probe()
    lines = [
        "# Time verdicts on a busy machine",
        "",
        f"Made by `tests/benchmarks/busy_machine.py`, {time.strftime('%Y-%m-%d')}, {machine.cpu}, {machine.cores} cores. "
        "Submissions that need so many times their budget, judged in real workers by the rule of "
        "`checker/judging/decide.py`. Open: `inconclusive` after three runs. Runs: of a judgement, on average. Wrong by "
        "wall: what one run by the clock on the wall would have got wrong. CPU and wall: of the first run, as shares of "
        "the budget, with the standard deviation. Load: the median load average. What is ended at "
        "1.5 budgets the judge decides at once; here it is run again like the rest. Where neighbours were seen to take a "
        "quarter of the machine, a miss by less than 1.6 budgets stays open: it may be their doing.",
    ]
    for framework in dict.fromkeys(j.framework for j in judgements):
        lines += [
            "",
            f"## {framework}, budget {ALLOWED[framework]} CPU seconds",
            "",
            "| neighbours | needs | judged | passed | too slow | open | wrong | wrong by wall | runs | CPU | wall | load |",
            "| --- " * 12 + "|",
        ]
        lines += rows([j for j in judgements if j.framework == framework])
    lines += [
        "",
        "## All together",
        "",
        "| needs | judged | wrong | open | wrong by wall |",
        "| --- " * 5 + "|",
    ]
    for ratio in RATIOS:
        same = [j for j in judgements if j.ratio == ratio]
        lines.append(
            f"| {ratio} | {len(same)} | {share(j.is_wrong for j in same)} | "
            f"{share(j.outcome == 'inconclusive' for j in same)} | {share(j.is_wrong_by_wall for j in same)} |"
        )
    return "\n".join(lines)


def rows(judgements: list[Judgement]) -> Iterator[str]:
    """A row for each kind of neighbours and each submission."""
    for kind in NEIGHBOURS:
        for ratio in RATIOS:
            same = [j for j in judgements if (j.neighbours, j.ratio) == (kind, ratio)]
            if len(same) < 2:
                continue
            count = Counter(j.outcome for j in same)
            cpu, wall = [j.cpu for j in same], [j.wall for j in same]
            yield (
                f"| {kind} | {ratio} | {len(same)} | {count['passed']} | {count['too_slow']} | "
                f"{count['inconclusive']} | {sum(j.is_wrong for j in same)} | "
                f"{sum(j.is_wrong_by_wall for j in same)} | {statistics.mean(j.runs for j in same):.1f} | "
                f"{statistics.mean(cpu):.2f} ({statistics.stdev(cpu):.3f}) | "
                f"{statistics.mean(wall):.2f} ({statistics.stdev(wall):.2f}) | "
                f"{statistics.median(j.load for j in same):.1f} |"
            )


def share(found: Iterable[bool]) -> str:
    """How many of all, and as a percentage."""
    values = list(found)
    return f"{sum(values)} ({sum(values) / len(values):.1%})" if values else "-"


if __name__ == "__main__":
    main()
