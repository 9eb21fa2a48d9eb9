"""The board: one pure function of what was handed in, what was judged, the rules, who looks, and when.

Behind page, JSON, CSV, live events, export and `katas contest verify`. A team's cell shows its best submission that counts:

    1. more points: one for a passed core, one more for each star
    2. better quality, in the direction of the kata's measurement
    3. fewer CPU seconds
    4. received earlier

The row adds up: points; then the ranks in quality over the katas, the smaller sum first; then CPU seconds; then the moment of the
last of the submissions that count. What is equal in all of these shares a place.

While the board is frozen everybody but the organiser sees of what was received after the freeze only how much it is; no
judgement of it changes a byte. It is unfrozen step by step: each step opens the lowest row that is still closed.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from checker.contest.views import Viewer
from checker.verdict import STARS, Outcome

# Keys of the sentences that are written on the page.
RULES = ("points", "quality", "cpu_seconds", "earlier", "shared_places")


@dataclass(frozen=True)
class Submitted:
    """A submission as the board takes it: those that are void are left out by it."""

    id: int
    team_id: int
    kata: str
    received_at: datetime
    state: str
    practice: bool = False


@dataclass(frozen=True)
class Judged:
    """The judgement of a submission that counts. `better` is "lower", "higher" or empty."""

    submission_id: int
    outcome: str
    stars: tuple[str, ...] = ()
    quality: float | None = None
    better: str = ""
    cpu_seconds: float | None = None


@dataclass(frozen=True)
class Entrant:
    """A team as the board takes it."""

    id: int
    name: str
    is_disqualified: bool = False


@dataclass(frozen=True)
class Rules:
    """What the board is made by. `revealed` counts the steps of the unfreezing; `is_final` is set once the final was applied."""

    katas: tuple[str, ...]
    teams: tuple[Entrant, ...]
    start: datetime
    end: datetime
    freeze: datetime | None = None
    revealed: int = 0
    is_final: bool = False


@dataclass(frozen=True)
class Cell:
    """A team's best in one kata. `pending` are those received of which nothing is to be seen yet.

    `points` are 0 where nothing passed; then the other figures are empty. `rank` is that in quality within the kata.
    `submission_id` is given to those who may see what the cell is based on.
    """

    points: int = 0
    stars: tuple[str, ...] = ()
    quality: float | None = None
    better: str = ""
    cpu_seconds: float | None = None
    passed_at: datetime | None = None
    rank: int = 0
    attempts: int = 0
    pending: int = 0
    submission_id: int | None = None


@dataclass(frozen=True)
class Row:
    """A team. `place` is None for one that is disqualified, which the organiser alone sees."""

    place: int | None
    team_id: int
    team: str
    cells: tuple[Cell, ...]
    points: int
    ranks: int
    cpu_seconds: float
    last_at: datetime | None
    is_revealed: bool


@dataclass(frozen=True)
class Board:
    """The board for one viewer.

    `as_of` is the moment of the freeze while it is frozen, else that of the newest submission; `is_provisional` until the final
    was applied; `closed_rows` how many steps are left until all is unfrozen.
    """

    katas: tuple[str, ...]
    rows: tuple[Row, ...]
    is_frozen: bool
    as_of: datetime
    is_provisional: bool
    closed_rows: int
    rules_text_keys: tuple[str, ...] = RULES


def board(
    submissions: Iterable[Submitted],
    judgements: Iterable[Judged],
    rules: Rules,
    viewer: Viewer,
    now: datetime,
) -> Board:
    """The board.

    Args:
        submissions: all of them, in any order.
        judgements: those that count, at most one a submission.
        rules: katas, teams and moments.
        viewer: who looks.
        now: the moment; what was received tells of a later one where a clock was put back.
    """
    counted = sorted(
        (one for one in submissions if one.state != "void" and not one.practice and one.kata in rules.katas),
        key=lambda one: (one.received_at, one.id),
    )
    by_submission = {one.submission_id: one for one in judgements}
    latest = max([now, *(one.received_at for one in counted)])
    closed: set[int] = set()
    begun = rules.freeze is not None and latest >= rules.freeze
    if begun and not viewer.is_organiser:
        closed = _closed(counted, by_submission, rules)
    is_frozen = bool(closed)
    rows = _rows(counted, by_submission, rules, closed, viewer)
    newest = counted[-1].received_at if counted else rules.start
    assert not is_frozen or rules.freeze is not None
    return Board(
        katas=rules.katas,
        rows=rows,
        is_frozen=is_frozen,
        as_of=rules.freeze if is_frozen and rules.freeze is not None else newest,
        is_provisional=not rules.is_final,
        closed_rows=len(closed),
    )


def _closed(counted: Sequence[Submitted], judged: Mapping[int, Judged], rules: Rules) -> set[int]:
    """The teams whose rows are still closed after the steps that were taken: each opened the lowest one."""
    closed = {team.id for team in rules.teams if not team.is_disqualified}
    for _ in range(min(rules.revealed, len(closed))):
        rows = _rows(counted, judged, rules, closed, Viewer())
        closed.discard(next(row.team_id for row in reversed(rows) if row.team_id in closed))
    return closed


def _rows(
    counted: Sequence[Submitted],
    judged: Mapping[int, Judged],
    rules: Rules,
    closed: set[int],
    viewer: Viewer,
) -> tuple[Row, ...]:
    taking_part = [team for team in rules.teams if not team.is_disqualified]
    others = [team for team in rules.teams if team.is_disqualified] if viewer.is_organiser else []
    of_team: dict[tuple[int, str], list[Submitted]] = {}
    for one in counted:
        of_team.setdefault((one.team_id, one.kata), []).append(one)
    cells: dict[tuple[int, str], Cell] = {}
    for team in (*taking_part, *others):
        hides_from = rules.freeze if team.id in closed else None
        for kata in rules.katas:
            cells[team.id, kata] = _cell(
                of_team.get((team.id, kata), []), judged, hides_from, viewer.owns(team.id)
            )
    _rank(cells, taking_part, rules.katas)
    rows = [
        _row(team, [cells[team.id, kata] for kata in rules.katas], team.id not in closed)
        for team in taking_part
    ]
    rows.sort(key=lambda row: (_order(row), row.team, row.team_id))
    placed: list[Row] = []
    for number, row in enumerate(rows):
        is_shared = number > 0 and _order(row) == _order(rows[number - 1])
        place = placed[-1].place if is_shared else number + 1
        placed.append(replace(row, place=place))
    left = [_row(team, [cells[team.id, kata] for kata in rules.katas], True) for team in others]
    return (*placed, *sorted(left, key=lambda row: (row.team, row.team_id)))


def _cell(
    received: Sequence[Submitted], judged: Mapping[int, Judged], hides_from: datetime | None, is_own: bool
) -> Cell:
    """One team's cell in one kata, from its submissions in the order in which they came."""
    seen = [one for one in received if hides_from is None or one.received_at < hides_from]
    done = [(one, judged[one.id]) for one in seen if one.id in judged]
    passed = [(one, verdict) for one, verdict in done if _points(verdict)]
    attempts, pending = len(done), len(received) - len(done)
    if not passed:
        return Cell(attempts=attempts, pending=pending)
    one, verdict = min(passed, key=lambda pair: (*_merit(pair[1]), pair[0].received_at, pair[0].id))
    return Cell(
        points=_points(verdict),
        stars=tuple(star for star in STARS if star in verdict.stars),
        quality=_finite(verdict.quality),
        better=verdict.better,
        cpu_seconds=_finite(verdict.cpu_seconds),
        passed_at=one.received_at,
        attempts=attempts,
        pending=pending,
        submission_id=one.id if is_own else None,
    )


def _points(verdict: Judged) -> int:
    if verdict.outcome != Outcome.PASSED.value:
        return 0
    return 1 + len(set(verdict.stars) & set(STARS))


def _merit(verdict: Judged) -> tuple[int, float, float]:
    """The smaller the better: points, quality, CPU seconds."""
    return -_points(verdict), _quality(verdict.quality, verdict.better), _finite(verdict.cpu_seconds) or 0.0


def _quality(value: float | None, better: str) -> float:
    """A quality turned so that the smaller is the better; none is the worst."""
    if value is None or not math.isfinite(value):
        return math.inf
    return -value if better == "higher" else value


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None


def _rank(cells: dict[tuple[int, str], Cell], teams: Sequence[Entrant], katas: Sequence[str]) -> None:
    """Give each cell its rank in quality: one more than there are better ones; whoever has not passed comes after all."""
    for kata in katas:
        qualities = sorted(
            _quality(cells[team.id, kata].quality, cells[team.id, kata].better)
            for team in teams
            if cells[team.id, kata].points
        )
        first: dict[float, int] = {}
        for number, quality in enumerate(qualities, start=1):
            first.setdefault(quality, number)
        for team in teams:
            cell = cells[team.id, kata]
            rank = first[_quality(cell.quality, cell.better)] if cell.points else len(teams) + 1
            cells[team.id, kata] = replace(cell, rank=rank)


def _row(team: Entrant, cells: Sequence[Cell], is_revealed: bool) -> Row:
    moments = [cell.passed_at for cell in cells if cell.passed_at is not None]
    return Row(
        place=None,
        team_id=team.id,
        team=team.name,
        cells=tuple(cells),
        points=sum(cell.points for cell in cells),
        ranks=sum(cell.rank for cell in cells),
        cpu_seconds=math.fsum(cell.cpu_seconds or 0.0 for cell in cells),
        last_at=max(moments) if moments else None,
        is_revealed=is_revealed,
    )


def _order(row: Row) -> tuple[int, int, float, float]:
    """What rows are ordered by; equal ones share a place."""
    return (
        -row.points,
        row.ranks,
        row.cpu_seconds,
        row.last_at.timestamp() if row.last_at is not None else math.inf,
    )
