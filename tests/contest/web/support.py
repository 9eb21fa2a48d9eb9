"""A small contest that is held in a test: two teams, two katas, a clock that the test moves, verdicts that it gives."""

from __future__ import annotations

import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import uvicorn
from starlette.testclient import TestClient

from checker.contest import clock, folders, queue
from checker.contest.results import result_of
from checker.contest.services import Contest
from checker.contest.views import Team
from checker.contest.web.app import make_app
from checker.contest.web.server import Server
from checker.judging.snapshot import Snapshot, SubmittedFile
from checker.verdict import CheckResult, Outcome, Record, Run
from tests import small_path

START = datetime(2026, 12, 5, 1, 0, tzinfo=UTC)
FREEZE = START + timedelta(hours=2)
END = START + timedelta(hours=3)
SOLVED = "def double(x):\n    return 2 * x\n"
EVIL = '<script>alert(1)</script>"><img src=x onerror=alert(1)>&'
TOML = """\
title = "Winter Cup"
title_ko = "겨울 대회"
katas = ["01", "02", "03"]
start = {start}
end = {end}
freeze = {freeze}
attempts_per_hour = {attempts}
open_katas = "{open_katas}"
"""


@dataclass
class Clock:
    """The contest's clock."""

    at: datetime = START + timedelta(minutes=10)

    def now(self) -> datetime:
        return self.at

    def go(self, **by: float) -> None:
        self.at += timedelta(**by)


@dataclass
class Held:
    """A contest, its teams with their codes, and browsers."""

    contest: Contest
    clock: Clock
    organiser_code: str
    teams: dict[str, tuple[Team, str]] = field(default_factory=dict)

    def browser(self, language: str = "en", **options: Any) -> TestClient:
        """Somebody who is not signed in."""
        app = make_app(self.contest)
        return TestClient(
            app,
            base_url="http://testserver",
            headers={"accept-language": language},
            follow_redirects=False,
            **options,
        )

    def team(self, name: str, language: str = "en") -> TestClient:
        """A browser in which that team is signed in."""
        client = self.browser(language)
        answer = post(client, "/", "/sign-in", code=self.teams[name][1])
        assert answer.status_code == 303, answer.text
        return client

    def organiser(self, language: str = "en") -> TestClient:
        """A browser in which the organiser is signed in."""
        client = self.browser(language)
        answer = post(client, "/organiser/sign-in", "/organiser/sign-in", code=self.organiser_code)
        assert answer.status_code == 303, answer.text
        return client

    def hand_in(self, name: str, kata: str = "01", source: str = SOLVED) -> int:
        """A submission of a team, without a browser."""
        snapshot = Snapshot(SubmittedFile("solution.py", source.encode()))
        chosen = next(one for one in self.contest.katas if one.number == kata)
        return self.contest.submit(self.teams[name][0], chosen, snapshot, clock.now()).id

    def judge(self, outcome: Outcome = Outcome.PASSED, **changes: Any) -> int | None:
        """Give the next one in the queue a verdict; its number."""
        names = {kata.number: kata.name for kata in self.contest.katas}
        with self.contest.database.write() as connection:
            lease = queue.take(connection, "test judge", names, (), clock.now())
            if lease is None:
                return None
            result = result_of(verdict(names[lease.kata], outcome, **changes))
            assert queue.finish(connection, lease, result, "test judge", clock.now())
        return lease.submission_id


def verdict(kata: str, outcome: Outcome = Outcome.PASSED, text: str = "", **changes: Any) -> Record:
    """A record; `text` is what the submission says wherever it can."""
    made = small_path.record(kata, outcome, stars={"robust": "won", "quality": "missed", "speed": "won"})
    if outcome is not Outcome.PASSED:
        missed = CheckResult("test_double", "doubles", outcome, 0.01, text or "double(1) gave 1.", log=text)
        made = replace(made, checks=(missed,), runs=(Run("7", "", (missed,), log_tail=text),), stars={})
    return replace(made, **changes)


def make(
    folder: Path, moved: Clock, *, attempts: int = 20, open_katas: str = "all", database: str | None = None
) -> Held:
    """A contest in that folder with the teams "Owls" and "올빼미"."""
    code = folders.make(folder, "Winter Cup")
    moments = {"start": START.isoformat(), "end": END.isoformat(), "freeze": FREEZE.isoformat()}
    (folder / "contest.toml").write_text(
        TOML.format(attempts=attempts, open_katas=open_katas, **moments), encoding="utf-8"
    )
    held = Held(Contest.open(folder, database), moved, code)
    for team, team_code in held.contest.add_teams(["Owls", "올빼미"]):
        held.teams[team.name] = (team, team_code)
    return held


def token(page: str) -> str:
    """The token of a page's forms."""
    found = re.search(r'name="token" value="([0-9a-f]+)"', page)
    assert found, page
    return found[1]


def post(client: TestClient, page: str, place: str, *, files: Any = None, **fields: str) -> Any:
    """Send a form that stands on a page."""
    return client.post(place, data={"token": token(client.get(page).text), **fields}, files=files)


@contextmanager
def serving(contest: Contest) -> Iterator[str]:
    """A server in a thread of its own; its address."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        app = make_app(contest)
        config = uvicorn.Config(app, log_level="error", access_log=False, timeout_graceful_shutdown=5)
        server = Server(app, config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        thread.join(timeout=20)
        assert not thread.is_alive()
