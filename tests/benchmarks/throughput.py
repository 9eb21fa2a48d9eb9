"""What a submission costs to judge, side by side with graders that run tests in the student's process.

    python -m tests.benchmarks.throughput [--correct 100] [--class 100] [--only pytest ours] > throughput.md

The peers are installed into an environment of their own (`--peers FOLDER` uses one that is there). Each judges the same
files: correct solutions of kata 01, and a class (60 right, 25 wrong, 10 that crash, 5 that never end) in a hundred. The
peers check the five functions with `np.allclose` and a least-squares fit, which is much less than the kata's suite does;
ours judges with that suite, in the best sandbox. CPU seconds are those of all processes below the command, looked at
twenty times a second, so that what is killed counts too.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat import v4

from checker.catalog import find, load
from checker.grading.store import Store
from tests.benchmarks.overhead import watch

ROOT = Path(__file__).parents[2]
SPECIMENS = ROOT / "tests" / "specimens" / "01_linear_regression"
PEERS = ("pytest", "pytest-timeout", "check50", "otter-grader", "nbgrader", "numpy")
LIMIT_SECONDS = 20
NEVER_ENDS = "\n\ndef predict(x, w, b):\n    while True:\n        pass\n"
CRASHES = "\n\ndef predict(x, w, b):\n    return x @ x @ 'a'\n"

CHECKS = {
    "predict": "np.allclose(solution.predict(x, w, 0.5), x @ w + 0.5)",
    "loss": "np.allclose(solution.loss(x, y, w, 0.5), np.mean((x @ w + 0.5 - y) ** 2))",
    "gradients": "np.allclose(solution.gradients(x, y, w, 0.5)[0], 2 * x.T @ (x @ w + 0.5 - y) / 40)",
    "closed_form": "np.allclose(np.asarray(solution.fit_closed_form(x, y)[0]), w, atol=1e-6)",
    "descent": "np.allclose(np.asarray(solution.fit_gradient_descent(x, y)[0]), w, atol=0.05)",
}
GIVEN = (
    "import numpy as np\n"
    "rng = np.random.default_rng(3)\n"
    "x, w = rng.normal(size=(40, 3)), np.array([1.0, -2.0, 0.5])\n"
    "y = x @ w + 0.25\n"
)


@dataclass(frozen=True)
class Cost:
    """What judging so many submissions cost, in seconds, and how many were called right."""

    what: str
    count: int
    cpu: float
    wall: float
    right: int


def sources(count: int, mixed: bool) -> list[str]:
    """Submissions: all correct, or the class."""
    rng = random.Random(1)
    accepted = [file.read_text(encoding="utf-8") for file in sorted((SPECIMENS / "accepted").glob("*.py"))]
    if not mixed:
        reference = find(load(), "01").reference.read_text(encoding="utf-8")
        return [f"{reference}\n# {number}\n" for number in range(count)]
    reference = find(load(), "01").reference.read_text(encoding="utf-8")
    wrong = [file.read_text(encoding="utf-8") for file in sorted((SPECIMENS / "wrong").glob("*.py"))]
    made = []
    for number in range(count):
        share = number % 100
        text = (
            rng.choice(accepted)
            if share < 60
            else rng.choice(wrong)
            if share < 85
            else reference + (CRASHES if share < 95 else NEVER_ENDS)
        )
        made.append(f"{text}\n# {number}\n")
    return made


def measured(commands: Sequence[tuple[list[str], Path]]) -> tuple[float, float, list[str]]:
    """CPU and wall seconds of commands one after the other, and what each printed."""
    cpu, began, said = 0.0, time.monotonic(), []
    for command, folder in commands:
        seen = watch(command, folder)
        cpu += seen.cpu_seconds
        said.append(seen.output)
    return cpu, time.monotonic() - began, said


def by_pytest(files: Sequence[str], folder: Path, binary: Path) -> tuple[float, float, int]:
    """`python -m pytest` in the student's folder, with a time limit."""
    test = f"{GIVEN}import solution\n" + "".join(
        f"\n\ndef test_{name}():\n    assert {check}\n" for name, check in CHECKS.items()
    )
    for number, text in enumerate(files):
        (folder / f"{number}").mkdir()
        (folder / f"{number}" / "solution.py").write_text(text, encoding="utf-8")
        (folder / f"{number}" / "test_kata.py").write_text(test, encoding="utf-8")
    command = [str(binary / "python"), "-m", "pytest", "-q", "--timeout", str(LIMIT_SECONDS), "test_kata.py"]
    cpu, wall, said = measured([(command, folder / f"{number}") for number in range(len(files))])
    return cpu, wall, sum(f"{len(CHECKS)} passed" in text for text in said)


def by_check50(files: Sequence[str], folder: Path, binary: Path) -> tuple[float, float, int]:
    """`check50 --dev` with a package of checks."""
    checks = folder / "checks"
    checks.mkdir()
    (checks / ".cs50.yaml").write_text("check50:\n  checks: checks.py\n", encoding="utf-8")
    body = "import os, sys\nimport check50\n"
    for name, check in CHECKS.items():
        given = GIVEN.replace("\n", "\n    ").rstrip()
        body += (
            f'\n\n@check50.check(timeout={LIMIT_SECONDS})\ndef {name}():\n    """{name}"""\n    {given}\n'
            f"    sys.path.insert(0, os.getcwd())\n    import solution\n    if not ({check}):\n"
            '        raise check50.Failure("wrong")\n'
        )
    (checks / "checks.py").write_text(body, encoding="utf-8")
    for number, text in enumerate(files):
        (folder / f"{number}").mkdir()
        (folder / f"{number}" / "solution.py").write_text(text, encoding="utf-8")
    command = [str(binary / "check50"), "--dev", str(checks), "-o", "json"]
    cpu, wall, said = measured([(command, folder / f"{number}") for number in range(len(files))])

    def passed(text: str) -> bool:
        try:
            return all(result["passed"] for result in json.loads(text[text.index("{") :])["results"])
        except (ValueError, KeyError, TypeError):
            return False

    return cpu, wall, sum(map(passed, said))


def by_otter(files: Sequence[str], folder: Path, binary: Path) -> tuple[float, float, int]:
    """`otter run`, without its container; it has no time limit there, so the command gets one."""
    tests = folder / "tests"
    tests.mkdir()
    for name, check in CHECKS.items():
        code = "".join(f">>> {line}\n" for line in (*GIVEN.splitlines(), f"bool({check})")) + "True"
        case = {"code": code.replace("solution.", "")}
        test = {
            "name": name,
            "points": 1,
            "suites": [{"cases": [case], "scored": True, "setup": "", "teardown": "", "type": "doctest"}],
        }
        (tests / f"{name}.py").write_text(f"OK_FORMAT = True\ntest = {test!r}\n", encoding="utf-8")
    subprocess.run(
        [binary / "otter", "generate", "-t", tests, "-o", folder / "a.zip", "--no-environment", "--no-requirements"],
        check=True, capture_output=True,
    )  # fmt: skip
    for number, text in enumerate(files):
        (folder / f"{number}").mkdir()
        (folder / f"{number}" / "solution.py").write_text(text, encoding="utf-8")
    limit = ["timeout", str(3 * LIMIT_SECONDS), str(binary / "otter")]
    command = [*limit, "run", "-a", str(folder / "a.zip"), "solution.py", "-o", "."]
    cpu, wall, _ = measured([(command, folder / f"{number}") for number in range(len(files))])

    def passed(number: int) -> bool:
        try:
            found = json.loads((folder / f"{number}" / "results.json").read_text(encoding="utf-8"))["tests"]
            return sum(test["score"] for test in found if test.get("max_score")) >= len(CHECKS)
        except (OSError, ValueError, KeyError, TypeError):
            return False

    return cpu, wall, sum(passed(number) for number in range(len(files)))


def by_nbgrader(files: Sequence[str], folder: Path, binary: Path) -> tuple[float, float, int]:
    """`nbgrader autograde` over the class."""

    def notebook(text: str) -> str:
        solution = v4.new_code_cell(text)
        solution.metadata["nbgrader"] = _mark("solution", grade=False, solution=True)
        made = v4.new_notebook(cells=[solution])
        for name, check in CHECKS.items():
            body = f"import types\nsolution = types.SimpleNamespace(**globals())\n{GIVEN}assert {check}"
            cell = v4.new_code_cell(body)
            cell.metadata["nbgrader"] = _mark(name, grade=True, solution=False)
            made.cells.append(cell)
        made.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
        return str(nbformat.writes(made))

    (folder / "source" / "one").mkdir(parents=True)
    (folder / "source" / "one" / "kata.ipynb").write_text(notebook("pass"), encoding="utf-8")
    config = f"c = get_config()\nc.CourseDirectory.course_id = 'c'\nc.ExecutePreprocessor.timeout = {LIMIT_SECONDS}\n"
    (folder / "nbgrader_config.py").write_text(config, encoding="utf-8")
    # It starts programs that were installed with it.
    nbgrader = ["env", f"PATH={binary}{os.pathsep}{os.environ['PATH']}", str(binary / "nbgrader")]
    subprocess.run(
        [*nbgrader, "generate_assignment", "one", "--force"], cwd=folder, check=True, capture_output=True
    )
    for number, text in enumerate(files):
        place = folder / "submitted" / f"s{number}" / "one"
        place.mkdir(parents=True)
        (place / "kata.ipynb").write_text(notebook(text), encoding="utf-8")
    cpu, wall, _ = measured([([*nbgrader, "autograde", "one"], folder)])
    subprocess.run([*nbgrader, "export"], cwd=folder, check=False, capture_output=True)
    grades = (folder / "grades.csv").read_text(encoding="utf-8").splitlines()
    place = grades[0].split(",").index("raw_score")
    return cpu, wall, sum(float(line.split(",")[place]) >= len(CHECKS) for line in grades[1:])


def _mark(name: str, *, grade: bool, solution: bool) -> dict[str, object]:
    """nbgrader's marks of a cell."""
    mark = {
        "grade": grade,
        "grade_id": name,
        "locked": grade,
        "schema_version": 3,
        "solution": solution,
        "task": False,
    }
    return {**mark, "points": 1} if grade else mark


def by_ours(files: Sequence[str], folder: Path, jobs: int) -> tuple[float, float, int]:
    """`katas grade`."""
    for number, text in enumerate(files):
        (folder / "class" / f"s{number}").mkdir(parents=True)
        (folder / "class" / f"s{number}" / "01.py").write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "checker", "grade", "class", "01", "--out", "out", "--jobs", str(jobs)]
    cpu, wall, said = measured([([*command, "--sandbox", "any"], folder)])
    store = Store(folder / "out")
    records = [store.record(attempt.key) for attempt in store.attempts()]
    if not records:
        raise RuntimeError(said[0])
    return cpu, wall, sum(record is not None and record.outcome.value == "passed" for record in records)


def graders(binary: Path) -> dict[str, Callable[[Sequence[str], Path], tuple[float, float, int]]]:
    """All that are compared, by name."""
    return {
        "pytest, no isolation": lambda files, folder: by_pytest(files, folder, binary),
        "check50": lambda files, folder: by_check50(files, folder, binary),
        "nbgrader": lambda files, folder: by_nbgrader(files, folder, binary),
        "otter run": lambda files, folder: by_otter(files, folder, binary),
        "ours": lambda files, folder: by_ours(files, folder, 1),
        "ours, two at a time": lambda files, folder: by_ours(files, folder, 2),
    }


def peers_in(folder: Path | None, temporary: Path) -> Path:
    """Where the peers' commands are; installed where no folder has them."""
    if folder is not None:
        return folder / "bin"
    made = temporary / "peers"
    subprocess.run([sys.executable, "-m", "venv", str(made)], check=True)
    subprocess.run([str(made / "bin" / "python"), "-m", "pip", "install", "--quiet", *PEERS], check=True)
    return made / "bin"


def table(costs: Sequence[Cost], title: str) -> Iterator[str]:
    """One comparison as Markdown."""
    ours = next((cost for cost in costs if cost.what == "ours"), None)
    yield f"\n## {title}\n"
    yield "| grader | submissions | full marks | CPU s each | against ours | wall s each |"
    yield "| --- " * 6 + "|"
    for cost in costs:
        ratio = f"{cost.cpu / cost.count / (ours.cpu / ours.count):.2f}" if ours else ""
        yield (
            f"| {cost.what} | {cost.count} | {cost.right} | {cost.cpu / cost.count:.2f} | {ratio} | "
            f"{cost.wall / cost.count:.2f} |"
        )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--correct", type=int, default=100)
    parser.add_argument("--class", dest="mixed", type=int, default=100)
    parser.add_argument("--only", nargs="*", help="the beginnings of graders' names")
    parser.add_argument("--peers", type=Path, help="an environment that has the peers")
    options = parser.parse_args()
    print(
        f"# Cost of a judgement\n\nMade by `tests/benchmarks/throughput.py`, {time.strftime('%Y-%m-%d')}, {os.cpu_count()} cores."
    )
    with tempfile.TemporaryDirectory(prefix="katas-throughput-") as name:
        temporary = Path(name)
        chosen = {
            grader: judge
            for grader, judge in graders(peers_in(options.peers, temporary)).items()
            if not options.only or grader.startswith(tuple(options.only))
        }
        for title, count, mixed in (
            ("Correct submissions", options.correct, False),
            ("A class", options.mixed, True),
        ):
            if not count:
                continue
            files, costs = sources(count, mixed), []
            for grader, judge in chosen.items():
                folder = temporary / "work"
                folder.mkdir()
                try:
                    cpu, wall, right = judge(files, folder)
                    costs.append(Cost(grader, count, cpu, wall, right))
                except (OSError, subprocess.SubprocessError, RuntimeError, ValueError) as error:
                    print(f"\n{grader} could not be measured: {error}")
                print(grader, costs[-1:], file=sys.stderr, flush=True)
                shutil.rmtree(folder)
            print("\n".join(table(costs, title)), flush=True)


if __name__ == "__main__":
    main()
