"""The board: what stands on it, who sees what, that a freeze lets nothing through, and that pages hear of changes."""

from __future__ import annotations

import asyncio
import csv
import io
import json
from typing import Any

import anyio
import pytest
from starlette.testclient import TestClient

from checker.contest.web import boards
from checker.contest.web.live import Live
from checker.contest.web.site import Site
from checker.verdict import Outcome
from tests.contest.web.support import END, FREEZE, Held, post

# All that anybody may ask for without being signed in.
PUBLIC_PLACES = (
    "/",
    "/board",
    "/board?kata=01",
    "/board?kata=02",
    "/board/part",
    "/board/part?kata=01",
    "/board/part?of=public",
    "/board.json",
    "/board.csv",
    "/projector",
    "/projector?kata=01",
    "/history",
    "/kata/01",
    "/submission/1",
    "/submission/2",
    "/organiser",
    "/organiser/board",
    "/organiser/sign-in",
    "/organiser/export/board.csv",
    "/static/contest.css",
    "/nothing",
)


def bytes_of(browser: TestClient) -> dict[str, tuple[int, bytes, dict[str, str]]]:
    """Status, body and headers of every public place."""
    found = {}
    for place in PUBLIC_PLACES:
        answer = browser.get(place)
        found[place] = (answer.status_code, answer.content, dict(answer.headers))
    return found


def test_what_stands_on_it(held: Held) -> None:
    """Order, stars, attempts and what waits; for all katas, for one, as data"""
    held.hand_in("Owls")
    held.judge()
    held.hand_in("올빼미")
    held.judge(Outcome.FAILED)
    held.hand_in("올빼미", "02")
    browser = held.browser()
    page = browser.get("/board").text
    assert page.index("Owls") < page.index("올빼미")
    assert "●★☆★" in page and "tries: 1" in page and "pending: 1" in page
    assert "share a place" in page and "fewer CPU seconds" in page
    one = browser.get("/board?kata=02").text
    assert "02 Second" in one and "pending: 1" in one and "★★" not in one
    data = json.loads(browser.get("/board.json").text)
    assert [row["team"] for row in data["rows"]] == ["Owls", "올빼미"]
    assert data["rows"][0]["points"] == 3
    rows = list(csv.DictReader(io.StringIO(browser.get("/board.csv").text)))
    assert rows[0]["team"] == "Owls" and rows[0]["01_points"] == "3" and rows[1]["02_pending"] == "1"


def test_links_are_for_those_who_may_follow_them(held: Held) -> None:
    """A team's own row; all rows for the organiser; none for everybody"""
    held.hand_in("Owls")
    held.judge()
    link = 'href="/submission/1"'
    assert link in held.team("Owls").get("/board").text
    assert link in held.organiser().get("/organiser/board").text
    for browser in (held.team("올빼미"), held.browser(), held.organiser()):
        assert link not in browser.get("/board").text
        assert link not in browser.get("/board/part").text + browser.get("/board/part?of=public").text
    assert "submission_id" not in held.browser().get("/board.json").text.replace('"submission_id": null', "")
    assert held.team("Owls").get("/board/part?of=organiser").status_code == 401


def test_no_public_byte_changes_with_a_judgement_in_the_freeze(on_both: Held) -> None:
    """Only how much was handed in: page, part, data, tags, errors, also for the other team, and the streams' number"""
    held = on_both
    held.hand_in("Owls")
    held.judge(Outcome.FAILED)
    held.clock.at = FREEZE
    held.clock.go(minutes=5)
    held.hand_in("Owls")
    held.hand_in("올빼미", "02")
    everybody, other = held.browser(), held.team("올빼미")
    everybody.get("/")
    before, others_before = bytes_of(everybody), other.get("/board").content
    number = held.contest.public_seq(held.clock.now())
    assert b"pending: 1" in before["/board"][1] and b"frozen" in before["/board"][1]
    assert held.judge() == 2
    assert bytes_of(everybody) == before
    assert other.get("/board").content == others_before
    assert held.contest.public_seq(held.clock.now()) == number
    # The team itself knows, on its own pages.
    assert "passed" in held.team("Owls").get("/history").text
    assert "●" in held.organiser().get("/organiser/board").text
    held.hand_in("Owls")
    assert b"pending: 2" in everybody.get("/board").content
    assert held.contest.public_seq(held.clock.now()) > number


def test_the_public_board_needs_no_cookie(held: Held) -> None:
    """Nothing in it or around it is made for one visitor"""
    first, second = held.browser(), held.browser()
    for place in ("/board", "/projector", "/board.json", "/board.csv", "/board/part"):
        answers = [browser.get(place) for browser in (first, second)]
        assert answers[0].content == answers[1].content and answers[0].headers == answers[1].headers
        assert "set-cookie" not in answers[0].headers


def test_the_freeze_begins_by_the_clock(held: Held) -> None:
    """Without any change in the database the board says so"""
    browser = held.browser()
    assert "frozen" not in browser.get("/board/part").text
    tag = browser.get("/board/part").headers["etag"]
    held.clock.at = FREEZE
    assert "frozen" in browser.get("/board/part", headers={"if-none-match": tag}).text


def test_unfrozen_step_by_step(on_both: Held) -> None:
    """Each step opens the lowest closed row, for everybody at once, after the organiser was asked"""
    held = on_both
    held.clock.at = FREEZE
    held.clock.go(minutes=1)
    for name in ("Owls", "올빼미"):
        held.hand_in(name)
        held.judge()
    held.clock.at = END
    organiser, room = held.organiser(), held.browser()
    assert "●" not in room.get("/projector").text
    asked = post(organiser, "/projector", "/organiser/reveal", next="/projector")
    assert asked.status_code == 200 and "cannot be hidden again" in asked.text
    assert "●" not in room.get("/projector").text
    for shown in (1, 2):
        done = post(organiser, "/projector", "/organiser/reveal", next="/projector", confirmed="yes")
        assert done.status_code == 303 and done.headers["location"] == "/projector"
        assert room.get("/projector").text.count("●") == shown
    assert "frozen" not in room.get("/board/part").text


def test_unchanged_parts_cost_a_line(held: Held) -> None:
    """304 with the tag, until something changes"""
    browser = held.browser()
    first = browser.get("/board/part")
    again = browser.get("/board/part", headers={"if-none-match": first.headers["etag"]})
    assert again.status_code == 304 and not again.content
    held.hand_in("Owls")
    assert browser.get("/board/part", headers={"if-none-match": first.headers["etag"]}).status_code == 200


def test_made_once_a_second_for_all(held: Held, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many hand in and look on; and never older than what the streams have told"""
    monkeypatch.setattr(boards, "FRESH_SECONDS", 3600.0)
    site = boards.Boards(Site(held.contest))
    monkeypatch.setattr("checker.contest.web.app.Boards", lambda _: site)
    browser = held.browser()
    first = browser.get("/board/part").text
    held.hand_in("Owls")
    assert browser.get("/board/part").text == first
    site.newest()
    assert "pending: 1" in browser.get("/board/part").text


class Visitor:
    """The other side of a stream."""

    def __init__(self) -> None:
        self.gone = asyncio.Event()
        self.messages: list[dict[str, Any]] = []

    async def receive(self) -> dict[str, Any]:
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Any) -> None:
        self.messages.append(message)

    @property
    def said(self) -> str:
        return b"".join(one.get("body", b"") for one in self.messages).decode()


def test_streams_tell_the_number_and_end(monkeypatch: Any) -> None:
    """News once for all, comments in between, an end when the visitor goes or the server stops"""
    monkeypatch.setattr("checker.contest.web.live.LOOK_SECONDS", 0.02)
    monkeypatch.setattr("checker.contest.web.live.TELL_SECONDS", 0.03)
    monkeypatch.setattr("checker.contest.web.live.COMMENT_SECONDS", 0.1)

    async def scenario() -> None:
        number, asked = 5, 0

        def newest() -> int:
            nonlocal asked
            asked += 1
            return number

        live = Live(newest)
        looking = asyncio.create_task(live.run())
        await asyncio.sleep(0.1)
        assert asked == 0, "nobody looks on"
        first, second = Visitor(), Visitor()
        streams = [asyncio.create_task(live({}, one.receive, one.send)) for one in (first, second)]
        await asyncio.sleep(0.4)
        assert "data: 5\n\n" in first.said and "data: 5\n\n" in second.said
        assert first.said.count("data:") == 1 and ":\n\n" in first.said
        headers = dict(first.messages[0]["headers"])
        assert (
            headers[b"content-type"].startswith(b"text/event-stream")
            and headers[b"x-accel-buffering"] == b"no"
        )
        number = 9
        await asyncio.sleep(0.3)
        assert first.said.rstrip(":\n").endswith("data: 9")
        second.gone.set()
        await asyncio.wait_for(streams[1], 2)
        assert live.streams == 1
        live.end()
        await asyncio.wait_for(streams[0], 2)
        assert first.messages[-1].get("more_body", False) is False
        late = Visitor()
        await asyncio.wait_for(live({}, late.receive, late.send), 2)
        assert late.messages[0]["status"] == 503
        looking.cancel()

    anyio.run(scenario)


def test_streams_outlast_a_database_that_is_away(monkeypatch: Any) -> None:
    """They go on when it is back"""
    monkeypatch.setattr("checker.contest.web.live.LOOK_SECONDS", 0.02)

    async def scenario() -> None:
        answers = iter([RuntimeError("away"), 7])

        def newest() -> int:
            answer = next(answers, 7)
            if isinstance(answer, Exception):
                raise answer
            return answer

        live = Live(newest)
        looking = asyncio.create_task(live.run())
        visitor = Visitor()
        stream = asyncio.create_task(live({}, visitor.receive, visitor.send))
        await asyncio.sleep(0.4)
        assert "data: 7" in visitor.said
        live.end()
        await asyncio.wait_for(stream, 2)
        looking.cancel()

    anyio.run(scenario)
