"""The queue: accepted means judged once, whoever is killed; nobody starves, nothing waits without a reason."""

from __future__ import annotations

import threading

import pytest
import sqlalchemy as sa

from checker.contest import queue, tables
from checker.contest.errors import ContestError
from checker.contest.judges import Judges, place_name
from checker.contest.queue import Lease
from checker.contest.results import result_of
from checker.contest.services import Contest
from checker.contest.views import ORGANISER, SubmissionView, Team, Viewer
from checker.verdict import Outcome
from tests import small_path
from tests.contest.conftest import Clock, Fake, hand_in

J = tables.judgement.c


@pytest.fixture
def names(contest: Contest) -> dict[str, str]:
    return {kata.number: kata.name for kata in contest.katas}


def take(contest: Contest, clock: Clock, worker: str = "w", paused: tuple[str, ...] = ()) -> Lease | None:
    names = {kata.number: kata.name for kata in contest.katas}
    with contest.database.write() as connection:
        return queue.take(connection, worker, names, paused, clock.now())


def finish(contest: Contest, clock: Clock, lease: Lease, outcome: Outcome = Outcome.PASSED) -> bool:
    result = result_of(small_path.record(outcome=outcome))
    with contest.database.write() as connection:
        return queue.finish(connection, lease, result, "w", clock.now())


def seen(contest: Contest, number: int) -> SubmissionView:
    found = contest.submission(number, ORGANISER)
    assert found is not None
    return found


def judge_all(contest: Contest, engine: Fake) -> None:
    judges = Judges(contest, lambda tell: engine)
    while judges.step(engine):
        pass


def counted(contest: Contest) -> list[tuple[int, str]]:
    with contest.database.read() as connection:
        rows = connection.execute(sa.select(J.submission_id, J.outcome).where(J.counted.is_(sa.true())))
        return sorted((row.submission_id, row.outcome) for row in rows)


def words(contest: Contest) -> list[str]:
    return [row.what for row in reversed(contest.state().log)]


def test_what_is_handed_in_is_judged_once(contest: Contest, teams: list[Team], clock: Clock) -> None:
    """In the order of its coming; the team sees its record, others do not"""
    first, second = hand_in(contest, teams[0]), hand_in(contest, teams[1], text="x")
    engine = Fake()
    judge_all(contest, engine)
    assert counted(contest) == [(first.id, "passed"), (second.id, "failed")]
    assert len(engine.begun) == 2 and engine.beside == 2
    assert all(work.sandbox == "strict" for work in engine.begun)
    assert seen(contest, first.id).state == "done" and seen(contest, first.id).place is None
    mine, theirs = Viewer("team", teams[0].id), Viewer("team", teams[1].id)
    record = contest.record(first.id, mine)
    assert record is not None and record.outcome is Outcome.PASSED
    assert contest.record(first.id, theirs) is None and contest.submission(first.id, theirs) is None
    assert contest.record(first.id, Viewer()) is None


def test_the_team_with_the_fewest_running_comes_first(
    contest: Contest, teams: list[Team], clock: Clock
) -> None:
    """A team that hands in ten at once does not hold up the others; within a team, in the order of coming"""
    many = []
    for _ in range(3):
        clock.goes(1)
        many.append(hand_in(contest, teams[0]).id)
    clock.goes(1)
    one = hand_in(contest, teams[1]).id
    clock.goes(1)
    other = hand_in(contest, teams[2]).id
    assert [seen(contest, number).place for number in (*many, one, other)] == [1, 4, 5, 2, 3]
    taken = [take(contest, clock) for _ in range(5)]
    assert [lease.submission_id for lease in taken if lease] == [many[0], one, other, many[1], many[2]]
    assert take(contest, clock) is None


def test_places_are_those_of_the_order(contest: Contest, teams: list[Team], clock: Clock) -> None:
    """What the database counts is the order in which things are taken, with some running, some paused, some judged again"""
    for number, team in enumerate([0, 0, 1, 0, 2, 1, 0, 2]):
        clock.goes(0 if number % 3 else 1)
        hand_in(contest, teams[team], "01")
    names = {kata.number: kata.name for kata in contest.katas}
    with contest.database.write() as connection:
        for _ in range(2):
            assert queue.take(connection, "here", names, (), clock.now())
    with contest.database.read() as connection:
        expected = [row.submission_id for row in queue.in_order(connection)]
        places = queue.places(connection, expected)
        some = queue.places(connection, expected[2:4])
    assert sorted(places, key=places.__getitem__) == expected and len(expected) == 6
    assert [places[one] for one in expected] == [1, 2, 3, 4, 5, 6]
    assert some == {expected[2]: 3, expected[3]: 4}


def test_a_lease_that_runs_out(contest: Contest, teams: list[Team], clock: Clock) -> None:
    """It is judged by another one; what the first says later is logged and changes nothing"""
    number = hand_in(contest, teams[0]).id
    first = take(contest, clock, "gone")
    assert first is not None and seen(contest, number).phase == "judging"
    clock.goes(59)
    assert take(contest, clock, "other") is None
    clock.goes(2)
    second = take(contest, clock, "other")
    assert second is not None and second.submission_id == number and second.token != first.token
    assert not finish(contest, clock, first, Outcome.FAILED)
    assert counted(contest) == []
    assert finish(contest, clock, second)
    assert not finish(contest, clock, second, Outcome.FAILED)
    assert not finish(contest, clock, first, Outcome.FAILED)
    assert counted(contest) == [(number, "passed")]
    assert words(contest)[-6:] == ["lost", "taken", "late", "judged", "late", "late"]


def test_what_was_lost_goes_behind(contest: Contest, teams: list[Team], clock: Clock) -> None:
    """Behind those that waited, and before those that come later: it neither holds up nor starves"""
    lost = hand_in(contest, teams[0]).id
    lease = take(contest, clock)
    clock.goes(1)
    waited = hand_in(contest, teams[1]).id
    clock.goes(1)
    assert lease is not None
    with contest.database.write() as connection:
        names = {kata.number: kata.name for kata in contest.katas}
        queue.lose(connection, lease, "it was killed", "w", names, clock.now())
    clock.goes(1)
    late = hand_in(contest, teams[2]).id
    assert [seen(contest, number).place for number in (waited, lost, late)] == [1, 2, 3]


def test_a_lease_that_was_given_back(contest: Contest, teams: list[Team], clock: Clock) -> None:
    """The same row, taken by another one: only the newer token counts"""
    number = hand_in(contest, teams[0]).id
    first = take(contest, clock)
    assert first is not None
    with contest.database.write() as connection:
        queue.give_back(connection, first, "w")
    second = take(contest, clock, "other")
    assert second is not None and second.judgement_id == first.judgement_id
    with contest.database.write() as connection:
        queue.give_back(connection, first, "w")
        assert queue.keep(connection, [first], clock.now()) == [first]
    assert not finish(contest, clock, first, Outcome.FAILED)
    assert finish(contest, clock, second) and counted(contest) == [(number, "passed")]


def test_a_heartbeat_prolongs(contest: Contest, teams: list[Team], clock: Clock) -> None:
    """Who says that he is here keeps what he has; who has lost it is told"""
    hand_in(contest, teams[0])
    lease = take(contest, clock)
    assert lease is not None
    for _ in range(10):
        clock.goes(30)
        with contest.database.write() as connection:
            assert queue.keep(connection, [lease], clock.now()) == []
        assert take(contest, clock) is None
    clock.goes(61)
    assert take(contest, clock) is not None
    with contest.database.write() as connection:
        assert queue.keep(connection, [lease], clock.now()) == [lease]


def test_three_losses_are_a_judge_error(contest: Contest, teams: list[Team], clock: Clock) -> None:
    """With all reasons, the attempt given back; the organiser sees it first, and others are not held up"""
    bad = hand_in(contest, teams[0], text="poison").id
    good = hand_in(contest, teams[1]).id
    engine = Fake(
        judge=lambda work: None if b"poison" in work.submission.entry.source else small_path.record()
    )
    left = contest.opened(teams[0])[0].attempts_left_this_hour
    judge_all(contest, engine)
    assert counted(contest) == [(bad, "judge_error"), (good, "passed")]
    assert sum(b"poison" in work.submission.entry.source for work in engine.begun) == queue.MOST_LOSSES
    record = contest.record(bad, ORGANISER)
    assert record is not None and record.checks[0].message.count("it was killed") == 3
    assert seen(contest, bad).attempt_returned and not seen(contest, good).attempt_returned
    assert contest.opened(teams[0])[0].attempts_left_this_hour == left + 1
    state = contest.state()
    assert [one.id for one in state.judge_errors] == [bad] and "could not be judged" in state.problems[0]


def test_a_judge_error_of_the_judge_counts_as_lost(contest: Contest, teams: list[Team]) -> None:
    """The second try may do"""
    number = hand_in(contest, teams[0]).id
    outcomes = [Outcome.JUDGE_ERROR, Outcome.PASSED]
    judge_all(contest, Fake(judge=lambda work: small_path.record(outcome=outcomes.pop(0))))
    assert counted(contest) == [(number, "passed")]


def test_what_is_left_open_is_judged_once_more(contest: Contest, teams: list[Team]) -> None:
    """Twice open stays open"""
    first, second = hand_in(contest, teams[0]).id, hand_in(contest, teams[1]).id
    outcomes = {first: [Outcome.INCONCLUSIVE, Outcome.PASSED], second: [Outcome.INCONCLUSIVE] * 2}
    order = [first, second, first, second]
    judge_all(
        contest,
        Fake(slots=1, judge=lambda work: small_path.record(outcome=outcomes[order.pop(0)].pop(0))),
    )
    assert counted(contest) == [(first, "passed"), (second, "inconclusive")]


def test_paused_katas_wait(contest: Contest, teams: list[Team], clock: Clock) -> None:
    """With the reason; the others go on"""
    judge_all_first(contest, teams)
    clock.goes(1)
    contest.pause(["01"])
    waits, goes = hand_in(contest, teams[0], "01").id, hand_in(contest, teams[0], "02").id
    judge_all(contest, Fake())
    assert seen(contest, goes).state == "done" and seen(contest, waits).state == "received"
    why = seen(contest, waits).why_waiting
    assert why is not None and why.key == "paused"
    contest.pause(["*"])
    more = hand_in(contest, teams[0], "02").id
    judge_all(contest, Fake())
    assert seen(contest, more).state == "received"
    contest.resume(["*"])
    judge_all(contest, Fake())
    assert seen(contest, waits).state == seen(contest, more).state == "done"


def judge_all_first(contest: Contest, teams: list[Team]) -> None:
    for team in teams:
        hand_in(contest, team)
    judge_all(contest, Fake())


def test_waiting_is_explained(contest: Contest, teams: list[Team], clock: Clock) -> None:
    """No judge; a judge that waits itself; all busy; soon"""
    number = hand_in(contest, teams[0]).id

    def key() -> str:
        why = seen(contest, number).why_waiting
        assert why is not None and why.sentence
        return why.key

    assert key() == "no_judge" and "No judge is connected" in contest.state().problems[0]
    engine = Fake(slots=0, holds=True)
    judges = Judges(contest, lambda tell: engine)
    judges._says = "no judge for gpu is connected"
    judges._show()
    assert key() == "judge_waits"
    assert seen(contest, number).why_waiting.sentence == "no judge for gpu is connected"  # type: ignore[union-attr]
    engine.slots = 1
    other = hand_in(contest, teams[1]).id
    clock.goes(1)
    number, taken = other, number
    judges.step(engine)
    assert seen(contest, taken).phase == "judging" and key() == "busy"
    engine.slots = 2
    judges._note_slots(2)
    assert key() == "next"
    clock.goes(61)
    assert key() == "no_judge"


def test_a_judge_that_ends_gives_back(contest: Contest, teams: list[Team], clock: Clock) -> None:
    """It is no loss, and the next one takes it at once"""
    number = hand_in(contest, teams[0]).id
    engine = Fake(holds=True)
    judges = Judges(contest, lambda tell: engine)
    judges.step(engine)
    assert seen(contest, number).phase == "judging"
    judges._engine = engine
    judges._end()
    assert engine.is_closed and seen(contest, number).phase == "waiting" and not contest.state().judges
    assert "lost" not in words(contest)
    judge_all(contest, Fake())
    assert counted(contest) == [(number, "passed")]


def test_a_machine_that_slept(contest: Contest, teams: list[Team], clock: Clock) -> None:
    """It does not take its own work for lost when it wakes, or when the database is back"""
    first = hand_in(contest, teams[0]).id
    engine = Fake(holds=True)
    judges = Judges(contest, lambda tell: engine)
    judges.step(engine)
    clock.goes(minutes=30)
    second = hand_in(contest, teams[1]).id
    judges.step(engine)
    assert [work.key for work in engine.begun] == [work.key for work in engine.running]
    assert seen(contest, first).phase == seen(contest, second).phase == "judging"
    assert "lost" not in words(contest)


def test_phases(contest: Contest, teams: list[Team], monkeypatch: pytest.MonkeyPatch) -> None:
    """Who waits sees what the judge is at, and nobody else's page is made anew for it"""
    monkeypatch.setattr("checker.contest.judges.PHASE_SECONDS", 0.0)
    number = hand_in(contest, teams[0]).id
    engine = Fake(holds=True, at="double(x) is twice x\0")
    judges = Judges(contest, lambda tell: engine)
    judges.step(engine)
    before = contest.seq()
    judges.step(engine)
    assert seen(contest, number).phase_text == "double(x) is twice x\N{REPLACEMENT CHARACTER}"
    assert contest.seq() == before
    engine.holds = False
    judges.step(engine)
    assert seen(contest, number).phase == "done" and seen(contest, number).phase_text == ""


def test_a_killed_judge_of_this_folder_is_known_to_be_gone(
    contest: Contest, teams: list[Team], clock: Clock
) -> None:
    """Its successor holds the folder's lock, so it need not wait for the lease"""
    number = hand_in(contest, teams[0]).id
    assert take(contest, clock, f"{place_name(contest.folder)}/1") is not None
    other = hand_in(contest, teams[1]).id
    assert take(contest, clock, "elsewhere/1") is not None
    Judges(contest, lambda tell: Fake())._take_back()
    assert seen(contest, number).phase == "waiting" and seen(contest, other).phase == "judging"


def test_a_machine_that_fails_on_everything_rests(contest: Contest, teams: list[Team], clock: Clock) -> None:
    """After three different submissions in a row; the reason is on the organiser's page"""
    for team in teams:
        hand_in(contest, team)
    engine = Fake(slots=1, judge=lambda work: None)
    judge_all(contest, engine)
    assert len(engine.begun) == 3 and engine.retired == ["here"]
    state = contest.state()
    assert any("3 submissions in a row" in problem and "doctor" in problem for problem in state.problems)
    assert counted(contest) == []


def test_no_room_to_start(contest: Contest, teams: list[Team]) -> None:
    """A judgement that cannot be started is no loss"""

    class Full(Fake):
        def start(self, work: object) -> bool:
            raise OSError(28, "No space left on device")

    number = hand_in(contest, teams[0]).id
    engine = Full()
    judges = Judges(contest, lambda tell: engine)
    judges.step(engine)
    judges.step(engine)
    assert seen(contest, number).phase == "waiting" and "lost" not in words(contest)
    judges._show()
    assert "No space left" in contest.state().problems[0]


def test_no_room_for_the_engine(contest: Contest, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is tried again, and the organiser reads why nothing is judged"""
    monkeypatch.setattr("checker.contest.judges.REST_SECONDS", 0.06)
    reasons = ["no room", "no scheduler"]
    stop = threading.Event()
    seen_: list[str] = []

    def make(tell: object) -> Fake:
        if reasons:
            raise ContestError(reasons.pop())
        stop.set()
        return Fake()

    judges = Judges(contest, make)
    monkeypatch.setattr(judges, "_tell", seen_.append)
    judges.run(stop)
    assert seen_ == ["no scheduler", "no room", ""]


def test_one_row_that_somebody_holds_does_not_stop_the_others(
    contest: Contest, teams: list[Team], clock: Clock
) -> None:
    """On PostgreSQL a hand in psql may hold a row"""
    if contest.database.is_sqlite:
        pytest.skip("SQLite locks no rows")
    held, free = hand_in(contest, teams[0]).id, hand_in(contest, teams[1]).id
    with contest.database.engine.begin() as other:
        other.execute(sa.select(J.id).where(J.submission_id == held).with_for_update())
        lease = take(contest, clock)
        assert lease is not None and lease.submission_id == free


def test_no_two_verdicts_count(contest: Contest, teams: list[Team]) -> None:
    """The database itself refuses a second one"""
    number = hand_in(contest, teams[0]).id
    judge_all(contest, Fake())
    with contest.database.read() as connection:
        row = dict(connection.execute(sa.select(tables.judgement)).mappings().one())
    del row["id"]
    with pytest.raises(sa.exc.IntegrityError), contest.database.write() as connection:
        connection.execute(tables.judgement.insert().values(row))
    assert counted(contest) == [(number, "passed")]
