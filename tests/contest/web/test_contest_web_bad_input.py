"""What must not come through: too much, too little, other encodings, forged cookies, guesses; and what a page then says."""

from __future__ import annotations

import errno
import itertools
import json
from collections.abc import Iterator
from typing import Any

import anyio
import pytest
from starlette.testclient import TestClient

from checker.contest.errors import DatabaseUnavailable
from checker.contest.services import Contest
from checker.contest.web import limits, sessions, tries, uploads
from checker.contest.web.app import make_app
from checker.contest.web.headers import HEADERS
from tests.contest.web.support import EVIL, SOLVED, Held, post, token

LEAKS = ("Traceback", "/tmp", "site-packages", "starlette", "sqlite", "Error(", ".py:")


def kept(held: Held) -> int:
    """How many submissions there are."""
    return len(held.contest.all_submissions())


def sent(browser: TestClient, content: bytes, name: str = "solution.py") -> Any:
    return post(browser, "/kata/01", "/kata/01/submit", files={"file": (name, content)})


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("solution.py", b"x = 1\n" * 3000, "longer than 16 KiB"),
        ("solution.py", b"", "Nothing was sent"),
        ("solution.py", b"  \n\n", "Nothing was sent"),
        ("solution.py", bytes(range(256)), "NUL character"),
        ("solution.py", SOLVED.encode("utf-16"), "UTF-16"),
        ("solution.py", "# 두 배\n".encode("cp949"), "not UTF-8 text"),
        ("solution.py", b"# coding: nonsense\nx = 1\n", "coding &#39;nonsense&#39;"),
        ("photo.jpg", b"\xff\xd8\xff\xe0" * 10, "photo.jpg"),
        ("book.ipynb", b"not json", "cannot be read as a notebook"),
        ("book.ipynb", b'{"cells": []}', "book.ipynb"),
        (f"{EVIL}.jpg", b"x = 1", "Send a Python file"),
    ],
)
def test_files_that_cannot_be_judged(held: Held, name: str, content: bytes, says: str) -> None:
    """Each gets its sentence; nothing is kept, no attempt is used, no place of the server is told"""
    browser = held.team("Owls")
    answer = sent(browser, content, name)
    assert answer.status_code in (413, 422) and says in answer.text
    assert "<script>alert" not in answer.text and "<img src=x" not in answer.text
    assert not any(leak in answer.text for leak in LEAKS)
    assert kept(held) == 0
    assert "Attempts left this hour: 20" in browser.get("/").text


def test_other_encodings_that_python_reads(held: Held) -> None:
    """A coding line is enough"""
    answer = sent(held.team("Owls"), b"# coding: cp949\n" + "# 두 배\n".encode("cp949") + SOLVED.encode())
    assert answer.status_code == 303


def test_more_than_the_form_may_hold(held: Held) -> None:
    """By what is declared, before anything of it is parsed; and by counting, where nothing is declared"""
    browser = held.team("Owls")
    answer = sent(browser, b"x" * 200_000)
    assert (
        answer.status_code == 413
        and "at most 16 KiB" in answer.text
        and "no attempt is used up" in answer.text
    )
    declared = browser.post(
        "/kata/01/submit",
        content=b"a=1",
        headers={"content-length": str(10**9), "content-type": "text/plain"},
    )
    assert declared.status_code == 413
    for length in ("-5", "1e3", "9" * 30):
        assert browser.post("/sign-in", content=b"x", headers={"content-length": length}).status_code == 413
    chunk = b"--b\r\nContent-Disposition: form-data; name=file; filename=a.py\r\n\r\n"

    def endless() -> Iterator[bytes]:
        yield chunk
        yield from itertools.repeat(b"x" * 10_000, 100)

    counted = browser.post(
        "/kata/01/submit", content=endless(), headers={"content-type": "multipart/form-data; boundary=b"}
    )
    assert counted.status_code == 413 and "at most 16 KiB" in counted.text
    pasted = post(browser, "/kata/01", "/kata/01/submit", code="x" * (limits.SOURCE_BYTES - 10))
    assert pasted.status_code == 422 and "longer than 16 KiB" in pasted.text
    assert kept(held) == 0


def test_notebooks_may_be_larger(held: Held) -> None:
    """Up to 20 MB with their outputs, on their own address alone"""
    output = {"output_type": "stream", "name": "stdout", "text": "x" * 3_000_000}
    cell = {
        "cell_type": "code",
        "id": "a",
        "metadata": {},
        "execution_count": 1,
        "outputs": [output],
        "source": SOLVED,
    }
    book = json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [cell]}).encode()
    browser = held.team("Owls")
    files = {"file": ("a.ipynb", book)}
    assert post(browser, "/kata/01", "/kata/01/notebook", files=files).status_code == 303
    assert post(browser, "/kata/01", "/kata/01/submit", files=files).status_code == 413
    larger = post(browser, "/kata/01", "/kata/01/notebook", files={"file": ("a.ipynb", b"x" * 20_100_000)})
    assert larger.status_code == 413 and "at most 20 MB" in larger.text


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"--b",
        b"--b\r\n\r\n",
        b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.py"\r\n\r\nx = 1',
        b"--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--\r\n",
        b"\x00\xff" * 100,
        b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\nx\r\n' * 50 + b"--b--\r\n",
    ],
)
def test_broken_forms(held: Held, body: bytes) -> None:
    """No error of ours, whatever arrives"""
    browser = held.team("Owls")
    answer = browser.post(
        "/kata/01/submit", content=body, headers={"content-type": "multipart/form-data; boundary=b"}
    )
    assert answer.status_code in (400, 403, 422)
    assert not any(leak in answer.text for leak in LEAKS)


@pytest.mark.parametrize(
    "name", ["../../etc/passwd.py", "C:\\a\\b.py", "a\x00b.py", "\u202egnp.py", "한글 이름.py", "." * 300]
)
def test_names_of_files(name: str) -> None:
    """Without folders and without what is not seen"""
    plain = uploads.plain_name(name)
    assert plain and len(plain) <= 92
    assert not set(plain) & set('/\\\x00\u202e<>"')


def test_forged_cookies(held: Held) -> None:
    """Changed, of another contest, of a team as the organiser's, or any text"""
    owls = held.team("Owls")
    good = owls.cookies[sessions.TEAM]
    other = sessions.Sessions(b"another contest's secret")
    forged = str(other._team.dumps([1, "x"]))
    as_organiser = {sessions.ORGANISER: good}
    for cookies in (
        {sessions.TEAM: good[:-2] + ("aa" if good[-2:] != "aa" else "bb")},
        {sessions.TEAM: forged},
        {sessions.TEAM: "x" * 4000},
        {sessions.TEAM: '"; drop table team'},
    ):
        browser = held.browser()
        browser.cookies.update(cookies)
        assert browser.get("/history").status_code == 401
    browser = held.browser()
    browser.cookies.update(as_organiser)
    assert browser.get("/organiser").status_code == 401
    assert owls.get("/organiser").status_code == 401
    assert held.organiser().get("/history").status_code == 401


def test_cookies_are_kept_from_scripts_and_other_sites(held: Held) -> None:
    """HttpOnly, SameSite=Lax, and Secure where the page came by https"""
    for scheme in ("http", "https"):
        browser = held.browser()
        browser.base_url = f"{scheme}://testserver"
        answer = post(browser, "/", "/sign-in", code=held.teams["Owls"][1])
        cookie = answer.headers["set-cookie"]
        assert (
            "HttpOnly" in cookie and "SameSite=lax" in cookie and ("Secure" in cookie) == (scheme == "https")
        )


def test_headers_are_on_every_answer(held: Held) -> None:
    """Pages, errors, files, refusals before the body is read"""
    browser = held.team("Owls")
    answers = [
        browser.get(place)
        for place in ("/", "/board", "/nothing", "/static/contest.js", "/board.json", "/organiser")
    ]
    answers.append(browser.post("/sign-in", content=b"x" * 100_000))
    answers.append(browser.post("/api/submissions", content=b"{}"))
    for answer in answers:
        for name, value in HEADERS.items():
            assert answer.headers[name] == value
        assert "Set-Cookie" not in answer.headers or "katas_" in answer.headers["set-cookie"]


def test_pages_ask_no_other_host_and_hold_no_inline_code(held: Held) -> None:
    """As the policy wants it"""
    held.hand_in("Owls")
    held.judge()
    owls, organiser = held.team("Owls"), held.organiser()
    pages = [owls.get(p).text for p in ("/", "/board", "/kata/01", "/history", "/submission/1", "/projector")]
    pages.append(organiser.get("/organiser").text)
    for page in pages:
        assert "http://" not in page.replace("http://www.w3.org", "") and "https://" not in page
        assert (
            "<style" not in page
            and " style=" not in page
            and " onclick" not in page
            and page.count("<script") == 1
        )


def test_codes_can_be_tried_only_so_often(held: Held, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wrong ones by address, all together in all; time opens it again; a right code of others is not kept out"""
    seconds = [0.0]
    counted = tries.Tries(lambda: seconds[0])
    for _ in range(tries.WRONG_AT_ONCE):
        assert counted.wait("a") == 0
        counted.was_wrong("a")
    assert counted.wait("a") > 0
    assert counted.wait("b") == 0
    seconds[0] += 60
    assert counted.wait("a") == 0
    for number in range(tries.ALL_AT_ONCE + 1):
        last = counted.wait(f"address {number}")
    assert last > 0
    monkeypatch.setattr(tries.Tries, "wait", lambda self, address: 7)
    answer = post(held.browser(), "/", "/sign-in", code="AAAAAA-AAAAAAAAAAAAAA")
    assert answer.status_code == 429 and "Wait 7 seconds" in answer.text


def test_wrong_codes(held: Held) -> None:
    """A sentence, and no session"""
    for code in ("", "x", "AAAAAA-AAAAAAAAAAAAAA", held.teams["Owls"][1][:-1], EVIL, "가" * 90):
        browser = held.browser()
        answer = post(browser, "/", "/sign-in", code=code)
        assert answer.status_code == 403 and "No team has this code" in answer.text
        assert browser.get("/history").status_code == 401
    assert post(held.browser(), "/organiser/sign-in", "/organiser/sign-in", code="x").status_code == 403
    small = held.teams["Owls"][1].lower().replace("-", " ")
    assert post(held.browser(), "/", "/sign-in", code=small).status_code == 303


@pytest.mark.parametrize(
    "place",
    ["/nothing", "/kata/1", "/kata/..%2f..", "/submission/abc", "/static/../app.py", "/organiser/none"],
)
def test_no_such_page(held: Held, place: str) -> None:
    """A page with a sentence and the way back"""
    answer = held.team("Owls").get(place)
    assert answer.status_code in (404, 405)
    assert 'href="/"' in answer.text and not any(leak in answer.text for leak in LEAKS)


def test_faults_of_ours_and_of_the_machine(held: Held, monkeypatch: pytest.MonkeyPatch) -> None:
    """A mistake in the program, a database that is away, a full disk: a sentence each, and the headers"""
    browser = held.browser(raise_server_exceptions=False)
    post(browser, "/", "/sign-in", code=held.teams["Owls"][1])
    errors: list[tuple[Exception, int, str]] = [
        (RuntimeError("secret /tmp/x"), 500, "The server made a mistake"),
        (DatabaseUnavailable("sqlite is away"), 503, "too busy"),
        (OSError(errno.ENOSPC, "No space left on device", "/tmp/x"), 507, "its disk is full"),
        (OSError(errno.EIO, "Input/output error", "/tmp/x"), 500, "The server made a mistake"),
    ]
    good = token(browser.get("/kata/01").text)
    for error, status, says in errors:

        def fails(*_: object, raised: Exception = error) -> None:
            raise raised

        monkeypatch.setattr(Contest, "submit", fails)
        answer = browser.post("/kata/01/submit", data={"token": good, "code": SOLVED})
        assert answer.status_code == status and says in answer.text
        assert not any(leak in answer.text for leak in LEAKS)
        assert answer.headers["content-security-policy"] == HEADERS["Content-Security-Policy"]


def test_a_database_that_is_away_altogether(held: Held, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not even the title is known: a sentence in both languages"""

    def fails(*_: object) -> None:
        raise DatabaseUnavailable("gone")

    browser = held.browser()
    monkeypatch.setattr("checker.contest.web.site.glance", fails)
    answer = browser.get("/board")
    assert answer.status_code == 503 and "too busy" in answer.text and "바쁩니다" in answer.text


def test_slow_uploads_end(held: Held, monkeypatch: pytest.MonkeyPatch) -> None:
    """A body that does not come is not waited for"""

    async def call() -> list[dict[str, Any]]:
        app = make_app(held.contest)
        answers: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            await anyio.sleep(30)
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: Any) -> None:
            answers.append(message)

        headers = [(b"content-type", b"multipart/form-data; boundary=b")]
        scope = {
            "type": "http",
            "method": "POST",
            "path": "/kata/01/submit",
            "headers": headers,
            "query_string": b"",
        }
        await app(
            {**scope, "scheme": "http", "server": ("a", 80), "client": ("b", 1), "root_path": ""},
            receive,
            send,
        )
        return answers

    monkeypatch.setattr(limits, "SECONDS", 0.05)
    answers = anyio.run(call)
    assert answers[0]["status"] == 408 and "took too long" in answers[1]["body"].decode()


def test_strange_names_do_no_harm(on_both: Held) -> None:
    """Markup, another direction, one long word: shown as they are, and they end where they end"""
    held = on_both
    for name in (EVIL, "שלום " * 5, "아주긴이름" * 12, "W" * 60, "=1+1"):
        held.contest.add_teams([name])
    page = held.browser().get("/board").text
    assert "<script>alert" not in page and "&lt;script&gt;" in page and "<bdi>שלום" in page
    assert "'=1+1" in held.browser().get("/board.csv").text
