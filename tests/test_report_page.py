"""`katas report`: one page that needs nothing from elsewhere, says what the record says, and trusts no text of a submission."""

from __future__ import annotations

import hashlib
import io
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from PIL import Image

from checker.catalog import Kata, load
from checker.cli import main
from checker.judging.session import JudgeOptions, Surroundings, judge
from checker.languages.translation import Translator
from checker.record_format import from_json
from checker.report import svg
from checker.report.blocks import COLUMNS, LINES, half_blocks
from checker.report.page import TEXTS, VERDICTS, page
from checker.verdict import Artifact, Curve, Measurement, Outcome, Record, Yardstick
from tests.conftest import RIGHT, TINY_SUITE
from tests.shell import SOLVED, Shell
from tests.small_path import record

GOLDEN = Path(__file__).parent / "golden"
NAMES = sorted(file.stem for file in GOLDEN.glob("*.json"))
HEADINGS = {"en": ("What you now understand", "Try this"), "ko": ("이제 알게 된 것", "해 보기")}
EVIL = '<script>alert(1)</script>"><img src=x onerror=alert(1)>&\x1b[31m'


class Looked(HTMLParser):
    """Which elements and addresses a page has, and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.addresses: list[str] = []
        self.handlers: list[str] = []
        self.alternatives: list[str] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.addresses += [value or "" for name, value in attrs if name in ("src", "href")]
        self.handlers += [name for name, _ in attrs if name.startswith("on")]
        if tag == "img":
            self.alternatives.append(dict(attrs).get("alt") or "")

    def handle_data(self, data: str) -> None:
        self.text += data


def kata_of(made: Record) -> Kata:
    return next(kata for kata in load() if kata.name == made.kata)


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("name", NAMES)
def test_every_outcome_has_its_page(name: str, language: str) -> None:
    """With the verdict's words, the first miss and what to do; without script and without anything from elsewhere"""
    made = from_json((GOLDEN / f"{name}.json").read_text(encoding="utf-8"))
    text = page(made, kata_of(made), [made], lambda one: None, language=language)["index.html"].decode()
    seen = Looked(text)
    assert VERDICTS[language][made.outcome] in seen.text
    assert seen.addresses == [] and seen.handlers == [] and "script" not in seen.tags
    assert "http://" not in text and "https://" not in text
    missed = next((check for check in made.checks if check.is_missed and not check.star), None)
    if missed is not None:
        told = Translator(language, kata_of(made).folder)
        assert all(line.strip() in seen.text for text in missed.advice for line in told(text).splitlines())


def test_texts_of_a_submission_are_text() -> None:
    """Messages, curves and what was printed: no element comes of them, and no control character"""
    made = record("01_linear_regression", Outcome.FAILED)
    check = replace(made.checks[1], message=EVIL, hint=EVIL, log=EVIL, title=EVIL)
    run = replace(made.runs[0], curves=(Curve(EVIL, (1.0, 2.0)),))
    made = replace(made, checks=(made.checks[0], check), runs=(run,), left_out=(EVIL,))
    text = page(made, kata_of(made), [made], lambda one: None)["index.html"].decode()
    seen = Looked(text)
    assert "script" not in seen.tags and "img" not in seen.tags and seen.handlers == []
    assert "alert(1)" in seen.text and "\x1b" not in text


def test_pictures_are_in_the_page_or_beside_it() -> None:
    """As data, each with its words; apart as files, for a policy that allows nothing inline"""
    content = b"\x89PNG..."
    digest = hashlib.sha256(content).hexdigest()
    words = ("What it drew.", "그린 것.", "Ten digits.", "숫자 열 개.")
    one = Artifact("drawings", "image/png", digest, len(content), *words)
    lost = replace(one, sha256="0" * 64)
    made = replace(record("07_gan"), artifacts=(one, lost))

    def find(artifact: Artifact) -> bytes | None:
        return content if artifact == one else None

    inside = Looked(page(made, kata_of(made), [], find)["index.html"].decode())
    assert [address[:22] for address in inside.addresses] == ["data:image/png;base64,"]
    assert inside.alternatives == ["Ten digits."] and "What it drew." in inside.text
    files = page(made, kata_of(made), [], find, language="ko", apart=True)
    apart = Looked(files["index.html"].decode())
    assert sorted(apart.addresses) == sorted(name for name in files if name != "index.html")
    assert apart.alternatives == ["숫자 열 개."] and "style" not in apart.tags
    assert "style=" not in files["index.html"].decode()


def test_a_film_stands_still_where_that_is_wanted() -> None:
    """For paper and for less motion there is its last frame, in the page or beside it"""
    stream = io.BytesIO()
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    frames[0].save(stream, "WEBP", save_all=True, append_images=frames[1:], duration=80, loop=3)
    content = stream.getvalue()
    one = Artifact("film", "image/webp", "ab" * 32, len(content), "It moves.", "움직입니다.")
    made = replace(record("08_cartpole_rl"), artifacts=(one,))
    inside = page(made, kata_of(made), [], lambda artifact: content)["index.html"].decode()
    assert 'media="(prefers-reduced-motion: reduce), print" srcset="data:image/png;base64,' in inside
    # Without another text the caption stands for it.
    assert Looked(inside).alternatives == ["It moves."]
    files = page(made, kata_of(made), [], lambda artifact: content, apart=True)
    (still,) = (name for name in files if name.endswith("-still.png"))
    assert f'srcset="{still}"' in files["index.html"].decode()
    assert Image.open(io.BytesIO(files[still])).getpixel((4, 4))[2] > 200


def test_both_languages_have_the_same_words() -> None:
    """Nothing is missing in one, and each place to fill in is in both"""
    assert TEXTS["en"].keys() == TEXTS["ko"].keys() and VERDICTS["en"].keys() == VERDICTS["ko"].keys()
    for name, text in TEXTS["en"].items():
        assert sorted(re.findall(r"\{\w+\}", text)) == sorted(re.findall(r"\{\w+\}", TEXTS["ko"][name]))


def test_every_kata_says_what_was_understood() -> None:
    """And what to try next, in both languages"""
    for kata in load():
        for language, headings in HEADINGS.items():
            assert all(heading in kata.after(language) for heading in headings), kata.name


@pytest.mark.parametrize("better", ["lower", "higher"])
def test_a_scale(better: str) -> None:
    """All marks lie within it, also over many powers of ten; none where there is nothing to place"""
    marks = tuple(Yardstick(name, value) for name, value in (("chance", 0.9), ("PCA", 0.02)))
    for value in (1e-5, 0.02, 0.5, 3.0):
        drawn = svg.scale(Measurement("error", value, 0.1, better, "", 0.01, marks))
        places = [float(x) for x in re.findall(r'(?:x1|x2|cx)="([\d.]+)"', drawn)]
        assert places and all(0 <= place <= svg.WIDTH for place in places)
    assert svg.scale(Measurement("error", float("nan"), 0.1, better)) == ""
    assert svg.curve(Curve("loss", (float("nan"), 1.0))) == "" and svg.attempts([], 1.0) == ""


def test_the_command(at_home: Shell) -> None:
    """Before a run one sentence; then a page, in the workspace or where it is wanted, with what is beside it"""
    assert at_home("report", "01", "--no-open") != 0
    assert "katas check 01" in at_home.err
    at_home.write("01_first/solution.py", SOLVED)
    assert at_home("check", "01") == 0
    assert at_home("report", "01", "--no-open") == 0
    place = Path(at_home.out.strip())
    assert place.parent.name == ".katas" and "Passed" in place.read_text(encoding="utf-8")
    assert at_home("report", "--lang", "ko", "--out", "path.html", "--no-open") == 0
    assert "첫걸음" in (at_home.folder / "path.html").read_text(encoding="utf-8")
    assert at_home("report", "01", "--folder", "apart", "--no-open") == 0
    assert sorted(file.name for file in (at_home.folder / "apart").iterdir()) == ["index.html", "report.css"]
    assert at_home("report", "01", "--folder", "apart", "--out", "x.html") == 2
    at_home.write("a file", "")
    assert at_home("report", "01", "--out", "a file/x.html") == 2
    assert "cannot be written" in at_home.err


PICTURES = '''

@pytest.mark.picture
def test_drawn(show, rng):
    """a picture"""
    show.images("noise", [rng.random((3, 8, 8)), rng.random((2, 8, 8, 3))], caption="Noise.", caption_ko="잡음.")
    show.lines("line", {"a": ([1, 2], [1, 2]), "b": ([1, 2], [2, 1])}, caption="Lines.", caption_ko="선.", log=True)
    show.scatter("points", [0, 1], [1, 0], groups=[0, 1], caption="Points.", caption_ko="점.")
    show.animation("film", rng.random((40, 8, 8)), caption="A film.", caption_ko="영화.")


@pytest.mark.picture
def test_not_drawn(show):
    """a mistake of the suite"""
    raise RuntimeError("no picture")
'''


def test_pictures_of_a_judgement(tiny_kata: Kata, tmp_path: Path) -> None:
    """Drawn where they are asked for, kept under their hashes; they are no checks, and what fails to be drawn decides nothing"""
    (tiny_kata.suite / "test_1_doubling.py").write_text(TINY_SUITE + PICTURES, encoding="utf-8")
    file = tmp_path / "solution.py"
    file.write_text(RIGHT, encoding="utf-8")
    plain = judge(tiny_kata, file)
    drawn = judge(tiny_kata, file, surroundings=Surroundings(pictures=tmp_path / "pictures"))
    assert [check.id for check in drawn.checks] == [check.id for check in plain.checks]
    assert drawn.outcome is Outcome.PASSED and plain.artifacts == ()
    assert [one.name for one in drawn.artifacts] == ["noise", "line", "points", "film"]
    for one in drawn.artifacts:
        content = (tmp_path / "pictures" / one.sha256).read_bytes()
        assert hashlib.sha256(content).hexdigest() == one.sha256 and len(content) == one.size
        assert content.startswith(b"\x89PNG" if one.media_type == "image/png" else b"RIFF")
    assert any("no picture" in text for text in drawn.runs[0].suite_errors)
    quick = judge(
        tiny_kata, file, JudgeOptions(up_to="test_double"), surroundings=Surroundings(pictures=tmp_path)
    )
    assert quick.artifacts == ()


def test_a_report_is_one_command_away(capsys: pytest.CaptureFixture[str]) -> None:
    """It stands in the list of commands"""
    assert main(["--help"]) == 0
    assert "report" in capsys.readouterr().out


def test_a_picture_in_the_terminal() -> None:
    """Small images as half blocks; a plot, or no picture at all, is none"""

    def png(mode: str, size: tuple[int, int]) -> bytes:
        stream = io.BytesIO()
        Image.new(mode, size, "red").save(stream, "PNG")
        return stream.getvalue()

    drawn = half_blocks(png("RGB", (578, 172)))
    assert drawn is not None
    lines = drawn.plain.splitlines()
    assert len(lines) == LINES and {len(line) for line in lines} == {COLUMNS} and set(lines[0]) == {"▀"}
    assert all(str(span.style) == "rgb(255,0,0) on rgb(255,0,0)" for span in drawn.spans)
    small = half_blocks(png("RGB", (58, 58)))
    assert small is not None and len(small.plain.splitlines()) == 7
    assert half_blocks(png("RGBA", (100, 100))) is None and half_blocks(b"nothing") is None
