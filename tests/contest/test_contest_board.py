"""The board is one pure function: total, stable, blind to order, and frozen to the byte."""

from __future__ import annotations

import itertools
import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checker.contest.board import Board, Entrant, Judged, Rules, Submitted, board
from checker.contest.views import ORGANISER, PUBLIC, Viewer
from checker.verdict import STARS, Outcome

START = datetime(2026, 12, 5, tzinfo=UTC)
FREEZE, END = START + timedelta(minutes=40), START + timedelta(minutes=60)
TEAMS = tuple(Entrant(number, name) for number, name in enumerate(("Ada", "나비", "Zuse", "Ada 2"), start=1))
KATAS = ("01", "02")
RULES = Rules(KATAS, TEAMS, START, END, FREEZE)
LATER = END + timedelta(minutes=1)
# Few values, so that ties are common.
QUALITIES = st.sampled_from([None, 0.5, 0.9, float("nan"), float("inf")])


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[Submitted], list[Judged]]:
    """Submissions and what was judged of them."""
    submissions, judgements = [], []
    for number in range(1, draw(st.integers(0, 14)) + 1):
        kata = draw(st.sampled_from(KATAS))
        one = Submitted(
            number,
            draw(st.sampled_from([team.id for team in TEAMS])),
            kata,
            START + timedelta(minutes=draw(st.integers(0, 70))),
            draw(st.sampled_from(["received", "done", "done", "done", "void"])),
        )
        submissions.append(replace(one, practice=one.received_at >= END))
        if one.state == "done":
            judgements.append(draw(verdicts(number, kata)))
    return submissions, judgements


@st.composite
def verdicts(draw: st.DrawFn, number: int, kata: str = "01") -> Judged:
    outcome = draw(st.sampled_from([Outcome.PASSED, Outcome.PASSED, Outcome.FAILED, Outcome.JUDGE_ERROR]))
    return Judged(
        number,
        outcome.value,
        tuple(draw(st.lists(st.sampled_from(STARS), unique=True))),
        draw(QUALITIES),
        "higher" if kata == "01" else "lower",
        draw(st.sampled_from([None, 1.0, 2.5])),
    )


def as_bytes(made: Board) -> bytes:
    return msgspec.json.encode(made)


def without_pending(made: Board) -> Board:
    return replace(
        made,
        rows=tuple(
            replace(row, cells=tuple(replace(cell, pending=0) for cell in row.cells)) for row in made.rows
        ),
    )


VIEWERS = st.sampled_from([PUBLIC, ORGANISER, Viewer("team", 1)])


@given(histories(), VIEWERS, st.integers(0, 4), st.randoms())
@settings(max_examples=60, deadline=None)
def test_permuting_changes_nothing(
    history: Any, viewer: Viewer, revealed: int, chance: random.Random
) -> None:
    """The same bytes in whatever order submissions, judgements and teams come"""
    submissions, judgements = history
    rules = replace(RULES, revealed=revealed)
    made = board(submissions, judgements, rules, viewer, LATER)
    assert made == board(submissions, judgements, rules, viewer, LATER)
    for one in (submissions, judgements):
        chance.shuffle(one)
    teams = list(TEAMS)
    chance.shuffle(teams)
    assert as_bytes(
        board(submissions, judgements, replace(rules, teams=tuple(teams)), viewer, LATER)
    ) == as_bytes(made)


@given(histories(), VIEWERS)
@settings(max_examples=60, deadline=None)
def test_the_order_is_total(history: Any, viewer: Viewer) -> None:
    """Every team once; places count up, and two share one exactly where nothing tells them apart"""
    made = board(*history, RULES, viewer, LATER)
    assert sorted(row.team_id for row in made.rows) == [team.id for team in TEAMS]
    received = [one.received_at for one in history[0] if one.state != "void" and not one.practice]
    assert made.as_of == (FREEZE if made.is_frozen else max(received, default=START))
    for number, (before, after) in enumerate(itertools.pairwise(made.rows), start=1):
        keys = [
            (-row.points, row.ranks, row.cpu_seconds, row.last_at or datetime.max.replace(tzinfo=UTC))
            for row in (before, after)
        ]
        assert keys[0] <= keys[1]
        assert (before.place == after.place) == (keys[0] == keys[1])
        assert after.place in (before.place, number + 1)
    for row in made.rows:
        assert row.points == sum(cell.points for cell in row.cells)
        assert all(
            cell.points == (0 if cell.passed_at is None else 1 + len(cell.stars)) for cell in row.cells
        )


@given(histories(), st.data(), st.sampled_from([PUBLIC, Viewer("team", 1), Viewer("team", 3)]))
@settings(max_examples=60, deadline=None)
def test_a_frozen_board_tells_nothing(history: Any, data: st.DataObject, viewer: Viewer) -> None:
    """Judgements of what came after the freeze change no byte, before and after the end; the organiser sees them"""
    submissions, judgements = history
    late = {one.id for one in submissions if one.received_at >= FREEZE}
    early = [one for one in judgements if one.submission_id not in late]
    unjudged = [
        replace(one, state="received") if one.id in late and one.state == "done" else one
        for one in submissions
    ]
    other = [
        *early,
        *(data.draw(verdicts(one.id)) for one in submissions if one.id in late and one.state == "done"),
    ]
    for now in (FREEZE, LATER):
        frozen = board(unjudged, early, RULES, viewer, now)
        assert frozen.is_frozen and frozen.as_of == FREEZE
        for judged in (judgements, other):
            assert as_bytes(board(submissions, judged, RULES, viewer, now)) == as_bytes(frozen)
    for row in frozen.rows:
        for cell, kata in zip(row.cells, KATAS, strict=True):
            mine = [
                one
                for one in submissions
                if (one.team_id, one.kata) == (row.team_id, kata) and one.state != "void" and not one.practice
            ]
            judged_early = [one for one in mine if one.id in {verdict.submission_id for verdict in early}]
            assert cell.pending == len(mine) - len(judged_early)


@given(histories())
@settings(max_examples=60, deadline=None)
def test_what_comes_after_the_freeze_changes_pending_alone(history: Any) -> None:
    """Handing in during the freeze moves nothing else on the public board"""
    submissions, judgements = history
    before = [one for one in submissions if one.received_at < FREEZE]
    assert without_pending(board(before, judgements, RULES, PUBLIC, LATER)) == without_pending(
        board(submissions, judgements, RULES, PUBLIC, LATER)
    )


@given(histories())
@settings(max_examples=60, deadline=None)
def test_unfreezing_opens_the_lowest_row_each_time(history: Any) -> None:
    """After as many steps as there are teams all see what the organiser sees"""
    boards = [board(*history, replace(RULES, revealed=step), PUBLIC, LATER) for step in range(len(TEAMS) + 1)]
    for step, (before, after) in enumerate(itertools.pairwise(boards), start=1):
        lowest = [row.team_id for row in before.rows if not row.is_revealed][-1]
        opened = {row.team_id for row in after.rows if row.is_revealed}
        assert opened == {row.team_id for row in before.rows if row.is_revealed} | {lowest}
        assert after.closed_rows == len(TEAMS) - step
    whole = board(*history, RULES, ORGANISER, LATER)
    hidden = replace(
        whole,
        rows=tuple(
            replace(row, cells=tuple(replace(cell, submission_id=None) for cell in row.cells))
            for row in whole.rows
        ),
    )
    assert boards[-1] == hidden and not boards[-1].is_frozen


@given(histories(), st.data())
@settings(max_examples=60, deadline=None)
def test_a_better_submission_never_harms(history: Any, data: st.DataObject) -> None:
    """One more verdict for a team leaves it with at least as many points"""
    submissions, judgements = history
    more = Submitted(99, 1, "01", FREEZE - timedelta(seconds=1), "done")
    verdict = data.draw(verdicts(99))
    before = points(board(submissions, judgements, RULES, ORGANISER, LATER))
    after = points(board([*submissions, more], [*judgements, verdict], RULES, ORGANISER, LATER))
    assert after[1] >= before[1]
    assert {team: count for team, count in after.items() if team != 1} == {
        team: count for team, count in before.items() if team != 1
    }


def points(made: Board) -> dict[int, int]:
    return {row.team_id: row.points for row in made.rows}


def one(team: int, minute: int, *stars: str, **more: Any) -> tuple[Submitted, Judged]:
    number = 100 * team + minute
    kata = more.pop("kata", "01")
    verdict = Judged(
        number, "passed", stars, **{"quality": 0.9, "better": "higher", "cpu_seconds": 1.0, **more}
    )
    return Submitted(number, team, kata, START + timedelta(minutes=minute), "done"), verdict


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        (one(1, 9, "speed", quality=0.1, cpu_seconds=9.0), one(2, 1, quality=0.99)),
        (one(1, 9, quality=0.91, cpu_seconds=9.0), one(2, 1)),
        (one(1, 9, quality=0.8, better="lower", cpu_seconds=9.0), one(2, 1, quality=0.9, better="lower")),
        (one(1, 9, cpu_seconds=0.9), one(2, 1)),
        (one(1, 1), one(2, 2)),
    ],
)
def test_stars_then_quality_then_seconds_then_the_earlier(better: Any, worse: Any) -> None:
    """Each rule decides where those before it do not, between teams and between two of one team"""
    submissions, verdicts_ = zip(better, worse, strict=True)
    rows = board(submissions, verdicts_, RULES, PUBLIC, START).rows
    assert [row.team_id for row in rows[:2]] == [1, 2] and [row.place for row in rows] == [1, 2, 3, 3]
    own = [replace(submission, team_id=1) for submission in submissions]
    cell = board(own, verdicts_, RULES, ORGANISER, START).rows[0].cells[0]
    assert cell.submission_id == better[0].id and cell.attempts == 2


def test_overall_adds_up_ranks_of_quality() -> None:
    """Points first; then whoever is better ranked over both katas, though the qualities have other units"""
    history = [
        *(one(1, 1, quality=0.9), one(2, 2, quality=0.8)),
        *(one(3, 3, quality=0.7), one(1, 4, kata="02", quality=900.0, better="lower")),
        *(
            one(2, 5, kata="02", quality=100.0, better="lower"),
            one(3, 6, kata="02", quality=200.0, better="lower"),
        ),
    ]
    submissions, verdicts_ = zip(*history, strict=True)
    rows = board(submissions, verdicts_, RULES, PUBLIC, START).rows
    assert [(row.team_id, row.ranks) for row in rows] == [(2, 3), (1, 4), (3, 5), (4, 10)]


def test_disqualified_void_and_practice_do_not_count() -> None:
    """The organiser still sees a disqualified team, without a place"""
    submissions, verdicts_ = zip(one(1, 1), one(2, 2), one(3, 3), one(4, 4), strict=True)
    submissions = (
        submissions[0],
        replace(submissions[1], state="void"),
        replace(submissions[2], practice=True),
        submissions[3],
    )
    rules = replace(RULES, teams=(replace(TEAMS[0], is_disqualified=True), *TEAMS[1:]))
    seen = board(submissions, verdicts_, rules, PUBLIC, START).rows
    assert [(row.place, row.team_id, row.points) for row in seen] == [(1, 4, 1), (2, 3, 0), (2, 2, 0)]
    assert board(submissions, verdicts_, rules, ORGANISER, START).rows[-1].place is None


def test_a_clock_that_is_put_back_does_not_thaw() -> None:
    """What came after the freeze says that it has begun"""
    submissions, verdicts_ = zip(one(1, 41), strict=True)
    made = board(submissions, verdicts_, RULES, PUBLIC, START)
    assert made.is_frozen and made.rows[0].points == 0


def test_who_may_follow_a_cell() -> None:
    """The organiser all, a team its own, the public none"""
    submissions, verdicts_ = zip(one(1, 1), one(2, 2), strict=True)

    def followed(viewer: Viewer) -> set[int]:
        made = board(submissions, verdicts_, RULES, viewer, START)
        return {row.team_id for row in made.rows for cell in row.cells if cell.submission_id}

    assert followed(ORGANISER) == {1, 2} and followed(Viewer("team", 2)) == {2} and followed(PUBLIC) == set()
