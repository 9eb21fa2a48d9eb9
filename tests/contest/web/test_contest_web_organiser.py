"""What the organiser sees and does: each act once, asked first where it cannot be undone, and by him alone."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import timedelta

import pytest

from checker.contest.web.organiser import Organiser
from checker.verdict import Outcome
from tests.contest.web.support import END, EVIL, FREEZE, Held, post

ACTS = (
    "pause",
    "resume",
    "announce",
    "extend",
    "disqualify",
    "requalify",
    "new-code",
    "rejudge",
    "apply",
    "drop",
    "reveal",
    "final",
)


@pytest.mark.parametrize("act", ACTS)
def test_acts_are_the_organisers_alone(held: Held, act: str) -> None:
    """Not for everybody, not for a team, not without the form's token, not by a link"""
    everybody, team, organiser = held.browser(), held.team("Owls"), held.organiser()
    before = held.contest.seq()
    place = f"/organiser/{act}"
    fields = {
        "confirmed": "yes",
        "katas": "*",
        "team": "1",
        "reason": "x",
        "number": "1",
        "text": "x",
        "end": "2026-12-06 01:00",
    }
    assert post(everybody, "/", place, **fields).status_code == 401
    assert post(team, "/", place, **fields).status_code == 401
    assert organiser.post(place, data=fields).status_code == 403
    assert organiser.get(place).status_code in (404, 405)
    assert held.contest.seq() == before


def test_every_act_is_tested() -> None:
    """The list above is whole"""
    organiser = Organiser.__new__(Organiser)
    Organiser.__init__(organiser, None)  # type: ignore[arg-type]
    assert set(organiser._acts) == set(ACTS)


def test_the_state_with_reasons(held: Held) -> None:
    """Judges, queue, log; what waits says why"""
    held.hand_in("Owls")
    page = held.organiser().get("/organiser").text
    assert "No judge is connected" in page and "no judge is connected; the organiser sees this" in page
    assert "received" in page
    assert "운영" in held.organiser("ko").get("/organiser").text


def test_pause_and_resume(held: Held) -> None:
    """One kata or all"""
    organiser = held.organiser()
    assert post(organiser, "/organiser", "/organiser/pause", katas="02").status_code == 303
    assert "Paused: 02" in organiser.get("/organiser").text
    post(organiser, "/organiser", "/organiser/pause", katas="*")
    assert "Paused: all katas" in organiser.get("/organiser").text
    post(organiser, "/organiser", "/organiser/resume", katas="*")
    assert "Paused" not in organiser.get("/organiser").text
    assert post(organiser, "/organiser", "/organiser/pause", katas="77").status_code == 422


def test_announce_and_take_away(held: Held) -> None:
    """On all pages at once"""
    organiser = held.organiser()
    post(organiser, "/organiser", "/organiser/announce", text="Lunch\r\nat noon")
    assert "Lunch\nat noon" in held.browser().get("/").text
    post(organiser, "/organiser", "/organiser/announce", text="")
    assert "Lunch" not in held.browser().get("/").text
    assert post(organiser, "/organiser", "/organiser/announce", text="x" * 2500).status_code == 409


def test_extend(held: Held) -> None:
    """Asked first; only later; a time that is none gets a sentence"""
    organiser = held.organiser()
    later = (END + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M")
    asked = post(organiser, "/organiser", "/organiser/extend", end=later)
    assert "Move the end to 2026-12-05 05:00 UTC?" in asked.text
    assert held.contest.times().end == END
    assert post(organiser, "/organiser", "/organiser/extend", end=later, confirmed="yes").status_code == 303
    assert held.contest.times().end == END + timedelta(hours=1)
    earlier = post(organiser, "/organiser", "/organiser/extend", end="2026-12-05 02:00", confirmed="yes")
    assert earlier.status_code == 409 and "only be extended" in earlier.text
    for text in ("", "tomorrow", EVIL, "2026-13-01 00:00"):
        wrong = post(organiser, "/organiser", "/organiser/extend", end=text, confirmed="yes")
        assert (
            wrong.status_code == 422 and "Write it like" in wrong.text and "<script>alert" not in wrong.text
        )


def test_disqualify_and_take_back(held: Held) -> None:
    """With a reason, asked first; the team leaves the board"""
    held.hand_in("Owls")
    held.judge()
    organiser = held.organiser()
    number = str(held.teams["Owls"][0].id)
    assert "Write a reason" in post(organiser, "/organiser", "/organiser/disqualify", team=number).text
    asked = post(organiser, "/organiser", "/organiser/disqualify", team=number, reason=EVIL)
    assert "Disqualify Owls?" in asked.text and "<script>alert" not in asked.text
    assert "Owls" in held.browser().get("/board").text
    post(
        organiser, "/organiser", "/organiser/disqualify", team=number, reason="two accounts", confirmed="yes"
    )
    assert "Owls" not in held.browser().get("/board").text
    post(organiser, "/organiser", "/organiser/requalify", team=number)
    assert "Owls" in held.browser().get("/board").text
    assert post(organiser, "/organiser", "/organiser/disqualify", team="99", reason="x").status_code == 404


def test_new_code(on_both: Held) -> None:
    """Shown once; the old one and its sessions end"""
    held = on_both
    team = held.team("Owls")
    organiser = held.organiser()
    number = str(held.teams["Owls"][0].id)
    made = post(organiser, "/organiser", "/organiser/new-code", team=number, confirmed="yes")
    code = re.search(r'class="code">([A-Z2-7-]+)<', made.text)
    assert code is not None
    assert code[1] not in organiser.get("/organiser").text
    assert team.get("/history").status_code == 401
    assert post(held.browser(), "/", "/sign-in", code=held.teams["Owls"][1]).status_code == 403
    assert post(held.browser(), "/", "/sign-in", code=code[1]).status_code == 303


def test_rejudge_and_apply(on_both: Held) -> None:
    """Beside what counts; the differences; then all at once"""
    held = on_both
    held.hand_in("Owls")
    held.judge(Outcome.FAILED)
    organiser = held.organiser()
    asked = post(organiser, "/organiser", "/organiser/rejudge", katas="*", submission="1")
    assert "Judge #1 again?" in asked.text
    begun = post(organiser, "/organiser", "/organiser/rejudge", katas="*", submission="1", confirmed="yes")
    place = begun.headers["location"]
    assert "0 of 1 judged" in organiser.get(place).text
    held.judge()
    page = organiser.get(place).text
    assert "not passed" in page and "passed" in page and "ready to apply" in page
    assert "●" not in held.browser().get("/board").text
    number = place.rpartition("/")[2]
    assert "cannot be undone" in post(organiser, "/organiser", "/organiser/apply", number=number).text
    post(organiser, "/organiser", "/organiser/apply", number=number, confirmed="yes")
    assert "●" in held.browser().get("/board").text
    twice = post(organiser, "/organiser", "/organiser/apply", number=number, confirmed="yes")
    assert twice.status_code == 409 and "was applied" in twice.text
    assert organiser.get("/organiser/rejudging/99").status_code == 404
    assert "no number" in post(organiser, "/organiser", "/organiser/rejudge", submission="one").text


def test_rejudge_and_drop(held: Held) -> None:
    """Nothing has changed"""
    held.hand_in("Owls")
    held.judge()
    organiser = held.organiser()
    before = held.browser().get("/board.json").content
    begun = post(organiser, "/organiser", "/organiser/rejudge", katas="01", confirmed="yes")
    held.judge(Outcome.FAILED)
    number = begun.headers["location"].rpartition("/")[2]
    post(organiser, "/organiser", "/organiser/drop", number=number, confirmed="yes")
    assert "dropped" in organiser.get(begun.headers["location"]).text
    assert held.browser().get("/board.json").content == before
    nothing = post(organiser, "/organiser", "/organiser/rejudge", katas="03", confirmed="yes")
    assert nothing.status_code == 409


def test_reveal_only_after_the_end(held: Held) -> None:
    """Else a sentence"""
    organiser = held.organiser()
    assert post(organiser, "/organiser", "/organiser/reveal", confirmed="yes").status_code == 409
    held.clock.at = FREEZE
    answer = post(organiser, "/organiser", "/organiser/reveal", confirmed="yes")
    assert answer.status_code == 409 and "The contest runs until" in answer.text


def test_final(held: Held) -> None:
    """After the end the best of each team is judged again"""
    held.hand_in("Owls")
    held.judge()
    organiser = held.organiser()
    held.clock.at = END
    assert "It can be started once" in post(organiser, "/organiser", "/organiser/final").text
    assert post(organiser, "/organiser", "/organiser/final", confirmed="yes").status_code == 303
    assert "provisional" in held.browser().get("/board").text.lower()
    assert "Rejudging 1" in organiser.get("/organiser").text


def test_exports(held: Held) -> None:
    """The board as it really stands, and all records; for the organiser alone"""
    held.clock.at = FREEZE
    held.hand_in("Owls")
    held.judge()
    organiser = held.organiser()
    board = organiser.get("/organiser/export/board.csv")
    assert "attachment" in board.headers["content-disposition"]
    rows = list(csv.DictReader(io.StringIO(board.text)))
    assert rows[0]["team"] == "Owls" and rows[0]["01_points"] == "3"
    public = csv.DictReader(io.StringIO(held.browser().get("/board.csv").text))
    assert [row["01_points"] for row in public] == ["0", "0"]
    records = [
        json.loads(line) for line in organiser.get("/organiser/export/records.jsonl").text.splitlines()
    ]
    assert [one["record"]["outcome"] for one in records] == ["passed"]
    assert organiser.get("/organiser/export/secrets").status_code == 404
    assert held.team("Owls").get("/organiser/export/records.jsonl").status_code == 401
