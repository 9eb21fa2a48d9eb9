"""A whole small contest in a real browser: two teams and an organiser, Korean and English, telephone and laptop, with and
without script; and nothing that keeps somebody out who sees or moves otherwise.

Pictures of every page go to the folder that KATAS_SHOTS names, if it does.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from checker.contest.views import PUBLIC
from checker.verdict import Outcome
from tests.contest.web.support import END, EVIL, FREEZE, SOLVED, Held

playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed here")
axe = pytest.importorskip(
    "axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed here"
)
CHROMIUM = shutil.which("chromium")
if CHROMIUM is None:
    pytest.skip("there is no chromium here: apt-get install chromium", allow_module_level=True)

TELEPHONE = {"width": 400, "height": 800}
LAPTOP = {"width": 1200, "height": 800}
SHOTS = os.environ.get("KATAS_SHOTS", "")
LONG = {
    "안녕하세요반갑습니다" * 6,
    "Donaudampfschifffahrtsgesellschaftskapitaensmuetzenabzeichen",
    "שלום עולם",
    EVIL[:60],
}


pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    with playwright.sync_playwright() as started:
        arguments = ["--no-sandbox"] if os.name == "posix" and os.geteuid() == 0 else []
        browser = started.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield browser
        browser.close()


class Person:
    """Somebody with a browser of his own. Whatever it complains about is kept."""

    def __init__(
        self,
        chromium: Any,
        address: str,
        *,
        language: str = "en",
        size: Any = LAPTOP,
        script: bool = True,
        dark: bool = False,
    ):
        self.context = chromium.new_context(
            locale="ko-KR" if language == "ko" else "en-GB",
            viewport=size,
            java_script_enabled=script,
            color_scheme="dark" if dark else "light",
            timezone_id="Asia/Seoul",
        )
        self.page = self.context.new_page()
        self.page.set_default_timeout(20_000)
        self.address = address
        self.complaints: list[str] = []
        self.hosts: set[str] = set()
        self.page.on(
            "console", lambda said: self.complaints.append(said.text) if said.type == "error" else None
        )
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on(
            "request",
            lambda request: self.hosts.add(request.url.split("/")[2]) if "://" in request.url else None,
        )

    def go(self, place: str) -> None:
        self.page.goto(self.address + place)

    def sign_in(self, code: str, place: str = "/") -> None:
        self.go(place)
        self.page.fill("#code", code)
        self.page.click("main button")
        self.page.wait_for_load_state()

    def look(self, name: str) -> None:
        """The page must fit the screen, say its language and its heading, and pass axe; a picture of it is made."""
        page = self.page
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{name} is {wide} pixels wider than the screen"
        assert page.locator("h1").count() >= 1
        if SHOTS:
            Path(SHOTS).mkdir(parents=True, exist_ok=True)
            page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)
        found = axe.Axe().run(page).response["violations"]
        serious = [
            (one["id"], [node["html"][:200] for node in one["nodes"][:3]])
            for one in found
            if one["impact"] in ("serious", "critical")
        ]
        assert not serious, (name, serious)

    def close(self) -> None:
        self.context.close()
        assert self.hosts <= {self.address.split("/")[2]}
        assert not self.complaints, self.complaints


def hand_in_file(person: Person, tmp_path: Path, name: str, text: str, kata: str = "01") -> str:
    """Upload a file; the place of the submission."""
    file = tmp_path / name
    file.write_text(text, encoding="utf-8")
    person.go(f"/kata/{kata}")
    person.page.set_input_files("#file", str(file))
    person.page.click("#file ~ button")
    person.page.wait_for_url(re.compile(r"/submission/\d+$"))
    return person.page.url


@pytest.mark.parametrize(("size", "where"), [(TELEPHONE, "400"), (LAPTOP, "1200")])
def test_a_whole_contest(
    chromium: Any, held: Held, served: str, tmp_path: Path, size: Any, where: str
) -> None:
    """From the code on the sheet to the last row of the board"""
    for name in sorted(LONG):
        held.contest.add_teams([name])
    held.contest.set_language(held.teams["올빼미"][0], "ko")
    owls = Person(chromium, served, size=size)
    korean = Person(chromium, served, language="ko", size=size, dark=True)
    organiser = Person(chromium, served, size=size)
    room = Person(chromium, served, size=LAPTOP)

    owls.go("/")
    owls.look(f"{where}-welcome")
    owls.go(f"/#code={held.teams['Owls'][1]}")
    code = held.teams["Owls"][1]
    assert owls.page.input_value("#code") == code, "the QR code brings the code"
    assert code not in owls.page.url
    owls.page.click("main button")
    owls.page.wait_for_selector(".katas")
    owls.look(f"{where}-home")
    korean.sign_in("WRONG-CODE")
    korean.look(f"{where}-wrong-code-ko")
    korean.sign_in(held.teams["올빼미"][1])
    korean.look(f"{where}-home-ko")
    assert korean.page.locator("html").get_attribute("lang") == "ko"
    korean.go("/kata/01")
    korean.look(f"{where}-kata-ko")

    place = hand_in_file(owls, tmp_path, "mine.py", SOLVED)
    owls.look(f"{where}-waiting")
    assert owls.page.get_by_text("no judge is connected").is_visible()
    room.go("/board")
    assert room.page.get_by_text("pending: 1").is_visible()
    held.judge()
    owls.page.wait_for_selector(".katas-report")
    owls.look(f"{where}-report")

    # The board hears of it by itself.
    room.page.wait_for_selector("#board .stars")
    assert room.page.get_by_text("●★☆★").first.is_visible()

    korean.page.locator("summary").nth(2).click()
    korean.page.fill("#pasted", "def double(x):\n    return x\n")
    korean.page.click("#pasted ~ button")
    korean.page.wait_for_url(re.compile(r"/submission/\d+$"))
    held.judge(Outcome.FAILED, text=f"{EVIL} 한글로 된 아주 긴 설명이 이어집니다 {'길' * 200}")
    korean.page.wait_for_selector(".katas-report")
    korean.look(f"{where}-missed-ko")
    korean.go("/history")
    korean.look(f"{where}-history-ko")

    organiser.sign_in(held.organiser_code, "/organiser/sign-in")
    organiser.look(f"{where}-organiser")
    organiser.page.fill("#text", "Lunch is at noon. 점심은 열두 시입니다.")
    organiser.page.click("section[aria-labelledby=h-announce] button")
    organiser.page.wait_for_selector(".notice")
    organiser.page.fill("#one", "2")
    organiser.page.click("section[aria-labelledby=h-rejudge] button")
    organiser.look(f"{where}-confirm")
    organiser.page.click("main button")
    organiser.page.wait_for_url(re.compile("/organiser/rejudging/1$"))
    held.judge()
    organiser.go("/organiser/rejudging/1")
    organiser.look(f"{where}-differences")
    organiser.page.get_by_role("button", name="Apply").click()
    organiser.page.click("main button")
    organiser.page.wait_for_url(re.compile("/organiser/rejudging/1$"))
    organiser.go("/organiser/board")
    organiser.look(f"{where}-organisers-board")

    for person, name in ((owls, "board"), (korean, "board-ko")):
        person.go("/board")
        person.look(f"{where}-{name}")
        person.page.locator(".board").first.wait_for()
        person.go("/board?kata=01")
        person.look(f"{where}-{name}-kata")

    held.clock.at = FREEZE
    held.hand_in("Owls", "02")
    held.judge()
    room.go("/projector")
    room.look(f"{where}-projector-frozen")
    held.clock.at = END
    organiser.go("/projector")
    closed = len(held.contest.board(PUBLIC).rows)
    for _ in range(closed):
        organiser.page.click("main form button")
        organiser.page.click("main button.danger")
        organiser.page.wait_for_url(re.compile("/projector$"))
    room.page.locator("#board .notice").wait_for(state="detached")
    room.look(f"{where}-projector-open")
    owls.go("/kata/02")
    assert owls.page.get_by_text("judged as practice").is_visible()
    owls.go("/nothing")
    owls.look(f"{where}-error")
    owls.complaints.clear()  # the browser tells of the status 404 itself
    korean.complaints[:] = [one for one in korean.complaints if "403" not in one]
    owls.page.goto(place)
    for person in (owls, korean, organiser, room):
        person.close()


@pytest.mark.parametrize("language", ["en", "ko"])
def test_without_script(chromium: Any, held: Held, served: str, tmp_path: Path, language: str) -> None:
    """Everything can be done: sign in, hand in, read the verdict, look at the board, choose the language, act as organiser"""
    held.contest.set_language(held.teams["Owls"][0], language)
    owls = Person(chromium, served, language=language, size=TELEPHONE, script=False)
    owls.sign_in(held.teams["Owls"][1])
    hand_in_file(owls, tmp_path, "mine.py", SOLVED)
    held.judge()
    owls.page.reload()
    assert owls.page.locator(".katas-report").is_visible()
    owls.go("/board")
    assert "UTC" in owls.page.locator("#board").inner_text()
    assert owls.page.get_by_text("●★☆★").is_visible()
    owls.page.click(".who a")
    other = "ko" if language == "en" else "en"
    assert owls.page.locator("html").get_attribute("lang") == other
    owls.close()
    organiser = Person(chromium, served, size=LAPTOP, script=False)
    organiser.sign_in(held.organiser_code, "/organiser/sign-in")
    organiser.page.click("section[aria-labelledby=h-pause] button")
    assert organiser.page.get_by_text("Paused: all katas").first.is_visible()
    organiser.close()


def test_too_large_a_file_is_told_before_it_is_sent(
    chromium: Any, held: Held, served: str, tmp_path: Path
) -> None:
    """By the script; and by the server to a browser without, also in the middle of a large upload"""
    large = tmp_path / "large.py"
    large.write_bytes(b"x = 1\n" * 500_000)
    for script in (True, False):
        person = Person(chromium, served, script=script)
        person.sign_in(held.teams["Owls"][1])
        person.go("/kata/01")
        person.page.set_input_files("#file", str(large))
        if script:
            assert "16 KiB" in person.page.eval_on_selector("#file", "one => one.validationMessage")
        else:
            person.page.click("#file ~ button")
            person.page.wait_for_selector("[role=alert]")
            assert "at most 16 KiB" in person.page.locator("[role=alert]").inner_text()
            person.complaints.clear()
        person.close()
    assert held.contest.all_submissions() == []


def test_the_board_lives_on_when_streams_fail(chromium: Any, held: Held, served: str) -> None:
    """Then the page asks by itself every fifteen seconds"""
    person = Person(chromium, served)
    person.context.route("**/events", lambda route: route.abort())
    person.page.clock.install()
    person.go("/board")
    held.hand_in("Owls")
    person.page.clock.run_for(16_000)
    person.page.get_by_text("pending: 1").wait_for()
    person.complaints.clear()
    person.close()


def test_by_keyboard_alone(chromium: Any, held: Held, served: str) -> None:
    """The first key leads to the content; the form is filled and sent without a mouse"""
    person = Person(chromium, served)
    person.go("/")
    person.page.keyboard.press("Tab")
    assert person.page.evaluate("document.activeElement.className") == "skip"
    person.page.focus("#code")
    person.page.keyboard.type(held.teams["Owls"][1])
    person.page.keyboard.press("Enter")
    person.page.wait_for_selector(".katas")
    person.close()
