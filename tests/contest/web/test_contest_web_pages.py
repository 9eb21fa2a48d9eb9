"""What a participant meets: signing in, his katas, handing in, the verdict, his history."""

from __future__ import annotations

import base64
import json
import re
from dataclasses import replace
from datetime import timedelta

import pytest

from checker.contest.web.texts import TABLES
from checker.report.page import VERDICTS
from checker.verdict import Outcome
from tests.contest.web.support import EVIL, SOLVED, START, Held, post, token

PLACEHOLDER = re.compile(r"\{(\w+)\}")


def test_both_languages_say_the_same() -> None:
    """Every text is there in both, with the same things put into it"""
    english, korean = TABLES["en"], TABLES["ko"]
    assert english.keys() == korean.keys()
    for key, text in english.items():
        assert sorted(PLACEHOLDER.findall(text)) == sorted(PLACEHOLDER.findall(korean[key])), key


def test_whole_way_of_a_participant(on_both: Held) -> None:
    """Code, katas, lesson, upload, queue, verdict with the report, history"""
    held = on_both
    browser = held.team("Owls")
    home = browser.get("/").text
    assert "01 First steps" in home and "Attempts left this hour: 20" in home
    page = browser.get("/kata/01").text
    assert "Double it." in page and "raise NotImplementedError" in page
    assert browser.get("/kata/01/stub").text.startswith("def double(x):")
    sent = post(browser, "/kata/01", "/kata/01/submit", files={"file": ("mine.py", SOLVED.encode())})
    assert sent.status_code == 303
    place = sent.headers["location"]
    waiting = browser.get(place).text
    assert "Place 1 in the queue" in waiting and "Why it waits: no judge is connected" in waiting
    assert "mine.py" in waiting
    part = browser.get(f"{place}/state")
    assert part.headers["x-katas-settled"] == "0" and "Place 1" in part.text
    held.judge()
    assert browser.get(f"{place}/state").headers["x-katas-settled"] == "1"
    done = browser.get(place).text
    assert VERDICTS["en"][Outcome.PASSED] in done and "accuracy" in done and "<style" not in done
    assert json.loads(browser.get(f"{place}/record").text)["outcome"] == "passed"
    history = browser.get("/history").text
    assert place in history and "passed" in history
    assert "2 of 3 stars" in browser.get("/").text


def test_pasted_code_and_korean(on_both: Held) -> None:
    """Pasted code is taken with the line ends of Python; the pages are in the team's language"""
    held = on_both
    held.contest.set_language(held.teams["올빼미"][0], "ko")
    browser = held.team("올빼미", "en")
    assert "우리 팀의 카타" in browser.get("/").text and "겨울 대회" in browser.get("/").text
    page = browser.get("/kata/01").text
    assert "두 배로 만듭니다." in page
    sent = post(browser, "/kata/01", "/kata/01/submit", code=SOLVED.replace("\n", "\r\n"))
    assert "기다리는 이유: 연결된 채점기가 없습니다" in browser.get(sent.headers["location"]).text
    with held.contest.database.read() as connection:
        content = connection.exec_driver_sql("SELECT content FROM submission").scalar_one()
    assert SOLVED.encode() in base64.b64decode(json.loads(content)["entry"]["source"])


def test_the_language_is_the_visitors(held: Held) -> None:
    """By the header, then by his choice, which leads back to where he was and nowhere else"""
    browser = held.browser("ko-KR,ko;q=0.9,en;q=0.8")
    assert 'lang="ko"' in browser.get("/").text
    chosen = browser.get("/language/en?next=/board")
    assert chosen.headers["location"] == "/board"
    assert '<html lang="en">' in browser.get("/").text
    for place in ("//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)"):
        assert browser.get("/language/en", params={"next": place}).headers["location"] == "/"
    assert browser.get("/language/fr").status_code == 404


def test_a_miss_shows_what_the_report_shows(held: Held) -> None:
    """The first miss with its message; what a submission says is text and nothing else"""
    held.hand_in("Owls")
    held.judge(Outcome.FAILED, text=EVIL + "\u202e\x1b[31m")
    page = held.team("Owls").get("/submission/1").text
    assert VERDICTS["en"][Outcome.FAILED] in page
    assert "<script>alert" not in page and "<img src=x" not in page
    assert "\u202e" not in page and "\x1b" not in page and "\\u202e" in page


def test_notebook_is_taken_and_told_what_was_left_out(held: Held) -> None:
    """What the functions need of it"""
    cells = [["import numpy as np", "print('hello')"], SOLVED.splitlines()]
    notebook = {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": {},
        "cells": [
            {
                "cell_type": "code",
                "id": f"c{n}",
                "metadata": {},
                "execution_count": None,
                "outputs": [],
                "source": "\n".join(c),
            }
            for n, c in enumerate(cells)
        ],
    }
    browser = held.team("Owls")
    sent = post(
        browser,
        "/kata/01",
        "/kata/01/notebook",
        files={"file": ("내 공책.ipynb", json.dumps(notebook).encode())},
    )
    assert sent.status_code == 303, sent.text
    page = browser.get(sent.headers["location"]).text
    assert "내 공책.ipynb" in page and "cell 1" in page


def test_waiting_says_why(held: Held) -> None:
    """Paused by the organiser: never without a reason"""
    held.contest.pause(["*"])
    held.hand_in("Owls")
    assert "the organiser has paused judging this kata" in held.team("Owls").get("/submission/1").text


def test_locked_katas_stay_locked_on_the_server(held: Held, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lesson, stub, picture and upload of a kata that is not open"""
    held.contest.settings = replace(held.contest.settings, open_katas="path")
    browser = held.team("Owls")
    assert "Pass kata 01 first." in browser.get("/").text
    for place in ("/kata/02", "/kata/02/stub", "/kata/02/picture/drawn.png"):
        answer = browser.get(place)
        assert answer.status_code == 403 and "Pass kata 01 first" in answer.text
    sent = post(browser, "/kata/01", "/kata/02/submit", code=SOLVED)
    assert sent.status_code == 403 and "Pass kata 01 first" in sent.text
    held.hand_in("Owls")
    held.judge()
    assert browser.get("/kata/02").status_code == 200
    assert browser.get("/kata/99").status_code == 404 and "no kata 99" in browser.get("/kata/99").text


def test_before_and_after(held: Held) -> None:
    """Nothing opens before the start; after the end a submission is practice"""
    held.clock.at = START - timedelta(hours=1)
    browser = held.team("Owls")
    assert re.search(r"begins at <time[^>]*>2026-12-05 01:00 UTC", browser.get("/").text)
    assert browser.get("/kata/01").status_code == 403
    sent = post(browser, "/", "/kata/01/submit", code=SOLVED)
    assert sent.status_code == 403 and "2026-12-05 01:00 UTC" in sent.text
    held.clock.at = START + timedelta(hours=4)
    assert "does not count" in browser.get("/kata/01").text
    sent = post(browser, "/kata/01", "/kata/01/submit", code=SOLVED)
    assert "Practice: received after the end" in browser.get(sent.headers["location"]).text


def test_too_many_attempts(held: Held) -> None:
    """The next one is told to the minute"""
    held.contest.settings = replace(held.contest.settings, attempts_per_hour=2)
    browser = held.team("Owls")
    answers = [post(browser, "/kata/01", "/kata/01/submit", code=SOLVED).status_code for _ in range(2)]
    assert answers == [303, 303]
    refused = post(browser, "/kata/01", "/kata/01/submit", code=SOLVED)
    assert refused.status_code == 429
    assert "The next one is allowed at 2026-12-05 02:10 UTC" in refused.text


def test_others_see_nothing(held: Held) -> None:
    """A submission of another team is as if it was not there: page, state, record"""
    held.hand_in("Owls")
    held.judge()
    other, nobody = held.team("올빼미"), held.browser()
    for place in ("/submission/1", "/submission/1/state", "/submission/1/record"):
        assert other.get(place).status_code == 404
        assert other.get(place).text == other.get(place.replace("1", "999")).text.replace("999", "1")
        assert nobody.get(place).status_code == 401
        assert held.organiser().get(place).status_code == 200


def test_signing_out_and_a_new_code(held: Held) -> None:
    """Both end the session; the old cookie opens nothing"""
    browser = held.team("Owls")
    stolen = dict(browser.cookies)
    post(browser, "/", "/sign-out")
    assert browser.get("/history").status_code == 401
    thief = held.browser()
    thief.cookies.update(stolen)
    assert thief.get("/history").status_code == 200
    held.contest.new_code(held.teams["Owls"][0])
    assert thief.get("/history").status_code == 401


def test_a_disqualified_team_reads_why(held: Held) -> None:
    """It can sign in and see the reason; it hands nothing in"""
    held.contest.disqualify(held.teams["Owls"][0], "two accounts")
    browser = held.team("Owls")
    assert "disqualified: two accounts" in browser.get("/").text
    sent = post(browser, "/", "/kata/01/submit", code=SOLVED)
    assert sent.status_code == 403 and "two accounts" in sent.text


def test_announcement_is_on_every_page(held: Held) -> None:
    """As text, whatever it holds"""
    held.contest.announce(f"Lunch at noon {EVIL}")
    for place in ("/", "/board", "/projector"):
        page = held.browser().get(place).text
        assert "Lunch at noon" in page and "<script>alert" not in page


def test_form_token(held: Held) -> None:
    """A form without it, with another visit's, or sent from elsewhere changes nothing"""
    browser, other = held.team("Owls"), held.team("올빼미")
    good = token(browser.get("/kata/01").text)
    bad = token(other.get("/kata/01").text)
    for data, headers in (
        ({"code": SOLVED}, {}),
        ({"code": SOLVED, "token": bad}, {}),
        ({"code": SOLVED, "token": good}, {"sec-fetch-site": "cross-site"}),
        ({"code": SOLVED, "token": "é"}, {}),
    ):
        answer = browser.post("/kata/01/submit", data=data, headers=headers)
        assert answer.status_code == 403 and "Nothing was changed" in answer.text
    assert "not submitted anything" in browser.get("/history").text
    assert browser.post("/kata/01/submit", data={"code": SOLVED, "token": good}).status_code == 303


def test_a_thousand_attempts(held: Held) -> None:
    """The pages stay short: a hundred at a time, and none is left out"""
    held.contest.settings = replace(held.contest.settings, attempts_per_hour=1000)
    for _ in range(1000):
        held.hand_in("Owls")
    browser = held.team("Owls")
    place, seen = "/history", set()
    for _ in range(10):
        page = browser.get(place).text
        found = re.findall(r'href="/submission/(\d+)"', page)
        assert len(found) == 100
        seen |= set(found)
        older = re.search(r'href="(/history\?before=\d+)"', page)
        place = older[1] if older else ""
    assert len(seen) == 1000 and not place
    assert len(browser.get("/kata/01").text) < 60_000
    assert "pending: 1000" in browser.get("/board").text
    assert "No attempts left" in browser.get("/kata/01").text
    assert browser.get("/history?before=x").status_code == 200
