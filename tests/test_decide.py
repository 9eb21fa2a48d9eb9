"""The decision from runs: plain cases at once, near ones repeated and pooled, open ones left open."""

from __future__ import annotations

import numpy as np
import pytest

from checker.judging.decide import MAX_RUNS, Decision, decide
from checker.verdict import CheckResult, Measurement, Outcome, Run, TimeUse


def run(value: float, *, limit: float = 10.0, spread: float = 0.5, disturbed: bool = False) -> Run:
    """One run with a single timed check."""
    measured = Measurement("time of train", value, limit, "lower", "CPU s", spread)
    outcome = Outcome.PASSED if measured.holds else Outcome.TOO_SLOW
    check = CheckResult("test_time", "in time", outcome, 1.0, measurements=(measured,))
    use = TimeUse("train", value, limit, 2.0, "CPU", value, spread, disturbed)
    return Run(1, "", (check,), (use,))


def outcome(*values: float) -> Outcome | None:
    decision = decide([run(value) for value in values])
    return decision.outcome if decision else None


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
    assert decide(runs[:1]) is None
    decision = decide(runs)
    assert decision is not None
    assert decision.outcome is Outcome.INCONCLUSIVE


def test_disturbance_does_not_cover_twice_the_budget() -> None:
    decision = decide([run(20.0, disturbed=True)])
    assert decision is not None
    assert decision.outcome is Outcome.TOO_SLOW


def test_a_plain_miss_is_not_repeated() -> None:
    near = run(9.9).checks[0]
    wrong = CheckResult("test_shape", "shape", Outcome.INVALID, 0.1, "wrong shape")
    decision = decide([Run(1, "", (near, wrong))])
    assert decision is not None
    assert decision.outcome is Outcome.INVALID


def test_a_run_without_checks_is_never_a_pass() -> None:
    decision = decide([Run(1, "", ())])
    assert decision is not None
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
        decision = None
        while decision is None:
            runs.append(run(float(10 * ratio * rng.normal(1, 0.05))))
            decision = decide(runs)
        found.append(decision.outcome)
    return found


def test_measurements_of_one_name_are_not_mixed() -> None:
    small = Measurement("largest error", 1e-12, 1e-9, "lower")
    large = Measurement("largest error", 1e-7, 1e-6, "lower")
    check = CheckResult("test_values", "values", Outcome.PASSED, 0.1, measurements=(large, small))
    decision = decide([Run(1, "", (check,))])
    assert decision is not None
    assert decision.outcome is Outcome.PASSED
    assert decision.checks[0].measurements == (large, small)
