"""Every structural variation of every reference, judged: none may be an error of the judge, each verdict names the function.

    python tests/benchmarks/variations.py --log variations.jsonl [NN ...] > tests/benchmarks/variations.md

The log gets one line a variation; what it already holds counts. Exit code 1 where something is not as promised.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))

from checker.catalog import find, load
from tests.variations import Variation, problem_of, variations


def tried(variation: Variation) -> dict[str, str]:
    """Judge one variation; a line of the log."""
    with tempfile.TemporaryDirectory() as folder:
        problem, record = problem_of(variation, Path(folder))
    return {
        "kata": variation.kata.number,
        "function": variation.function,
        "what": variation.what,
        "outcome": record.outcome.value,
        "problem": problem,
    }


def report(lines: list[dict[str, str]]) -> str:
    """The table as Markdown."""
    text = [
        "# Structural variations of the references",
        "",
        f"Made by `tests/benchmarks/variations.py`, {time.strftime('%Y-%m-%d')}. {len(lines)} variations, "
        f"{sum(bool(line['problem']) for line in lines)} not as promised.",
        "",
        "| kata | variations | outcomes | not as promised |",
        "| --- | --- | --- | --- |",
    ]
    for kata in sorted({line["kata"] for line in lines}):
        mine = [line for line in lines if line["kata"] == kata]
        outcomes = ", ".join(
            f"{name} {count}" for name, count in Counter(line["outcome"] for line in mine).most_common()
        )
        text.append(f"| {kata} | {len(mine)} | {outcomes} | {sum(bool(line['problem']) for line in mine)} |")
    passed = [line for line in lines if line["outcome"] == "passed"]
    if passed:
        text += ["", "Passed, since the contract allows it:", ""]
        text += [f"- {line['kata']} `{line['function']}` {line['what']}" for line in passed]
    if bad := [line for line in lines if line["problem"]]:
        text += ["", "Not as promised:", ""]
        text += [
            f"- {line['kata']} `{line['function']}` {line['what']}: {line['problem'][:300]}" for line in bad
        ]
    return "\n".join(text) + "\n"


def main() -> int:
    """Judge what the log does not hold yet, and print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("numbers", nargs="*", metavar="NN")
    parser.add_argument("--log", type=Path, required=True)
    parser.add_argument("--jobs", type=int, default=2)
    arguments = parser.parse_args()
    everything = load()
    katas = [find(everything, number) for number in arguments.numbers] or everything
    known = (
        [json.loads(line) for line in arguments.log.read_text().splitlines()]
        if arguments.log.exists()
        else []
    )
    done = {(line["kata"], line["function"], line["what"]) for line in known}
    todo = [v for kata in katas for v in variations(kata) if (v.kata.number, v.function, v.what) not in done]
    with ThreadPoolExecutor(arguments.jobs) as pool, arguments.log.open("a", encoding="utf-8") as log:
        for line in pool.map(tried, todo):
            log.write(json.dumps(line) + "\n")
            log.flush()
            if line["problem"]:
                print(line["kata"], line["function"], line["what"], line["problem"], file=sys.stderr)
            known.append(line)
    print(report(known), end="")
    return int(any(line["problem"] for line in known))


if __name__ == "__main__":
    sys.exit(main())
