"""Which system calls workers make, against what `checker/judging/sandbox/policy.py` allows.

    python tests/benchmarks/syscall_trace.py                    # references and habits at the plain level
    python tests/benchmarks/syscall_trace.py 01 04              # these katas alone
    python tests/benchmarks/syscall_trace.py -- COMMAND ...     # whatever this command starts

Needs strace (Debian: apt install strace). To be repeated after an upgrade of Python, NumPy, TensorFlow or the C library:
what is printed as refused was asked for by a worker and would not go through; what is printed as unused may go, if no
other C library or machine needs it. Takes ten minutes, most of them for TensorFlow.
"""

from __future__ import annotations

import platform
import re
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from checker.judging.sandbox.policy import Answer, Policy, policy
from checker.judging.sandbox.syscalls import words

REPOSITORY = Path(__file__).resolve().parents[2]
# Frequent ones that are allowed whatever their arguments: not traced, so that a traced worker is as fast as another.
FREQUENT = words(
    "read write pread64 futex munmap mprotect lseek newfstatat fstat close gettid getpid sched_yield brk"
)
# The walls' own, from before the filter is there.
OF_THE_WALLS = {("setpgid", (0, 0)), ("prctl", (1, 9))}
JUDGE = """
import sys
from pathlib import Path
from checker.catalog import find, load
from checker.judging.session import JudgeOptions, judge
kata = find(load(), sys.argv[1])
record = judge(kata, Path(sys.argv[2]), JudgeOptions(quick=kata.framework == "keras", sandbox="plain"))
print(kata.name, sys.argv[2], record.outcome)
"""
_LINE = re.compile(r"^(\d+) +(\w+)\((.*)\) += (\S+)")
_UNFINISHED = re.compile(r"^(\d+) +(\w+)\((.*) <unfinished \.\.\.>$")
_RESUMED = re.compile(r"^(\d+) +<\.\.\. (\w+) resumed>(.*)\) += (\S+)")


def commands(asked: list[str]) -> list[list[str]]:
    """What to trace."""
    if "--" in asked:
        return [asked[asked.index("--") + 1 :]]
    python, found = sys.executable, []
    for file in sorted((REPOSITORY / "reference").glob("*.py")):
        number = file.name[:2]
        if asked and number not in asked:
            continue
        accepted = REPOSITORY / "tests" / "specimens" / file.stem / "accepted"
        keras = "keras" in file.read_text(encoding="utf-8")
        for submission in (file, *(() if keras else sorted(accepted.glob("*.py")))):
            found.append([python, "-c", JUDGE, number, str(submission)])
    habits = [python, "-m", "pytest", "-q", "tests/test_sandbox_habits.py", "-k", "plain"]
    return found if asked else [*found, habits]


def calls(file: Path) -> Iterator[tuple[str, tuple[int, ...], int]]:
    """Name, arguments and process of every call that a worker made."""
    # A worker's process, by each of its threads; what executes enclose.py is the first process above it.
    process: dict[int, int] = {}
    above: set[int] = set()
    begun: dict[int, str] = {}
    with file.open(encoding="utf-8", errors="replace") as lines:
        for line in lines:
            if match := _UNFINISHED.match(line):
                begun[int(match[1])] = match[3]
                continue
            if match := _RESUMED.match(line):
                pid, name, text, result = (
                    int(match[1]),
                    match[2],
                    begun.pop(int(match[1]), "") + match[3],
                    match[4],
                )
            elif match := _LINE.match(line):
                pid, name, text, result = int(match[1]), match[2], match[3], match[4]
            else:
                continue
            if name == "execve":
                if "enclose.py" in text:
                    above.add(pid)
                continue
            numbers = _numbers(text)
            starts = name in ("clone", "clone3", "fork", "vfork") and result.startswith("0x")
            if starts and (pid in above or pid in process):
                is_thread = name in ("clone", "clone3") and pid in process
                process[int(result, 16)] = process[pid] if is_thread else int(result, 16)
            if pid in process and (name, numbers[:2]) not in OF_THE_WALLS:
                yield name, numbers, process[pid]


def _numbers(text: str) -> tuple[int, ...]:
    parts = [part.split("=")[-1].strip() for part in text.split(",")]
    return tuple(int(part, 0) if re.fullmatch(r"-?(0x[0-9a-f]+|\d+)", part) else 0 for part in parts)


def main(asked: list[str]) -> int:
    """Trace, compare, print; 1 if something was refused."""
    machine = platform.machine()
    used: Counter[str] = Counter()
    refused: Counter[str] = Counter()
    answers: dict[int, Policy] = {}
    for command in commands(asked):
        print(" ".join(word for word in command if "\n" not in word)[:150], file=sys.stderr, flush=True)
        with tempfile.TemporaryDirectory() as folder:
            trace = Path(folder) / "trace"
            options = ["-f", "-q", "--seccomp-bpf", "-e", f"trace=!{','.join(FREQUENT)}", "-e", "raw=!execve"]
            options += ["-e", "signal=none", "-s", "500", "-o", str(trace)]
            subprocess.run(["strace", *options, *command], cwd=REPOSITORY, check=False, stdout=sys.stderr)
            for name, numbers, pid in calls(trace):
                used[name] += 1
                rules = answers.setdefault(pid, policy(machine, pid, keep_metadata=True))
                answer = rules.answer(name, (*numbers, 0, 0, 0, 0, 0, 0), pid)
                if answer is not Answer.ALLOW:
                    shown = ", ".join(f"{n:#x}" for n in numbers[:4]) if name in rules.by_argument else ""
                    refused[f"{answer.value:8} {name}({shown})"] += 1
    rules = policy(machine, 1, keep_metadata=True)
    allowed = {name for name, answer in rules.by_name.items() if answer is Answer.ALLOW} | set(
        rules.by_argument
    )
    print("Asked for, and not let through:")
    for line, count in sorted(refused.items()):
        print(f"  {count:6} {line}")
    print("Used:", *sorted(used))
    print("Allowed, and not used here:", *sorted(allowed - set(used) - set(FREQUENT)))
    return int(any(line.startswith(Answer.REFUSE.value) for line in refused))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
