"""The decision from runs: plain cases at once, near ones repeated and pooled, open ones left open."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from checker.judging.decide import CLEARLY_OVER, MAX_RUNS, Decision, Repeat, decide
from checker.verdict import CheckResult, Measurement, Outcome, Run, TimeUse


def time_of(value: float, limit: float = 10.0, spread: float = 0.5, disturbed: bool = False) -> Measurement:
    return Measurement(
        "time of train",
        value,
        limit,
        "lower",
        "CPU s",
        spread,
        kind="time",
        step="train",
        disturbed=disturbed,
    )


def run(value: float, *, limit: float = 10.0, spread: float = 0.5, disturbed: bool = False) -> Run:
    """One run with a single timed check."""
    measured = time_of(value, limit, spread, disturbed)
    outcome = Outcome.PASSED if measured.holds else Outcome.TOO_SLOW
    check = CheckResult("test_time", "in time", outcome, 1.0, measurements=(measured,))
    use = TimeUse("train", value, limit, 2.0, "CPU", value, spread, disturbed)
    return Run("1", "", (check,), (use,))


def outcome(*values: float) -> Outcome | None:
    decision = decide([run(value) for value in values])
    return decision.outcome if isinstance(decision, Decision) else None


def decided(*runs: Run) -> Decision:
    decision = decide(runs)
    assert isinstance(decision, Decision)
    return decision


def repeated(*runs: Run) -> Repeat:
    decision = decide(runs)
    assert isinstance(decision, Repeat)
    return decision


def test_far_from_the_limit_one_run_decides() -> None:
    assert outcome(5.0) is Outcome.PASSED
    assert outcome(17.0) is Outcome.TOO_SLOW


def test_one_slow_moment_fails_nobody() -> None:
    assert outcome(13.0) is None
    assert outcome(13.0, 9.0) is None
    assert outcome(13.0, 8.8, 8.9) is Outcome.INCONCLUSIVE


def test_what_is_slow_twice_is_too_slow() -> None:
    assert outcome(13.0, 12.8) is Outcome.TOO_SLOW


def test_near_the_limit_it_is_repeated() -> None:
    assert outcome(9.5) is None
    assert outcome(10.5) is None
    assert outcome(9.5, 10.4) is None


def test_the_mean_decides_and_not_the_best() -> None:
    assert outcome(9.2, 9.1, 9.3) is Outcome.PASSED
    assert outcome(10.8, 9.9, 10.9) is Outcome.INCONCLUSIVE
    assert outcome(10.9, 10.8, 10.9) is Outcome.TOO_SLOW


def test_what_stays_near_is_inconclusive_and_says_so() -> None:
    decision = decide([run(10.1), run(9.9), run(10.0)])
    assert isinstance(decision, Decision)
    assert decision.outcome is Outcome.INCONCLUSIVE
    assert "3 runs" in decision.remark
    assert decision.outcome.exit_code == 3


def test_a_disturbed_machine_never_fails_a_near_submission() -> None:
    runs = [run(14.0, disturbed=True)] * MAX_RUNS
    assert isinstance(decide(runs[:1]), Repeat)
    decision = decided(*runs)
    assert decision.outcome is Outcome.INCONCLUSIVE


def test_disturbance_does_not_cover_twice_the_budget() -> None:
    decision = decided(*[run(20.0, disturbed=True)])
    assert decision.outcome is Outcome.TOO_SLOW


def test_a_plain_miss_is_not_repeated() -> None:
    near = run(9.9).checks[0]
    wrong = CheckResult("test_shape", "shape", Outcome.INVALID, 0.1, "wrong shape")
    decision = decided(*[Run("1", "", (near, wrong))])
    assert decision.outcome is Outcome.INVALID


def test_a_run_without_checks_is_never_a_pass() -> None:
    decision = decided(*[Run("1", "", ())])
    assert decision.outcome is Outcome.JUDGE_ERROR


@pytest.mark.parametrize(("ratio", "never"), [(0.5, Outcome.TOO_SLOW), (2.0, Outcome.PASSED)])
def test_half_and_twice_the_budget_are_never_wrong(ratio: float, never: Outcome) -> None:
    assert never not in _outcomes(ratio, 500)


@pytest.mark.parametrize(("ratio", "wrong"), [(0.8, Outcome.TOO_SLOW), (1.25, Outcome.PASSED)])
def test_near_budgets_are_wrong_in_less_than_one_of_a_hundred(ratio: float, wrong: Outcome) -> None:
    outcomes = _outcomes(ratio, 1000)
    assert outcomes.count(wrong) < 10


def _outcomes(ratio: float, count: int) -> list[Outcome]:
    """Decisions for submissions whose time has 5 % spread around `ratio` times the budget."""
    rng = np.random.default_rng(0)
    found = []
    for _ in range(count):
        runs: list[Run] = []
        decision: Decision | Repeat = Repeat((), "")
        while isinstance(decision, Repeat):
            runs.append(run(float(10 * ratio * rng.normal(1, 0.05))))
            decision = decide(runs)
        found.append(decision.outcome)
    return found


def test_measurements_of_one_name_are_not_mixed() -> None:
    small = Measurement("largest error", 1e-12, 1e-9, "lower")
    large = Measurement("largest error", 1e-7, 1e-6, "lower")
    check = CheckResult("test_values", "values", Outcome.PASSED, 0.1, measurements=(large, small))
    decision = decided(*[Run("1", "", (check,))])
    assert decision.outcome is Outcome.PASSED
    assert decision.checks[0].measurements == (large, small)


def passed(name: str, star: str = "") -> CheckResult:
    return CheckResult(name, name, Outcome.PASSED, 0.1, star=star)


def missed(name: str, outcome: Outcome = Outcome.FAILED, star: str = "") -> CheckResult:
    return CheckResult(name, name, outcome, 0.1, "missed", star=star)


def near(name: str, value: float = 0.96, star: str = "") -> CheckResult:
    """A quality a little below its limit of .97."""
    measured = Measurement("accuracy", value, 0.97, "higher", "", 0.02)
    outcome = Outcome.PASSED if measured.holds else Outcome.FAILED
    return CheckResult(name, name, outcome, 0.1, "missed", measurements=(measured,), star=star)


def one(*checks: CheckResult) -> Run:
    return Run("1", "", checks, seconds=12.0)


def test_the_first_missed_check_in_the_paths_order_gives_the_word() -> None:
    late = missed("late", Outcome.FORBIDDEN)
    assert decided(one(passed("a"), missed("b"), late)).outcome is Outcome.FAILED
    assert decided(one(passed("a"), late, missed("b"))).outcome is Outcome.FORBIDDEN


def test_what_is_open_does_not_hide_what_is_missed() -> None:
    assert decided(one(near("a"), missed("b", Outcome.CRASHED))).outcome is Outcome.CRASHED


def test_stars_never_change_the_outcome() -> None:
    decision = decided(
        one(passed("a"), missed("b", star="robust"), passed("c", "quality"), missed("d", star="speed"))
    )
    assert decision.outcome is Outcome.PASSED
    assert decision.stars == {"robust": "missed", "quality": "won", "speed": "missed"}


def test_a_star_is_won_by_all_of_its_checks() -> None:
    assert decided(one(passed("a"), passed("b", "robust"), passed("c", "robust"))).stars == {"robust": "won"}
    assert decided(one(passed("a"), passed("b", "robust"), missed("c", star="robust"))).stars == {
        "robust": "missed"
    }


def test_a_star_near_its_limit_is_not_repeated() -> None:
    decision = decided(one(passed("a"), near("b", star="quality")))
    assert decision.stars == {"quality": "missed"}
    assert decided(one(passed("a"), near("b", 0.975, star="quality"))).stars == {"quality": "won"}


def test_a_star_that_a_busy_machine_may_have_cost_is_open() -> None:
    def speed(value: float, disturbed: bool) -> CheckResult:
        return replace(
            missed("b", Outcome.TOO_SLOW, "speed"), measurements=(time_of(value, disturbed=disturbed),)
        )

    assert decided(one(passed("a"), speed(12, True))).stars == {"speed": "open"}
    assert decided(one(passed("a"), speed(12, False))).stars == {"speed": "missed"}
    assert decided(one(passed("a"), speed(17, True))).stars == {"speed": "missed"}


def test_a_core_without_stars_that_was_not_passed_tried_none() -> None:
    waits = CheckResult("b", "b", Outcome.NOT_RUN, 0.0, star="robust")
    assert decided(one(missed("a"), waits)).stars == {"robust": "not tried"}


def test_a_repeat_names_what_decides_and_why() -> None:
    waits = CheckResult("c", "c", Outcome.NOT_RUN, 0.0, star="robust")
    repeat = repeated(one(passed("a"), near("b"), waits))
    assert repeat.checks == ("b", "c")
    assert "accuracy is 0.96" in repeat.reason


def test_checks_that_were_not_repeated_keep_their_result() -> None:
    first = one(passed("a"), near("b", 1.05), near("c", 0.985))
    decision = decided(first, one(near("c", 1.005)), one(near("c", 1.005)))
    assert [check.outcome for check in decision.checks] == [Outcome.PASSED] * 3
    assert decision.outcome is Outcome.PASSED


def test_a_crash_in_a_repeat_is_no_pass() -> None:
    assert decided(one(near("a", 0.975)), one(missed("a", Outcome.CRASHED))).outcome is Outcome.CRASHED


def test_who_stood_still_twice_is_neither_passed_nor_failed() -> None:
    stood = one(passed("a"), missed("b", Outcome.INCONCLUSIVE), CheckResult("c", "c", Outcome.NOT_RUN, 0.0))
    assert repeated(stood).checks == ("b", "c")
    assert decided(stood, stood).outcome is Outcome.INCONCLUSIVE
    assert decided(stood, one(passed("b"), passed("c"))).outcome is Outcome.PASSED
    assert decided(stood, one(missed("b"))).outcome is Outcome.FAILED


def test_ended_and_finished_are_decided_by_one_rule() -> None:
    """A disturbed step is open below that multiple of its budget, and too slow from there on, where it is ended too."""
    assert isinstance(decide([run(10 * CLEARLY_OVER - 0.01, disturbed=True)]), Repeat)
    assert decided(run(10 * CLEARLY_OVER, disturbed=True)).outcome is Outcome.TOO_SLOW
