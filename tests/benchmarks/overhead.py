"""What the checker costs on top of the work itself, measured side by side and printed with what is wanted.

    python tests/benchmarks/overhead.py [--katas 01 03]

All times are CPU seconds of a process and everything that it starts, so a busy machine changes little. The
solution itself is what the record says that its timed steps used, plus a Python that imports the framework.
Kata 03 trains for real and takes minutes. Exit code 1 if a figure is not as wanted.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from checker import catalog
from checker.hardware.calibration import calibrate
from checker.record_format import from_json

STATUS_MILLISECONDS = 150.0
NUMPY_SECONDS = 2.0
KERAS_SHARE = 0.10
JUDGE_MEGABYTES = 500.0
JUDGE = "checker.judging.suite"
KATAS = [sys.executable, "-m", "checker"]
SAMPLE_EVERY = 0.05
# As a user has it: with bytecode kept, for instance.
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}


@dataclass(frozen=True)
class Figure:
    """One line of the result."""

    what: str
    value: float
    wanted: float
    unit: str
    how: str

    @property
    def holds(self) -> bool:
        return self.value <= self.wanted


@dataclass
class Watched:
    """What was seen of a process tree. CPU seconds are the last that were seen of each process."""

    output: str = ""
    cpu: dict[tuple[int, float], float] = field(default_factory=dict)
    roles: dict[tuple[int, float], str] = field(default_factory=dict)
    judge_bytes: int = 0
    judge_has_tensorflow: bool = False

    @property
    def cpu_seconds(self) -> float:
        return sum(self.cpu.values())

    @property
    def shares(self) -> str:
        """Where the CPU seconds went, process by process in the order of their start; small ones left out."""
        keys = sorted((key for key, used in self.cpu.items() if used >= 0.2), key=lambda key: key[1])
        return ", ".join(f"{self.roles[key]} {self.cpu[key]:.1f}" for key in keys)


def run(command: Sequence[str], folder: Path) -> float:
    """CPU seconds of a command that starts nothing long-lived, as the system counts them when it ends."""
    before = cpu_of_children()
    quiet = subprocess.DEVNULL
    subprocess.run(command, cwd=folder, env=ENVIRONMENT, stdout=quiet, stderr=quiet, check=False)
    return cpu_of_children() - before


def cpu_of_children() -> float:
    """CPU seconds of all children that have ended, in microseconds' resolution."""
    import resource

    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def watch(command: Sequence[str], folder: Path) -> Watched:
    """Run a command and look at its process tree twenty times a second until it ends.

    What a process does in its last 50 ms may be missed; a killed grandchild is not, as it would be in the
    system's own sum.
    """
    seen = Watched()
    with tempfile.TemporaryFile("w+", encoding="utf-8") as output:
        root = psutil.Popen(
            list(command), cwd=folder, env=ENVIRONMENT, stdout=output, stderr=subprocess.DEVNULL
        )
        looked = 0.0
        while root.poll() is None:
            deep = time.monotonic() - looked > 1.0
            for process in family(root):
                with contextlib.suppress(psutil.Error):
                    look_at(process, seen, deep)
            looked = time.monotonic() if deep else looked
            time.sleep(SAMPLE_EVERY)
        output.seek(0)
        seen.output = output.read()
    return seen


def family(root: psutil.Popen) -> Iterator[psutil.Process]:
    """A process and all its descendants."""
    with contextlib.suppress(psutil.Error):
        yield psutil.Process(root.pid)
        yield from root.children(recursive=True)


def look_at(process: psutil.Process, seen: Watched, deep: bool) -> None:
    """Note a process's CPU seconds; of the judge also the memory and, if `deep`, its libraries."""
    key = process.pid, process.create_time()
    times, command = process.cpu_times(), process.cmdline()
    seen.cpu[key] = times.user + times.system
    # The command itself comes first; whatever the judge starts is a worker in its sandbox.
    role = "judge" if JUDGE in command else "worker" if seen.roles else "command"
    if role != "judge":
        seen.roles.setdefault(key, role)
        return
    seen.roles[key] = role
    seen.judge_bytes = max(seen.judge_bytes, process.memory_info().rss)
    if deep and hasattr(process, "memory_maps"):
        seen.judge_has_tensorflow |= any("tensorflow" in mapped.path for mapped in process.memory_maps())


def status(folder: Path, repeats: int) -> Figure:
    """`katas status` in a workspace against an interpreter that does nothing, in turns."""
    run([*KATAS, "init", str(folder / "path")], folder)
    run([*KATAS, "status"], folder / "path")
    bare, full = [], []
    for _ in range(repeats):
        bare.append(run([sys.executable, "-c", "pass"], folder))
        full.append(run([*KATAS, "status"], folder / "path"))
    a, b = 1000 * statistics.median(bare), 1000 * statistics.median(full)
    how = f"{b:.0f} CPU ms against {a:.0f} ms of a bare interpreter, {b / a:.1f} times; {repeats} runs each"
    return Figure("katas status: more than a bare interpreter", b - a, STATUS_MILLISECONDS, "CPU ms", how)


def start_of(framework: str, folder: Path) -> float:
    """CPU seconds of a Python that imports the framework and ends; median of three."""
    module = "numpy" if framework == "numpy" else "tensorflow, keras"
    return statistics.median(run([sys.executable, "-I", "-c", f"import {module}"], folder) for _ in range(3))


def check(kata: catalog.Kata, folder: Path) -> list[Figure]:
    """Judge the kata's reference, and compare with what its own steps used."""
    # Not part of a check's cost: it is kept.
    calibrate(sorted({name for budget in kata.budgets.values() for name in budget.workloads}))
    command = [*KATAS, "check", kata.number, "--submission", str(kata.reference), "--json", "--seed", "1"]
    seen = watch(command, folder)
    try:
        record = from_json(seen.output)
    except ValueError:
        raise SystemExit(f"katas check {kata.number} gave no record: {seen.output[-500:]!r}") from None
    steps = sum(used.used for one in record.runs for used in one.times)
    start = start_of(kata.framework, folder)
    more = seen.cpu_seconds - steps - start
    name = f"katas check {kata.number} ({record.outcome})"
    how = (
        f"{seen.cpu_seconds:.2f} CPU s in all, {seen.cpu_seconds / (steps + start):.2f} times the solution: "
        f"{steps:.2f} s of timed steps and {start:.2f} s to import {kata.framework}; {len(record.runs)} run(s)"
    )
    print(f"{name}, CPU seconds of each process: {seen.shares}", file=sys.stderr)
    judge = Figure(
        f"{name}: the judge's memory",
        seen.judge_bytes / 1e6,
        JUDGE_MEGABYTES,
        "MB",
        "largest resident size that was seen, memory-mapped data included",
    )
    imported = Figure(
        f"{name}: TensorFlow in the judge", float(seen.judge_has_tensorflow), 0.0, "", "its mapped libraries"
    )
    if kata.framework == "numpy":
        cost = Figure(f"{name}: more than the solution", more, NUMPY_SECONDS, "CPU s", how)
    else:
        cost = Figure(f"{name}: more than training", 100 * more / steps, 100 * KERAS_SHARE, "%", how)
    return [cost, judge, imported]


def main() -> int:
    """Measure, print a Markdown table, and return the exit code."""
    if sys.platform == "win32":
        raise SystemExit("This benchmark counts CPU time as Unix does; run it on Linux or macOS.")
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--katas", nargs="*", default=["01", "03"], help="whose references to judge (01 03)")
    parser.add_argument("--repeats", type=int, default=15, help="runs of katas status (15)")
    options = parser.parse_args()
    katas = catalog.load()
    with tempfile.TemporaryDirectory(prefix="katas-overhead-") as name:
        folder = Path(name)
        figures = [status(folder, options.repeats)]
        for number in options.katas:
            figures += check(catalog.find(katas, number), folder)
    print("| what | measured | wanted at most | holds | how |\n| --- | --- | --- | --- | --- |")
    for figure in figures:
        print(
            f"| {figure.what} | {figure.value:.2f} {figure.unit} | {figure.wanted:g} {figure.unit} | "
            f"{'yes' if figure.holds else 'NO'} | {figure.how} |"
        )
    print("\n" + json.dumps({figure.what: round(figure.value, 3) for figure in figures}))
    return 0 if all(figure.holds for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
