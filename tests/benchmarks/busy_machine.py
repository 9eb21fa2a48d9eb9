"""How often time is judged wrongly, alone and beside busy neighbours: CPU seconds against the clock on the wall.

    python tests/benchmarks/busy_machine.py [--judgements 40] [--frameworks numpy keras] > table.md

Submissions that need 0.5, 0.8, 1.25 and 2 times their budget are judged again and again by the rule of
`checker.judging.decide`, with real workers. How much work that is, is measured first, with the machine as it is at
the start: start it on a quiet one. "Wall" is what the same runs would get by the clock on the wall.
"""

from __future__ import annotations

import argparse
import contextlib
import multiprocessing
import statistics
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import psutil

from checker.catalog import Kata, load_kata
from checker.judging import sandbox
from checker.judging.decide import decide
from checker.judging.errors import SubmissionError
from checker.judging.submission import Submission
from checker.judging.worker_calls import Circumstances, Worker
from checker.verdict import CheckResult, Measurement, Outcome, Run, TimeUse

RATIOS = (0.5, 0.8, 1.25, 2.0)
NEIGHBOURS = ("alone", "one busy", "two busy", "memory hog", "stopped for a while")
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
workload = "{workload}"
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


def burn() -> None:
    """A neighbour that computes without end."""
    while True:
        sum(i * i for i in range(10_000))


def hog() -> None:
    """A neighbour that moves memory without end."""
    big = np.ones(40_000_000)
    while True:
        big += 1.0


def stop_for_a_while(pid: int) -> None:
    """Suspend a process tree for a second, as a laptop's lid or a debugger does."""
    time.sleep(0.1)
    tree = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    for process in tree:
        process.suspend()
    time.sleep(1.0)
    for process in tree:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.resume()


@contextlib.contextmanager
def neighbours(kind: str) -> Iterator[None]:
    """Run the neighbours of that kind meanwhile."""
    wanted = {"one busy": [burn], "two busy": [burn, burn], "memory hog": [hog]}.get(kind, [])
    processes = [multiprocessing.Process(target=target, daemon=True) for target in wanted]
    for process in processes:
        process.start()
    try:
        yield
    finally:
        for process in processes:
            process.terminate()
            process.join()


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
            Circumstances(
                self.kata, SOURCE[framework].encode(), folder, sandbox.choose("any"), "cpu", {workload: 1.0}
            )
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
            threading.Thread(target=stop_for_a_while, args=(self.worker._process._process.pid,)).start()
        try:
            self.worker.call("work", units, budget="work")
        except SubmissionError as error:
            assert error.outcome is Outcome.TOO_SLOW and error.measurement, error.message
            wall = time.monotonic() - started
            return TimeUse("work", error.measurement.value, self.allowed, 0, "CPU", wall)
        use = self.worker.elapsed
        assert use is not None
        return use

    def judgement(self, ratio: float) -> tuple[Outcome, Outcome, float, float]:
        """One judgement by CPU seconds, and what the first run would get by the wall; both relative times."""
        units = int(self.units_per_second * self.allowed * ratio)
        runs: list[Run] = []
        decision = None
        while decision is None:
            use = self.timed(units)
            measured = Measurement(
                "time of work", use.used, use.allowed, "lower", "CPU s", 0.05 * use.allowed
            )
            outcome = Outcome.PASSED if measured.holds else Outcome.TOO_SLOW
            runs.append(Run(0, "", (CheckResult("t", "t", outcome, 0, measurements=(measured,)),), (use,)))
            decision = decide(runs)
        wall = Outcome.PASSED if runs[0].times[0].wall <= self.allowed else Outcome.TOO_SLOW
        first = runs[0].times[0]
        return decision.outcome, wall, first.used / self.allowed, first.wall / self.allowed


def main() -> None:
    """Print one table a framework."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--judgements", type=int, default=40)
    parser.add_argument("--frameworks", nargs="+", choices=tuple(SOURCE), default=list(SOURCE))
    parser.add_argument("--neighbours", nargs="+", choices=NEIGHBOURS, default=list(NEIGHBOURS))
    arguments = parser.parse_args()
    for framework in arguments.frameworks:
        with tempfile.TemporaryDirectory() as folder:
            bench = Bench(framework, Path(folder))
            try:
                bench.measure_units()
                print_table(bench, arguments.judgements, arguments.neighbours)
            finally:
                bench.submission.end()


def print_table(bench: Bench, judgements: int, kinds: list[str]) -> None:
    """Judge every ratio beside every kind of neighbours."""
    print(f"\n### {bench.framework}, budget {bench.allowed} CPU seconds, {judgements} judgements a row\n")
    print(
        "| neighbours | needs | passed | too slow | inconclusive | wrong | wrong by wall | CPU, mean (std) | wall, mean |"
    )
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    for kind in kinds:
        bench.is_stopped_meanwhile = kind == "stopped for a while"
        with neighbours(kind):
            for ratio in RATIOS:
                results = [bench.judgement(ratio) for _ in range(judgements)]
                right = Outcome.PASSED if ratio < 1 else Outcome.TOO_SLOW
                count = Counter(result[0] for result in results)
                wrong = sum(result[0] not in (right, Outcome.INCONCLUSIVE) for result in results)
                wrong_by_wall = sum(result[1] is not right for result in results)
                cpu, wall = ([result[i] for result in results] for i in (2, 3))
                print(
                    f"| {kind} | {ratio} | {count[Outcome.PASSED]} | {count[Outcome.TOO_SLOW]} | "
                    f"{count[Outcome.INCONCLUSIVE]} | {wrong} | {wrong_by_wall} | {statistics.mean(cpu):.2f} "
                    f"({statistics.stdev(cpu):.3f}) | {statistics.mean(wall):.2f} |",
                    flush=True,
                )


if __name__ == "__main__":
    main()
