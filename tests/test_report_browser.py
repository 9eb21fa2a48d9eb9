"""The report in a real browser: nothing is fetched, nothing runs, it fits a telephone, and whoever needs help can read it."""

from __future__ import annotations

import hashlib
import io
import threading
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from checker.catalog import Kata, load
from checker.record_format import from_json
from checker.report.page import page, path_page
from checker.suite.show import Show, Words
from checker.verdict import Artifact, Outcome, Record
from checker.workspace.progress import State, Summary, standings

sync_api = pytest.importorskip(
    "playwright.sync_api", reason="playwright is not installed (pip install playwright)"
)
axe_module = pytest.importorskip(
    "axe_playwright_python.sync_playwright", reason="axe is not installed (pip install axe-playwright-python)"
)
CHROMIUM = Path("/usr/bin/chromium")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"there is no {CHROMIUM} (apt-get install chromium)"),
]

GOLDEN = Path(__file__).parent / "golden"
POLICY = "default-src 'none'; style-src 'self'; img-src 'self'"
PAGES = ("passed", "failed", "path")
TELEPHONE, DESK = 400, 1_200


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Chromium, without a window."""
    with sync_api.sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield started
        started.close()


def pictures() -> dict[Artifact, bytes]:
    """A wide sheet of images, a figure and a film, as a suite makes them."""
    made: dict[Artifact, bytes] = {}

    def take(name: str, media_type: str, content: bytes, words: Words) -> None:
        digest = hashlib.sha256(content).hexdigest()
        made[Artifact(name, media_type, digest, len(content), words.caption, words.caption_ko, words.alt)] = (
            content
        )

    rng = np.random.default_rng(1)
    said = {"caption": "What it has drawn.", "caption_ko": "그린 그림입니다."}
    show = Show(take)
    show.images("sheet", [rng.random((20, 8, 8)), rng.random((20, 8, 8))], **said)
    show.lines("lines", {"a": ([1, 2], [1, 2]), "b": ([1, 2], [2, 1])}, **said)
    show.animation("film", [np.full((30, 40), part) for part in (0.1, 0.5, 0.9)], **said)
    return made


def kata_of(made: Record) -> Kata:
    return next(kata for kata in load() if kata.name == made.kata)


def files_of(name: str, language: str, *, apart: bool = False) -> dict[str, bytes]:
    """A report as the command writes it."""
    if name == "path":
        katas = load()
        summaries = {katas[0].name: Summary(3, "2026-01-01", stars={"robust": True, "speed": False})}
        path = standings(katas, summaries)
        assert [one.state for one in path[:3]] == [State.PASSED, State.OPEN, State.LOCKED]
        return path_page(path, language=language, apart=apart)
    drawn = pictures()
    made = from_json((GOLDEN / f"{name}.json").read_text(encoding="utf-8"))
    made = replace(made, artifacts=tuple(drawn))
    assert (made.outcome is Outcome.PASSED) == (name == "passed")
    return page(made, kata_of(made), [made, made], drawn.get, language=language, apart=apart)


class Seen:
    """A page that is open, everything that it asked for, and what the browser complained of."""

    def __init__(self, context: Any, address: str) -> None:
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self.page = context.new_page()
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("console", lambda said: self.complaints.append(said.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.goto(address, wait_until="load")
        for part in self.page.query_selector_all("details"):
            part.evaluate("part => part.open = true")

    def ask(self, script: str) -> Any:
        return self.page.evaluate(script)

    def faults(self) -> list[str]:
        """What axe calls serious or critical, each with the first place."""
        result = axe_module.Axe().run(self.page).response
        self.looked_at = {rule["id"] for rule in (*result["passes"], *result["violations"])}
        return [
            f"{fault['id']}: {fault['nodes'][0]['html'][:120]}"
            for fault in result["violations"]
            if fault["impact"] in ("serious", "critical")
        ]


@pytest.mark.parametrize(("language", "scheme"), [("en", "light"), ("ko", "dark")])
@pytest.mark.parametrize("name", PAGES)
def test_one_file(browser: Any, tmp_path: Path, name: str, language: str, scheme: str) -> None:
    """Nothing leaves, nothing runs, nothing is wider than the screen, and no fault that axe calls serious"""
    place = tmp_path / "index.html"
    place.write_bytes(files_of(name, language)["index.html"])
    context = browser.new_context(color_scheme=scheme)
    seen = Seen(context, place.as_uri())
    assert [one for one in seen.requests if not one.startswith(("file:", "data:"))] == []
    assert seen.ask("document.scripts.length") == 0
    drawn = seen.ask("[...document.images].map(image => image.naturalWidth)")
    assert len(drawn) == (0 if name == "path" else 3) and all(drawn)
    red = int(seen.ask("getComputedStyle(document.body).backgroundColor").split("(")[1].split(",")[0])
    assert (red < 60) == (scheme == "dark")
    for width in (DESK, TELEPHONE):
        seen.page.set_viewport_size({"width": width, "height": 800})
        assert seen.ask("document.documentElement.scrollWidth") <= width
    assert seen.complaints == []
    assert seen.faults() == []
    assert "color-contrast" in seen.looked_at
    context.close()


def test_axe_finds_faults(browser: Any, tmp_path: Path) -> None:
    """A picture without words and pale letters, so that its silence means something"""
    text = files_of("passed", "en")["index.html"].decode()
    broken = text.replace('alt="What it has drawn."', "").replace("--soft: #667085", "--soft: #c8cdd6")
    place = tmp_path / "index.html"
    place.write_text(broken, encoding="utf-8")
    context = browser.new_context(viewport={"width": DESK, "height": 800}, color_scheme="light")
    found = " ".join(Seen(context, place.as_uri()).faults())
    assert "image-alt" in found and "color-contrast" in found
    context.close()


def test_a_film_moves_only_where_it_may(browser: Any, tmp_path: Path) -> None:
    """Whoever asks for less motion gets its last frame"""
    place = tmp_path / "index.html"
    place.write_bytes(files_of("passed", "en")["index.html"])
    kinds = []
    for wish in ("no-preference", "reduce"):
        context = browser.new_context(reduced_motion=wish)
        seen = Seen(context, place.as_uri())
        kinds.append(seen.ask("document.querySelector('picture img').currentSrc.slice(5, 15)"))
        context.close()
    assert kinds == ["image/webp", "image/png;"]


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """A folder and its address, on a server with a strict policy."""

    class Strict(SimpleHTTPRequestHandler):
        def end_headers(self) -> None:
            self.send_header("Content-Security-Policy", POLICY)
            super().end_headers()

        def do_GET(self) -> None:
            # Browsers ask for it, whatever the page says.
            if self.path == "/favicon.ico":
                self.send_response(204)
                self.end_headers()
            else:
                super().do_GET()

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Strict, directory=str(tmp_path)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield tmp_path, f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("name", PAGES)
def test_a_folder_on_a_strict_server(browser: Any, served: tuple[Path, str], name: str) -> None:
    """Style and pictures come from beside the page, and the policy forbids nothing that it needs"""
    folder, address = served
    for file, content in files_of(name, "ko", apart=True).items():
        (folder / file).write_bytes(content)
    context = browser.new_context(viewport={"width": TELEPHONE, "height": 800}, color_scheme="light")
    seen = Seen(context, f"{address}index.html")
    assert seen.complaints == []
    assert all(one.startswith(address) for one in seen.requests)
    assert seen.ask("getComputedStyle(document.body).color") == "rgb(28, 35, 48)"
    assert all(seen.ask("[...document.images].map(image => image.naturalWidth)"))
    assert seen.ask("document.documentElement.scrollWidth") <= TELEPHONE
    context.close()


def test_the_made_pictures_are_pictures() -> None:
    """What these tests put into a page is what a suite would"""
    kinds = [Image.open(io.BytesIO(content)).format for content in pictures().values()]
    assert kinds == ["PNG", "PNG", "WEBP"]
