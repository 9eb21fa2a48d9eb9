"""A contest for each test, on the small path of three katas."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("starlette", reason="the contest's pages need the extra [contest]")

from argon2 import PasswordHasher

from checker import catalog
from checker.contest import clock, teams
from checker.contest.web import boards, site
from tests import small_path
from tests.contest.web.support import Clock, Held, make, serving


@pytest.fixture
def moved(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The clock of the contest, which stands until the test moves it."""
    made = Clock()
    monkeypatch.setattr(clock, "now", made.now)
    # A test looks at once.
    monkeypatch.setattr(boards, "FRESH_SECONDS", 0.0)
    monkeypatch.setattr(site, "FRESH_SECONDS", 0.0)
    # What makes guessing slow makes tests slow.
    monkeypatch.setattr(teams, "_HASHER", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
    return made


@pytest.fixture
def small_katas(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three tiny katas in place of the real ones."""
    built_in = tmp_path / "built_in" / "katas"
    if not built_in.exists():  # a learner's terminal has made the same
        small_path.write_path(built_in)
    monkeypatch.setattr(catalog, "default_folder", lambda: built_in)


@pytest.fixture
def held(tmp_path: Path, moved: Clock, small_katas: None) -> Iterator[Held]:
    """A contest that runs."""
    made = make(tmp_path / "cup", moved)
    yield made
    made.contest.close()


@pytest.fixture
def on_both(tmp_path: Path, moved: Clock, small_katas: None, database_url: str | None) -> Iterator[Held]:
    """The same on SQLite and on PostgreSQL."""
    made = make(tmp_path / "cup", moved, database=database_url)
    yield made
    made.contest.close()


@pytest.fixture
def served(held: Held) -> Iterator[str]:
    """The address of a real server with that contest."""
    with serving(held.contest) as address:
        yield address
