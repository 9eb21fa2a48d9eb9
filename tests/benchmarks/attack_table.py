"""The table of attacks: what comes of each at each level of the sandbox, tried on this machine.

    python tests/benchmarks/attack_table.py > tests/benchmarks/attacks.md                               (as root)
    python tests/benchmarks/attack_table.py landlock bubblewrap > tests/benchmarks/attacks_as_user.md   (as anybody else)

Takes ten minutes on an idle machine. With level names as arguments only those levels are tried.
"""

from __future__ import annotations

import os
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from checker.catalog import load
from checker.judging.sandbox import Level, available_levels
from checker.verification.attacks import attacks_in, verify_attacks

FOLDER = Path(__file__).parents[1] / "specimens" / "attacks"
HEADING = """# Attacks on the judge {who}

Made by `tests/benchmarks/attack_table.py`. Each line is a submission of
`tests/specimens/attacks/`; most give right answers only where their trick worked, so "passed" means that the
attack succeeded. In brackets what was wrong with the machine afterwards, if anything was: a process or file left,
a file changed. "-" was not tried at that level, for the reason in the file's header.
"""


def try_all(level: Level) -> dict[str, tuple[str, str]]:
    """Outcome and problem of every attack that is tried at a level, by name."""
    results = {}
    for result in verify_attacks(attacks_in(FOLDER), load(), level):
        outcome = result.record.outcome.value if result.record else "nothing"
        results[result.attack.name] = (outcome, result.problem)
        said = f"{level} {result.attack.name}: {outcome} {result.problem} ({result.seconds:.1f} s)"
        print(said, file=sys.stderr, flush=True)
    return results


def cell(result: tuple[str, str] | None) -> str:
    """One entry of the table."""
    if result is None:
        return "-"
    outcome, problem = result
    outcome = "**passed**" if outcome == "passed" else outcome.replace("_", " ")
    return f"{outcome} [{problem}]" if problem else outcome


def main(names: list[str]) -> int:
    """Try all attacks, a process for each level; print the table; 1 if one was not as promised."""
    there = [found.level for found in available_levels() if found.is_available]
    levels = [level for level in there if not names or level.value in names]
    walled = [level for level in levels if level is not Level.PLAIN]
    with ProcessPoolExecutor(max(1, len(walled))) as pool:
        results = dict(zip(walled, pool.map(try_all, walled), strict=True))
    # Last and alone: what succeeds there changes files that the others use.
    if Level.PLAIN in levels:
        results[Level.PLAIN] = try_all(Level.PLAIN)
    is_root = getattr(os, "geteuid", lambda: 1)() == 0
    print(HEADING.format(who="as root" if is_root else "as an ordinary user"))
    for level, mine in results.items():
        passed = sum(outcome == "passed" for outcome, _ in mine.values())
        wrong = sum(bool(problem) for _, problem in mine.values())
        print(f"- {level}: {len(mine)} tried, {passed} succeeded, {wrong} not as promised in their header")
    print(f"\n| attack | what it tries | {' | '.join(map(str, levels))} |")
    print("| --- " * (2 + len(levels)) + "|")
    for attack in attacks_in(FOLDER):
        cells = " | ".join(cell(results[level].get(attack.name)) for level in levels)
        print(f"| {attack.name} | {attack.what} | {cells} |")
    return int(any(problem for mine in results.values() for _, problem in mine.values()))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
