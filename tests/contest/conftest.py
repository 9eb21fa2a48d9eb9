"""A small contest of three tiny katas, on SQLite and on PostgreSQL, with a clock that a test moves."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

pytest.importorskip("sqlalchemy", reason="the extra [contest] is not installed here")

from argon2 import PasswordHasher

from checker import catalog
from checker.contest import clock as contest_clock
from checker.contest import folders
from checker.contest import teams as codes
from checker.contest.services import Contest
from checker.contest.views import Submission, Team
from checker.grading.engine import Ended, Work
from checker.judging.snapshot import Snapshot, SubmittedFile
from checker.verdict import Outcome, Record
from tests import small_path
from tests.contest import postgres

START = datetime(2026, 12, 5, 1, 0, tzinfo=UTC)
FREEZE = START + timedelta(hours=2)
END = START + timedelta(hours=3)
TOML = f"""\
title = "Winter cup"
title_ko = "겨울 대회"
katas = ["01", "02", "03"]
start = {START.isoformat()}
end = {END.isoformat()}
freeze = {FREEZE.isoformat()}
attempts_per_hour = 50
"""


@dataclass
class Clock:
    """The contest's clock: it stands still until a test moves it."""

    moment: datetime = START

    def now(self) -> datetime:
        return self.moment

    def goes(self, seconds: float = 0, *, minutes: float = 0) -> datetime:
        """Move it; the new moment."""
        self.moment += timedelta(seconds=seconds, minutes=minutes)
        return self.moment


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(contest_clock, "now", made.now)
    return made


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[postgres.Server]:
    if reason := postgres.missing():
        pytest.skip(reason)
    server = postgres.Server("fsync=off", "full_page_writes=off")
    yield server
    server.close()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def database_url(request: pytest.FixtureRequest) -> str | None:
    """Each test on both databases."""
    if request.param == "sqlite":
        return None
    server: postgres.Server = request.getfixturevalue("postgres_server")
    return server.new_database()


@pytest.fixture(autouse=True)
def cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hashes of codes that cost nothing: these tests make many."""
    monkeypatch.setattr(codes, "_HASHER", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A contest's folder."""
    built_in = small_path.write_path(tmp_path / "built_in" / "katas")
    monkeypatch.setattr(catalog, "default_folder", lambda: built_in)
    place = tmp_path / "cup"
    folders.make(place, "Winter cup")
    (place / "contest.toml").write_text(TOML, encoding="utf-8")
    return place


@pytest.fixture
def contest(folder: Path, database_url: str | None, clock: Clock) -> Iterator[Contest]:
    """The contest, opened."""
    made = Contest.open(folder, database_url)
    yield made
    made.close()


@pytest.fixture
def teams(contest: Contest) -> list[Team]:
    """Three teams."""
    return [team for team, _ in contest.add_teams(["Ada", "나비", "Zuse"])]


def source(text: str = "def double(x):\n    return 2 * x\n") -> Snapshot:
    return Snapshot(SubmittedFile("solution.py", text.encode()))


def hand_in(contest: Contest, team: Team, number: str = "01", text: str = "2 * x") -> Submission:
    """Hand in at the present moment."""
    kata = next(kata for kata in contest.katas if kata.number == number)
    return contest.submit(team, kata, source(text))


def record_of(work: Work) -> Record:
    """What the small judge says: passed where it says `2 * x`, or the outcome that the source names; stars that it names."""
    text = work.submission.entry.source.decode("utf-8", "replace")
    named = next((o for o in Outcome if f"# {o.value}" in text), None)
    outcome = named or (Outcome.PASSED if "2 * x" in text else Outcome.FAILED)
    stars = {name: "won" if name in text else "missed" for name in ("robust", "quality", "speed")}
    return small_path.record(
        work.kata.name, outcome, stars=stars, sandbox="strict", submission_sha256=work.submission.sha256
    )


@dataclass
class Fake:
    """An engine that ends its work when it is asked, as `judge` says; None is a judgement that was lost."""

    slots: int = 2
    judge: Callable[[Work], Record | None] = record_of
    running: list[Work] = field(default_factory=list)
    begun: list[Work] = field(default_factory=list)
    beside: int = 0
    holds: bool = False
    retired: list[str] = field(default_factory=list)
    is_closed: bool = False
    at: str = ""

    def phases(self) -> dict[str, str]:
        return {work.key: self.at for work in self.running} if self.at else {}

    def start(self, work: Work) -> bool:
        self.running.append(work)
        self.begun.append(work)
        self.beside = max(self.beside, len(self.running))
        return True

    def ended(self) -> Sequence[Ended]:
        if self.holds or not self.running:
            return []
        work = self.running.pop(0)
        record = self.judge(work)
        return [Ended(work.key, record, "judged" if record else "it was killed", "here", 1.0)]

    def retire(self, host: str) -> bool:
        self.retired.append(host)
        return False

    def close(self) -> None:
        self.is_closed = True
