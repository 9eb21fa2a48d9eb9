"""Rejudging and the final: beside, compared, then all at once or not at all; nothing of before is lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from checker.contest import clock as contest_clock
from checker.contest import queue, tables
from checker.contest.errors import ContestError
from checker.contest.services import Contest
from checker.contest.verifying import verify
from checker.contest.views import ORGANISER, PUBLIC, Phase, Team, Viewer
from checker.grading.engine import Work
from checker.verdict import Outcome, Record
from tests import small_path
from tests.contest.conftest import END, Clock, Fake, hand_in, record_of
from tests.contest.test_contest_queue import counted, judge_all, take

J = tables.judgement.c


def always(outcome: Outcome, **changes: Any) -> Callable[[Work], Record]:
    """A judge with one answer."""

    def judge(work: Work) -> Record:
        return small_path.record(
            work.kata.name, outcome, submission_sha256=work.submission.sha256, sandbox="strict", **changes
        )

    return judge


@pytest.fixture
def judged(contest: Contest, teams: list[Team], clock: Clock) -> list[int]:
    """Three submissions with a verdict: passed, failed, passed with a star."""
    numbers = []
    for team, text in zip(teams, ("2 * x", "x", "2 * x # speed"), strict=True):
        clock.goes(1)
        numbers.append(hand_in(contest, team, text=text).id)
    judge_all(contest, Fake())
    return numbers


def test_nothing_counts_before_it_is_applied(contest: Contest, judged: list[int]) -> None:
    """Judged beside; the table says what would change; applied at once; the old rows stay"""
    before, board = counted(contest), contest.board(PUBLIC)
    number = contest.rejudge({"katas": ["01"]})
    assert contest.rejudging(number).state == "judging"
    with pytest.raises(ContestError, match="not judged to the end"):
        contest.apply(number)
    judge_all(contest, Fake(judge=always(Outcome.FAILED)))
    view = contest.rejudging(number)
    assert (view.state, view.done, view.total) == ("ready", 3, 3)
    assert [one.submission_id for one in view.differences if one.changes_verdict] == [judged[0], judged[2]]
    assert counted(contest) == before and contest.board(PUBLIC) == board
    assert contest.apply(number) == 2
    assert counted(contest) == [(one, "failed") for one in judged]
    assert all(row.points == 0 for row in contest.board(PUBLIC).rows)
    with contest.database.read() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(tables.judgement)).scalar() == 6
    again = contest.rejudging(number)
    assert again.state == "applied"
    assert [(one.before, one.after) for one in again.differences] == [
        ("passed", "failed"), ("failed", "failed"), ("passed", "failed")
    ]  # fmt: skip
    for action in (contest.apply, contest.drop):
        with pytest.raises(ContestError, match=f"{number} was applied"):
            action(number)
    assert verify(contest, contest_clock.now()).differences == ()


def test_one_that_is_dropped_changes_nothing(contest: Contest, judged: list[int], clock: Clock) -> None:
    """Also while it is judged; what comes back later is logged and no more"""
    before = counted(contest)
    number = contest.rejudge({})
    lease = take(contest, clock)
    assert lease is not None
    contest.drop(number)
    from tests.contest.test_contest_queue import finish

    assert not finish(contest, clock, lease, Outcome.FAILED)
    assert take(contest, clock) is None and counted(contest) == before
    assert contest.rejudging(number).state == "dropped"
    with pytest.raises(ContestError, match="was dropped"):
        contest.apply(number)
    judge_all(contest, Fake())
    assert verify(contest, contest_clock.now()).differences == ()


def test_what_is_new_comes_before_what_is_rejudged(
    contest: Contest, teams: list[Team], judged: list[int], clock: Clock
) -> None:
    """A rejudging of all holds nobody up"""
    contest.rejudge({})
    clock.goes(1)
    new = hand_in(contest, teams[0]).id
    lease = take(contest, clock)
    assert lease is not None and lease.submission_id == new


@pytest.mark.parametrize(
    ("chosen", "which"),
    [
        ({"outcomes": ["failed"]}, [1]),
        ({"katas": ["01"], "outcomes": ["passed"]}, [0, 2]),
        ({}, [0, 1, 2]),
        ({"katas": ["02"]}, []),
        ({"colour": ["red"]}, []),
    ],
)
def test_filters(contest: Contest, judged: list[int], chosen: dict[str, Any], which: list[int]) -> None:
    """All that is named must fit; nothing fitting is said"""
    if not which:
        with pytest.raises(ContestError, match=r"nothing to rejudge|not by colour"):
            contest.rejudge(chosen)
        return
    view = contest.rejudging(contest.rejudge(chosen))
    assert [one.submission_id for one in view.differences] == [judged[index] for index in which]


def test_by_team_and_submission(contest: Contest, teams: list[Team], judged: list[int]) -> None:
    """Of a team; one alone"""
    for chosen in ({"teams": [teams[1].id]}, {"submissions": [judged[1]]}):
        view = contest.rejudging(contest.rejudge(chosen))
        assert [one.submission_id for one in view.differences] == [judged[1]]


@pytest.mark.parametrize("outcome", [Outcome.JUDGE_ERROR, Outcome.INCONCLUSIVE])
def test_what_decides_nothing_replaces_nothing(contest: Contest, judged: list[int], outcome: Outcome) -> None:
    """A judge that fails now takes no pass away"""
    before = counted(contest)
    number = contest.rejudge({})
    # Each loses three times; after three in a row the machine rests, so another judge goes on.
    for _ in range(2 * queue.MOST_LOSSES * len(judged)):
        judge_all(contest, Fake(slots=1, judge=always(outcome)))
    assert contest.rejudging(number).state == "ready"
    assert contest.apply(number) == 0 and counted(contest) == before


def test_a_judge_error_that_is_rejudged(contest: Contest, teams: list[Team], clock: Clock) -> None:
    """It gets its verdict, in a rejudging of those alone"""
    number = hand_in(contest, teams[0]).id
    judge_all(contest, Fake(judge=lambda work: None))
    assert counted(contest) == [(number, "judge_error")]
    rejudging = contest.rejudge({"outcomes": ["judge_error"]})
    judge_all(contest, Fake())
    assert contest.apply(rejudging) == 1
    assert counted(contest) == [(number, "passed")] and not contest.state().judge_errors


def test_two_rejudgings_of_one(contest: Contest, judged: list[int]) -> None:
    """None skips what another one judges; the one that is applied last counts"""
    first, second = contest.rejudge({}), contest.rejudge({})
    judge_all(contest, Fake(slots=1, judge=always(Outcome.FAILED)))
    contest.apply(second)
    contest.apply(first)
    assert counted(contest) == [(one, "failed") for one in judged]
    assert contest.rejudging(first).differences[0].before == "failed"
    assert contest.rejudging(second).differences[0].before == "passed"
    assert verify(contest, contest_clock.now()).differences == ()


def test_the_final(contest: Contest, teams: list[Team], judged: list[int], clock: Clock) -> None:
    """The best of each team once more; a changed verdict is explained; the next best is judged when it is begun again"""
    second = hand_in(contest, teams[2], text="2 * x # its second").id
    judge_all(contest, Fake())
    with pytest.raises(ContestError, match="runs until"):
        contest.start_final()
    clock.moment = END + timedelta(minutes=1)
    practice = hand_in(contest, teams[1])
    number = contest.start_final()
    assert contest.phase() is Phase.FINAL and contest.board(ORGANISER).is_provisional
    view = contest.rejudging(number)
    assert [one.submission_id for one in view.differences] == [judged[0], judged[2]]
    with pytest.raises(ContestError, match=f"rejudging {number}: apply it or drop it"):
        contest.start_final()

    def harder(work: Work) -> Record:
        if b"speed" not in work.submission.entry.source:
            return record_of(work)
        return small_path.record(work.kata.name, Outcome.FAILED, submission_sha256=work.submission.sha256)

    judge_all(contest, Fake(judge=harder))
    assert contest.apply(number) == 1
    seen = contest.submission(judged[2], Viewer("team", teams[2].id))
    assert seen is not None and "from passed with speed to failed" in seen.final_note
    assert "First" not in seen.final_note and "check that was missed" in seen.final_note
    other = contest.submission(judged[0], ORGANISER)
    assert other is not None and other.final_note == ""
    assert not contest.board(ORGANISER).is_provisional
    again = contest.start_final()
    assert [one.submission_id for one in contest.rejudging(again).differences] == [second]
    judge_all(contest, Fake())
    contest.apply(again)
    with pytest.raises(ContestError, match="nothing is left"):
        contest.start_final()
    with pytest.raises(ContestError, match="cannot be extended"):
        contest.extend(END + timedelta(hours=1))
    assert practice.id not in {one.submission_id for one in contest.rejudging(again).differences}
    assert verify(contest, contest_clock.now()).differences == ()


def test_the_final_waits_for_all_verdicts(
    contest: Contest, teams: list[Team], judged: list[int], clock: Clock
) -> None:
    """With one that waits there is no final; one that is dropped has not been"""
    hand_in(contest, teams[0])
    clock.moment = END
    with pytest.raises(ContestError, match="1 submissions of the contest are not judged"):
        contest.start_final()
    judge_all(contest, Fake())
    number = contest.start_final()
    contest.drop(number)
    assert contest.phase() is Phase.ENDED
    assert contest.start_final() == number + 1
