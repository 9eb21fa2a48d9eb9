"""One record as a service wants it: Gradescope, Classroom 50, GitHub Actions.

Formats are as their importers read them; what they drop in silence is cut here, with a word.
"""

from __future__ import annotations

import ast
import os
from collections.abc import Mapping, Sequence
from typing import Any

from checker.grading.points import FULL, Points
from checker.report.escape import terminal, workflow
from checker.report.figures import figure
from checker.verdict import STARS, WON, CheckResult, Outcome, Record

# GitHub shows so many annotations of a step and drops the rest, and drops a summary whole that is larger than a megabyte.
MOST_ANNOTATIONS, MOST_OF_SUMMARY = 10, 900_000
_UNDECIDED = (Outcome.INCONCLUSIVE, Outcome.JUDGE_ERROR)
_UNDECIDED_SENTENCE = (
    "This run could not be decided, through no fault of the submission. "
    "The results before it stand; hand in once more."
)


def for_gradescope(record: Record, points: Points, metadata: Mapping[str, Any]) -> dict[str, Any]:
    """`results.json`: a test a check, a leaderboard with stars, quality and time.

    Where nothing was decided, the results of the previous submission stand, with a sentence.

    Args:
        record: what came of the submission.
        points: how it becomes points.
        metadata: `submission_metadata.json` of Gradescope.
    """
    score = points.of(record)
    if record.outcome in _UNDECIDED or score is None:
        return _previous(metadata) | {"output": _UNDECIDED_SENTENCE, "output_format": "text"}
    numbers = {"core": 0, **dict.fromkeys(STARS, 0)}
    tests = []
    for check in record.checks:
        group = check.star or "core"
        numbers[group] += 1
        tests.append(_test(check, f"{group}.{numbers[group]}", group))
    return {
        "score": score,
        "execution_time": round(record.seconds),
        "output": f"{record.outcome.value.replace('_', ' ')}: {sum(s == WON for s in record.stars.values())} stars",
        "output_format": "text",
        "test_output_format": "md",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "tests": tests,
        "leaderboard": _leaderboard(record),
    }


def provisional(
    reason: str = "It was ended from outside: too little memory, or too little time.",
) -> dict[str, Any]:
    """`results.json` as it is written at the start: what stands there if nothing else can be written any more."""
    return {"score": 0, "output": reason, "output_format": "text", "visibility": "visible", "tests": []}


def _previous(metadata: Mapping[str, Any]) -> dict[str, Any]:
    earlier = metadata.get("previous_submissions")
    for one in reversed(earlier if isinstance(earlier, list) else []):
        results = one.get("results") if isinstance(one, dict) else None
        if isinstance(results, dict) and results.get("tests"):
            return dict(results)
    return provisional(_UNDECIDED_SENTENCE)


def _test(check: CheckResult, number: str, group: str) -> dict[str, Any]:
    test: dict[str, Any] = {
        "name": check.title or check.id,
        "name_format": "text",
        "number": number,
        "output": "\n\n".join(_plain(text) for text in (check.message, *check.advice) if text),
        "output_format": "md",
        "tags": [group],
        "visibility": "visible",
    }
    # A star that is not won is no failure, and what waits for another check was not tried: those have no status.
    if check.outcome is Outcome.PASSED:
        test["status"] = "passed"
    elif not check.star and check.outcome is not Outcome.NOT_RUN:
        test["status"] = "failed"
    return test


def _plain(text: str) -> str:
    """Text from a submission as Markdown that shows it letter by letter."""
    return "\n".join(f"    {line}" for line in terminal(text).splitlines())


def _leaderboard(record: Record) -> list[dict[str, Any]]:
    board: list[dict[str, Any]] = [
        {"name": "Stars", "value": sum(state == WON for state in record.stars.values()), "order": "desc"}
    ]
    if (quality := record.quality) is not None:
        order = "desc" if quality.better == "higher" else "asc"
        board.append(
            {"name": quality.name.capitalize(), "value": float(figure(quality.value)), "order": order}
        )
    if record.times:
        board.append(
            {"name": "CPU seconds", "value": round(sum(t.used for t in record.times), 2), "order": "asc"}
        )
    return board


def for_classroom50(
    record: Record, points: Points, environ: Mapping[str, str] = os.environ
) -> dict[str, Any]:
    """`result.json` of `classroom50/result/v1`. Whose it is comes from the environment; only what is known is written."""
    score = points.of(record)
    known = {
        "classroom": environ.get("CLASSROOM"),
        "assignment": environ.get("ASSIGNMENT"),
        "submission": environ.get("SUBMISSION_TAG"),
        "commit": environ.get("COMMIT_URL"),
        "release": environ.get("RELEASE_URL"),
        "review": environ.get("REVIEW_URL"),
        "usernames": [environ["USERNAME"]] if environ.get("USERNAME") else None,
    }
    tests = [_core_test(check) for check in record.checks if not check.star]
    return {
        "schema": "classroom50/result/v1",
        **{key: value for key, value in known.items() if value},
        "datetime": f"{record.started[:19]}Z",
        "score": round(score or 0.0),
        "max-score": round(FULL),
        "tests": tests,
    }


def _core_test(check: CheckResult) -> dict[str, Any]:
    passed = check.outcome is Outcome.PASSED
    return {"test-name": check.title or check.id, "passed": passed, "score": int(passed), "max-score": 1}


def line_of(source: str, record: Record, check: CheckResult) -> int:
    """The line at which a check's function is defined, found without running anything; 1 where none is named."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError):
        return 1
    text = f"{check.title} {check.message} {check.id}"
    functions = [node for node in tree.body if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))]
    named = [node for node in functions if node.name in text]
    return max(named, key=lambda node: len(node.name)).lineno if named else 1


def github_annotations(record: Record, file: str, source: str) -> list[str]:
    """Workflow commands for GitHub: an error for each missed check of the core, at the function that it is about."""
    missed = [check for check in record.checks if check.is_missed and not check.star]
    lines = []
    for check in missed[:MOST_ANNOTATIONS]:
        text = "\n".join((check.message, *check.advice))
        level = "warning" if check.outcome in _UNDECIDED else "error"
        place = f"file={_property(file)},line={line_of(source, record, check)},title={_property(check.title or check.id)}"
        lines.append(f"::{level} {place}::{_data(terminal(text))}")
    return lines


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(terminal(text)).replace(":", "%3A").replace(",", "%2C")


def summary(records: Sequence[tuple[str, Record]]) -> str:
    """A step's summary in Markdown; what is too much is cut, passed checks first, and said."""
    whole = _summary(records, with_passed=True)
    if len(whole.encode()) <= MOST_OF_SUMMARY:
        return whole
    short = (
        _summary(records, with_passed=False)
        + "\nChecks that passed are left out, since the summary was too long.\n"
    )
    data = short.encode()
    if len(data) <= MOST_OF_SUMMARY:
        return short
    return (
        data[:MOST_OF_SUMMARY].decode("utf-8", "ignore")
        + "\n\nCut off here, since the summary was too long.\n"
    )


def _summary(records: Sequence[tuple[str, Record]], with_passed: bool) -> str:
    parts = []
    for name, record in records:
        parts.append(f"## {_cell(name)}: {record.outcome.value.replace('_', ' ')}\n")
        for check in record.checks:
            if check.outcome is Outcome.PASSED:
                if with_passed:
                    parts.append(f"- passed: {_cell(check.title or check.id)}")
            elif check.outcome is not Outcome.NOT_RUN:
                said = " ".join((check.message, *check.advice))
                parts.append(
                    f"- **{check.star or 'missed'}**: {_cell(check.title or check.id)}. {_cell(said)}"
                )
        parts.append("")
    return "\n".join(parts)


def _cell(text: str) -> str:
    plain = workflow(terminal(text)).replace("\n", " ")
    return "".join(f"\\{c}" if c in "\\`*_[]<>#|" else c for c in plain)
