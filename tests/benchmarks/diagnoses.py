"""How often the true cause of a mistake is named: every wrong specimen, and accepted ones that are no longer right.

    python -m tests.benchmarks.diagnoses 01 05 --log diagnoses.jsonl --table tests/benchmarks/diagnoses.md [--jobs 2]

Each specimen in `wrong/` says which cause (`# diagnosis:`) or which words (`# says:`) its first miss must hold. Judgements
are appended to the log, and those that are there already (the same specimen, suite and judge) are not made again, so that
the table can be made in pieces.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from checker.catalog import load
from checker.judging.session import JudgeOptions
from checker.verification.trials import Finding, Trial, diagnoses_of, first_miss, run, trials

ROOT = Path(__file__).parents[2]
SPECIMENS = ROOT / "tests" / "specimens"
NAMED, ANOTHER, NOTHING, OTHER_VERDICT = "named", "another", "nothing", "other verdict"


@dataclass(frozen=True)
class Line:
    """What one judgement said."""

    kata: str
    specimen: str
    key: str
    wanted: str
    result: str
    causes: list[str]
    check: str
    message: str


def key_of(trial: Trial) -> str:
    """What a judgement depends on: the specimen, the suite, and what suites share."""
    digest = hashlib.sha256(trial.file.read_bytes())
    shared = ROOT / "checker" / "suite"
    for file in (*sorted(trial.kata.suite.glob("*.py")), *sorted(shared.glob("*.py"))):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


def result_of(finding: Finding) -> str:
    """Whether the true cause was named, another one, or none."""
    trial, record = finding.trial, finding.record
    if record.outcome not in trial.verdicts:
        return OTHER_VERDICT
    causes = diagnoses_of(trial, record)
    if trial.diagnosis:
        return NAMED if trial.diagnosis in causes[:1] else ANOTHER if causes else NOTHING
    missed = first_miss(trial, record)
    said = " ".join((missed.message, missed.hint, *missed.advice)).lower() if missed else ""
    is_said = bool(trial.says) and " ".join(trial.says.lower().split()) in " ".join(said.split())
    return NAMED if is_said else ANOTHER if causes else NOTHING


def judged(trial: Trial) -> Line:
    """Judge one wrong specimen, up to the check that must catch it."""
    data = trial.kata.source.repeatable_choice
    finding = run(trial, JudgeOptions(up_to=trial.caught_by or None, data=data), lambda event: None)
    missed = first_miss(trial, finding.record)
    return Line(
        trial.kata.number,
        trial.name,
        key_of(trial),
        trial.diagnosis or trial.says,
        result_of(finding),
        diagnoses_of(trial, finding.record),
        missed.id if missed else "",
        missed.message.splitlines()[0][:160] if missed else "",
    )


def known(log: Path) -> dict[str, Line]:
    """The last judgement of each specimen in the log."""
    lines = log.read_text(encoding="utf-8").splitlines() if log.exists() else []
    return {f"{line['kata']} {line['specimen']}": Line(**line) for line in map(json.loads, lines)}


def table(lines: list[Line], there: Mapping[str, int]) -> Iterator[str]:
    """The table, as Markdown; `there` are by kata all wrong specimens, judged or not."""
    yield "# Which causes are named\n"
    yield f"Made by `tests/benchmarks/diagnoses.py`, {datetime.now(UTC):%Y-%m-%d}. Each once."
    yield "Where not all were judged, they were drawn by lot. The last judgement of each counts, also after a mending."
    yield "The specimens and the causes were written together: what strangers' mistakes get is not in this table.\n"
    yield "| kata | wrong specimens | judged | named | another named | nothing named | other verdict |"
    yield "| --- | --- | --- | --- | --- | --- | --- |"
    for kata in sorted({line.kata for line in lines}):
        counts = Counter(line.result for line in lines if line.kata == kata)
        total = sum(counts.values())
        yield (
            f"| {kata} | {there[kata]} | {total} | {counts[NAMED]} ({counts[NAMED] / total:.0%}) | {counts[ANOTHER]} | "
            f"{counts[NOTHING]} | {counts[OTHER_VERDICT]} |"
        )
    if missing := [line for line in lines if line.result != NAMED]:
        yield "\n## Not named\n"
        yield "| kata | specimen | wanted | named instead | check |"
        yield "| --- | --- | --- | --- | --- |"
        for line in missing:
            yield f"| {line.kata} | {line.specimen} | {line.wanted} | {', '.join(line.causes)} | {line.check} |"


def _drawn(found: list[Trial], most: int, lots: random.Random) -> list[Trial]:
    return lots.sample(found, min(most, len(found)))


def main() -> None:
    """Judge what the log does not hold yet, then write the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("numbers", nargs="*", help="katas; all without")
    parser.add_argument("--log", type=Path, required=True)
    parser.add_argument("--table", type=Path)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument(
        "--most", type=int, help="so many specimens of each kata, drawn by lot of those missing"
    )
    parser.add_argument(
        "--only", nargs="*", metavar="NAME", help="these specimens, whatever the log holds of them"
    )
    options = parser.parse_args()
    katas = [kata for kata in load() if not options.numbers or kata.number in options.numbers]
    wrong = [trial for trial in trials(katas, SPECIMENS) if trial.kind == "wrong"]
    done = known(options.log)
    missing = [
        t
        for t in wrong
        if done.get(f"{t.kata.number} {t.name}", None) is None
        or done[f"{t.kata.number} {t.name}"].key != key_of(t)
    ]
    if options.only:
        missing = [t for t in wrong if t.name.partition("/")[2] in options.only]
    elif options.most is not None:
        lots = random.Random(len(done))
        missing = [
            trial
            for kata in katas
            for trial in _drawn([t for t in missing if t.kata.number == kata.number], options.most, lots)
        ]
    with ThreadPoolExecutor(options.jobs) as pool, options.log.open("a", encoding="utf-8") as log:
        for line in pool.map(judged, missing):
            log.write(json.dumps(asdict(line)) + "\n")
            log.flush()
            print(line.kata, line.specimen, line.result, ", ".join(line.causes) or line.message, flush=True)
            done[f"{line.kata} {line.specimen}"] = line
    if options.table:
        present = [trial for trial in trials(load(), SPECIMENS) if trial.kind == "wrong"]
        names = sorted(f"{trial.kata.number} {trial.name}" for trial in present)
        there = Counter(trial.kata.number for trial in present)
        rows = [done[name] for name in names if name in done]
        options.table.write_text("\n".join(table(rows, there)) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
