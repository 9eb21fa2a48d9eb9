"""Core and stars: what a suite marks as a star is tried after the core, told beside the verdict, and locks nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from checker.catalog import Kata
from checker.judging.session import JudgeOptions
from checker.record_format import from_json, to_json
from checker.verdict import CheckResult, Outcome, Record
from tests.conftest import RIGHT

Judged = Callable[..., Record]

STARS = '''

@pytest.mark.star("robust")
def test_empty(submission, expect):
    """double of an empty array is empty"""
    expect.array(submission.double(np.zeros((0, 3))), "double(x)", shape=(0, 3))


@pytest.mark.star("quality")
def test_exact(submission, expect):
    """total is exact"""
    expect.at_most(abs(expect.number(submission.total(np.ones(10), 1), "total") - 10.0), "error", 1e-12)


@pytest.mark.star("speed")
@pytest.mark.training
def test_near_the_reference(submission, expect, data):
    """total takes at most twice the reference's time"""
    with submission.worker("speed") as worker:
        worker.call("total", data.share(np.ones(1000)), 3, budget="total")
    expect.near_reference(worker)
'''


@pytest.fixture
def starred(tiny_kata: Kata) -> Kata:
    file = tiny_kata.suite / "test_1_doubling.py"
    file.write_text(file.read_text() + STARS)
    return tiny_kata


def by_id(record: Record, name: str) -> CheckResult:
    return next(check for check in record.checks if check.id == name)


def total_is(body: str) -> str:
    return RIGHT.replace("return float(np.sum(values))", body)


def test_a_right_solution_wins_them_all(starred: Kata, judged: Judged) -> None:
    record = judged(RIGHT)
    assert record.outcome is Outcome.PASSED
    assert record.stars == {"robust": "won", "quality": "won", "speed": "won"}
    assert [check.star for check in record.checks] == ["", "", "robust", "quality", "speed"]
    assert from_json(to_json(record)) == record


def test_a_missed_star_is_no_failure(starred: Kata, judged: Judged) -> None:
    record = judged(RIGHT.replace("return x + x", "return x + x if len(x) else None"))
    assert record.outcome is Outcome.PASSED
    assert record.outcome.exit_code == 0
    assert record.stars == {"robust": "missed", "quality": "won", "speed": "won"}
    assert "None" in by_id(record, "test_empty").message


def test_stars_wait_for_the_core(starred: Kata, judged: Judged) -> None:
    record = judged(total_is("return 3.0"))
    assert record.outcome is Outcome.FAILED
    assert record.stars == {"robust": "not tried", "quality": "not tried", "speed": "not tried"}


def test_a_slow_one_passes_and_misses_the_star_of_speed(starred: Kata, judged: Judged) -> None:
    toml = starred.folder / "kata.toml"
    toml.write_text(toml.read_text().replace("margin = 1.0", "margin = 100.0"))
    slow = (
        "\n    import time\n    end = time.process_time() + 1.5\n    while time.process_time() < end: pass\n"
    )
    record = judged(total_is(slow + "    return float(np.sum(values))"))
    assert record.outcome is Outcome.PASSED
    assert record.stars["speed"] in ("missed", "open")
    assert "CPU seconds in which this star is won" in by_id(record, "test_near_the_reference").message or (
        record.stars["speed"] == "open"
    )


def test_quick_tries_the_stars_that_need_no_training(starred: Kata, judged: Judged) -> None:
    record = judged(RIGHT, JudgeOptions(seed=1, quick=True))
    assert record.stars == {"robust": "won", "quality": "won"}


def test_a_star_of_another_name_is_the_suites_fault(starred: Kata, judged: Judged) -> None:
    file = starred.suite / "test_1_doubling.py"
    file.write_text(file.read_text().replace('star("robust")', 'star("beauty")'))
    record = judged(RIGHT)
    assert record.outcome is Outcome.JUDGE_ERROR
    assert "no star 'beauty'" in record.checks[-1].message


def test_a_fault_in_a_star_does_not_touch_the_outcome(starred: Kata, judged: Judged) -> None:
    file = starred.suite / "test_1_doubling.py"
    file.write_text(file.read_text().replace("expect.array(submission.double(np.zeros((0, 3)))", "1 / 0, (("))
    file.write_text(file.read_text().replace('1 / 0, ((, "double(x)", shape=(0, 3))', "1 / 0"))
    record = judged(RIGHT)
    assert record.outcome is Outcome.PASSED
    assert record.stars["robust"] == "open"
    assert "ZeroDivisionError" in record.runs[0].suite_errors[0]


def test_what_a_check_refuted_is_no_error_of_the_judge_later(tiny_kata: Kata, judged: Judged) -> None:
    """A later check that assumes what an earlier one refuted waits; alone it would be the judge's fault."""
    file = tiny_kata.suite / "test_1_doubling.py"
    file.write_text(
        file.read_text()
        + "\n\ndef test_values(submission):\n    assert submission.double(np.ones(2))[5] == 2\n"
    )
    record = judged(RIGHT.replace("return x + x", "return x"))
    assert record.outcome is Outcome.FAILED
    assert by_id(record, "test_values").outcome is Outcome.NOT_RUN
    assert "IndexError" in record.runs[0].suite_errors[0]
    assert judged(RIGHT).outcome is Outcome.JUDGE_ERROR


def test_a_suite_without_tests_says_so(tiny_kata: Kata, judged: Judged) -> None:
    (tiny_kata.suite / "test_1_doubling.py").write_text("")
    record = judged(RIGHT)
    assert record.outcome is Outcome.JUDGE_ERROR
    assert "has no tests" in record.checks[-1].message
