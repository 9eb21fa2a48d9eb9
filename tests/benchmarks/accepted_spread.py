"""Is honest work ever refused? Every accepted specimen of every kata, judged over seeds.

    python tests/benchmarks/accepted_spread.py --log tests/benchmarks/accepted_spread.jsonl > tests/benchmarks/accepted_spread.md
    python tests/benchmarks/accepted_spread.py --log tests/benchmarks/accepted_spread.jsonl --minutes 0    # the table again

Wanted: none refused, at most one in a hundred left open, alone and beside a busy neighbour. The log gets one line a
judgement, and what it already holds counts, so a measurement can be continued, also on another machine. A round judges
every specimen once; `--jobs` judgements run at a time, each with cores of its own, as far as there are enough.
"""

from __future__ import annotations

import argparse
import json
import os
import queue
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from neighbours import busy_neighbours

from checker.catalog import Kata, find, load
from checker.hardware.calibration import calibrate
from checker.hardware.probe import probe
from checker.verification.trials import trials

SPECIMENS = Path(__file__).parent.parent / "specimens"
FIRST_SEED = 1000
ALONE, BUSY = "alone", "one busy"


@dataclass(frozen=True)
class Sample:
    """One judgement: outcome, stars, the share of its limit that the tightest step needed, and the first miss."""

    machine: str
    condition: str
    kata: str
    specimen: str
    seed: int
    outcome: str
    runs: int
    stars: dict[str, str]
    used: float
    allowed: float
    step: str
    quality: str
    value: float
    limit: float
    seconds: float
    missed: str


@dataclass(frozen=True)
class Job:
    """One judgement to be made."""

    kata: Kata
    file: Path
    seed: int
    condition: str

    @property
    def key(self) -> tuple[str, str, int, str]:
        """What tells it from all others."""
        return self.kata.number, self.file.stem, self.seed, self.condition


def jobs_of(katas: Sequence[Kata], rounds: int, keras_rounds: int, condition: str) -> Iterator[Job]:
    """Round after round, in each the long ones first."""
    accepted = [trial for trial in trials(katas, SPECIMENS) if trial.kind == "accepted"]
    accepted.sort(key=lambda trial: (trial.kata.framework == "numpy", -int(trial.kata.number)))
    for number in range(max(rounds, keras_rounds)):
        for trial in accepted:
            if number < (rounds if trial.kata.framework == "numpy" else keras_rounds):
                yield Job(trial.kata, trial.file, FIRST_SEED + number, condition)


def judged(job: Job, cores: set[int], machine: str, records: Path | None) -> Sample:
    """Judge once, in a process that has these cores alone."""
    command = [sys.executable, "-m", "checker", "check", job.kata.number, "--submission", str(job.file)]
    command += [
        "--json",
        "--seed",
        str(job.seed),
        *(["--data", choice] if (choice := job.kata.source.repeatable_choice) else []),
    ]
    pin = (lambda: os.sched_setaffinity(0, cores)) if cores else None
    done = subprocess.run(command, capture_output=True, text=True, preexec_fn=pin)
    try:
        record = json.loads(done.stdout)
    except ValueError:
        raise SystemExit(f"{job.file} gave no record: {done.stderr[-2000:]}") from None
    if records is not None:
        with records.open("a", encoding="utf-8") as stream:
            stream.write(json.dumps({"specimen": job.file.stem, **record}) + "\n")
    tightest = max(record["times"], key=lambda use: use["used"] / use["allowed"], default=None)
    core = [check for check in record["checks"] if not check["star"]]
    missed = next((check for check in core if check["outcome"] not in ("passed", "not_run")), None)
    quality = next(
        (m for check in core for m in check["measurements"] if m["kind"] == "quality" and m["spread"] > 0),
        None,
    )
    return Sample(
        machine=machine,
        condition=job.condition,
        kata=job.kata.number,
        specimen=job.file.stem,
        seed=job.seed,
        outcome=record["outcome"],
        runs=len(record["runs"]),
        stars=record["stars"],
        used=float(tightest["used"]) if tightest else 0.0,
        allowed=float(tightest["allowed"]) if tightest else 0.0,
        step=tightest["step"] if tightest else "",
        quality=quality["name"] if quality else "",
        value=float(quality["value"]) if quality else 0.0,
        limit=float(quality["limit"]) if quality else 0.0,
        seconds=record["seconds"],
        missed=f"{missed['id']}: {missed['message'].splitlines()[0]}" if missed and missed["message"] else "",
    )


def measure(
    todo: Sequence[Job], log: Path, jobs: int, minutes: float, machine: str, records: Path | None
) -> None:
    """Judge what is to be done, until the time is over; the log gets a line each."""
    waiting: queue.SimpleQueue[Job] = queue.SimpleQueue()
    for job in todo:
        waiting.put(job)
    usable = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
    each = len(usable) // jobs
    over, lock = time.monotonic() + 60 * minutes, threading.Lock()

    def work(place: int) -> None:
        cores = set(usable[place * each : (place + 1) * each])
        while time.monotonic() < over:
            try:
                job = waiting.get_nowait()
            except queue.Empty:
                return
            sample = judged(job, cores, machine, records)
            with lock, log.open("a", encoding="utf-8") as stream:
                stream.write(json.dumps(asdict(sample)) + "\n")
                print(
                    *job.key,
                    sample.outcome,
                    f"{sample.seconds:.0f} s",
                    sample.missed,
                    file=sys.stderr,
                    flush=True,
                )

    threads = [threading.Thread(target=work, args=(place,)) for place in range(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def report(samples: Sequence[Sample]) -> str:
    """The table as Markdown."""
    refused = [s for s in samples if s.outcome not in ("passed", "inconclusive")]
    left_open = [s for s in samples if s.outcome == "inconclusive"]
    lines = [
        "# Accepted specimens over seeds",
        "",
        f"Made by `tests/benchmarks/accepted_spread.py`, {time.strftime('%Y-%m-%d')}. Machines: "
        f"{'; '.join(sorted({s.machine for s in samples}))}.",
        "",
        f"{len(samples)} judgements of {len({(s.kata, s.specimen) for s in samples})} specimens: {len(refused)} refused, "
        f"{len(left_open)} left open.",
        "",
        "Share: what the tightest timed step needed of its limit, mean and most. Quality: the first measured one of the "
        "core, mean and worst. Stars: how often each was won (r robust, q quality, s speed).",
        "",
    ]
    for condition in sorted({s.condition for s in samples}):
        lines += [f"## {condition.capitalize()}", ""]
        lines += [
            "| kata | specimen | judged | refused | open | repeated | share: mean, most | quality: mean, worst | limit "
            "| stars | wall s |",
            "| --- " * 11 + "|",
        ]
        mine = [s for s in samples if s.condition == condition]
        for kata, specimen in sorted({(s.kata, s.specimen) for s in mine}):
            lines.append(_row([s for s in mine if (s.kata, s.specimen) == (kata, specimen)]))
        lines.append("")
    if refused or left_open:
        lines += [
            "## Not passed",
            "",
            "| kata | specimen | seed | condition | outcome | first miss |",
            "| --- " * 6 + "|",
        ]
        for s in (*refused, *left_open):
            lines.append(f"| {s.kata} | {s.specimen} | {s.seed} | {s.condition} | {s.outcome} | {s.missed} |")
    return "\n".join(lines).rstrip() + "\n"


def _row(same: Sequence[Sample]) -> str:
    shares = [s.used / s.allowed for s in same if s.allowed]
    values = [s.value for s in same if s.quality]
    worst = ""
    if values:
        is_lower = statistics.mean(values) <= same[0].limit
        worst = (
            f"{same[0].quality} {statistics.mean(values):.3g}, {max(values) if is_lower else min(values):.3g}"
        )
    stars = {star for s in same for star in s.stars}
    won = ", ".join(
        f"{star[0]} {sum(s.stars.get(star) == 'won' for s in same)}"
        for star in ("robust", "quality", "speed")
        if star in stars
    )
    cells = [
        same[0].kata,
        same[0].specimen,
        len(same),
        sum(s.outcome not in ("passed", "inconclusive") for s in same),
        sum(s.outcome == "inconclusive" for s in same),
        sum(s.runs > 1 for s in same),
        f"{statistics.mean(shares):.2f}, {max(shares):.2f}" if shares else "",
        worst,
        f"{same[0].limit:.3g}" if values else "",
        won,
        f"{statistics.mean(s.seconds for s in same):.0f}",
    ]
    return f"| {' | '.join(map(str, cells))} |"


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--log", type=Path, required=True)
    parser.add_argument("--katas", nargs="*", default=[], metavar="NN")
    parser.add_argument("--rounds", type=int, default=20, help="seeds of NumPy katas")
    parser.add_argument("--keras-rounds", type=int, default=8)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=1e9, help="begin nothing after this time")
    parser.add_argument("--records", type=Path, help="append every whole record to this file")
    parser.add_argument("--busy", action="store_true", help="keep one core busy meanwhile")
    arguments = parser.parse_args()
    everything = load()
    katas = [find(everything, number) for number in arguments.katas] or everything
    condition = BUSY if arguments.busy else ALONE if arguments.jobs == 1 else f"{arguments.jobs} at a time"
    known = _read(arguments.log)
    done = {(s.kata, s.specimen, s.seed, s.condition) for s in known}
    todo = [
        j for j in jobs_of(katas, arguments.rounds, arguments.keras_rounds, condition) if j.key not in done
    ]
    if todo and arguments.minutes > 0:
        kinds = {name for kata in katas for budget in kata.budgets.values() for name in budget.workloads}
        found = calibrate(sorted(kinds)).factors
        factors = ", ".join(f"{name} {factor:.2f}" for name, factor in found.items())
        machine = f"{probe().cpu}, {probe().cores} cores ({factors})"
        with busy_neighbours(BUSY if arguments.busy else ALONE):
            measure(todo, arguments.log, arguments.jobs, arguments.minutes, machine, arguments.records)
    print(report(_read(arguments.log)), end="")


def _read(log: Path) -> list[Sample]:
    if not log.exists():
        return []
    return [Sample(**json.loads(line)) for line in log.read_text(encoding="utf-8").splitlines()]


if __name__ == "__main__":
    main()
