"""Pictures of what was learned: how they are drawn, and what the suites draw from what they hold."""

from __future__ import annotations

import io
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from PIL import Image

from checker.catalog import Kata, load
from checker.report.films import last_frame
from checker.suite import beside
from checker.suite.plots import ABREAST, DOTS, HEIGHT, PANEL, WIDTH
from checker.suite.show import BETWEEN, FRAMES, MAX_BYTES, Show, Words

KATAS = Path(__file__).parents[1] / "katas"
SAID = {"caption": "What is seen.", "caption_ko": "보이는 것."}


class Kept:
    """Takes pictures in, as the judge does."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.contents: list[bytes] = []
        self.words: list[Words] = []
        self.show = Show(self.take)

    def take(self, name: str, media_type: str, content: bytes, words: Words) -> None:
        self.names.append(name)
        self.contents.append(content)
        self.words.append(words)

    @property
    def last(self) -> Any:
        return Image.open(io.BytesIO(self.contents[-1]))


def suite_of(kata: str, name: str) -> Any:
    (folder,) = KATAS.glob(f"{kata}_*")
    return beside(str(folder / "acceptance" / "conftest.py"), name)


@pytest.mark.parametrize("kata", load(), ids=lambda kata: kata.number)
def test_a_lesson_shows_what_its_reference_has_learned(kata: Kata) -> None:
    """In both languages, each picture with words and at hand, and small"""
    for language in ("en", "ko"):
        shown = re.findall(r"!\[(.*?)\]\((.*?)\)", kata.lesson(language).read_text(encoding="utf-8"))
        assert "learned.webp" in [name for _, name in shown]
        assert all(words and (kata.folder / name).is_file() for words, name in shown)
    content = (kata.folder / "learned.webp").read_bytes()
    assert len(content) <= 60_000 and Image.open(io.BytesIO(content)).format == "WEBP"


def test_sheets_of_images() -> None:
    """Each image at its place, larger by whole pixels, with the gap that is asked for"""
    kept = Kept()
    rows = [np.zeros((3, 10, 10)), np.ones((2, 10, 10, 3)), np.empty((0, 10, 10))]
    kept.show.images("sheet", rows, tile=20, gap=4, **SAID)
    assert kept.last.size == (3 * 20 + 2 * 4, 2 * 20 + 4)
    pixel = kept.last.getpixel
    assert pixel((10, 10)) == (0, 0, 0) and pixel((10, 30)) == (255, 255, 255)
    assert pixel((22, 10)) == pixel((60, 30)) == (BETWEEN,) * 3
    kept.show.images("nothing", [np.empty((0, 8, 8))], **SAID)
    assert kept.names == ["sheet"]


def test_panels_stand_in_rows_of_two() -> None:
    """One alone is wide; of three the last one stands below"""
    kept = Kept()

    def draw(axes: Any) -> None:
        axes.plot([0, 1], [0, 1])

    kept.show.panels("one", [draw], **SAID)
    assert kept.last.size == (round(WIDTH * DOTS), round(HEIGHT * DOTS))
    kept.show.panels("three", [draw] * 3, titles="abc", x="epoch", **SAID)
    assert kept.last.size == (round(ABREAST * PANEL * DOTS), round(2 * PANEL * DOTS))
    # No background: it lies on white and on black paper.
    assert kept.last.mode == "RGBA" and kept.last.getpixel((2, 2))[3] == 0


def test_words_of_a_picture() -> None:
    """In both languages; where nothing else is said the caption stands for the picture"""
    kept = Kept()
    kept.show.images("a", [np.zeros((1, 8, 8))], **SAID)
    kept.show.images("b", [np.zeros((1, 8, 8))], alt="One.", alt_ko="하나.", **SAID)
    assert kept.words == [
        Words("What is seen.", "보이는 것.", "What is seen.", "보이는 것."),
        Words("What is seen.", "보이는 것.", "One.", "하나."),
    ]


def test_a_picture_that_is_too_large_is_left_out() -> None:
    """Noise cannot be made small"""
    kept = Kept()
    noise = np.random.default_rng(0).random((1, 400, 400, 3))
    kept.show.images("noise", [noise], **SAID)
    assert kept.names == [] and noise.size > MAX_BYTES


def test_a_film_and_its_still() -> None:
    """At most so many frames, three times; the still is its last frame, and nothing else has one"""
    kept = Kept()
    kept.show.animation("film", np.linspace(0, 1, 60)[:, None, None] * np.ones((60, 40, 50)), **SAID)
    assert kept.last.n_frames == FRAMES and kept.last.info["loop"] == 3
    still = Image.open(io.BytesIO(last_frame(kept.contents[-1])))
    assert still.format == "PNG" and min(still.getpixel((25, 20))) > 245
    kept.show.images("a", [np.zeros((1, 8, 8))], **SAID)
    assert last_frame(kept.contents[-1]) == b"" and last_frame(b"no picture") == b""


def chain(activation: str, *, norm: bool, first: bool = True) -> tuple[Any, list[np.ndarray]]:
    """The weights of eight Dense layers, and of the norms after them, as Keras hands them over."""
    rng, weights = np.random.default_rng(5), []
    for inputs, outputs in [(30, 16), *[(16, 16)] * 6, (16, 10)]:
        weights += [rng.normal(size=(inputs, outputs)) / np.sqrt(inputs), rng.normal(size=outputs) * 0.1]
        if norm and outputs == 16:
            weights += [
                rng.uniform(0.5, 2, 16),
                rng.normal(size=16),
                rng.normal(size=16),
                rng.uniform(0.5, 2, 16),
            ]
    return suite_of("06", "depths").Kind(activation, first, 1e-3), weights


@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "relu", "silu"])
def test_depths_are_known_by_the_answers(activation: str, first: bool) -> None:
    """Which activation, and on which side of it the norm stands; nothing is believed that answers otherwise"""
    depths, x = suite_of("06", "depths"), np.random.default_rng(6).random((50, 30))
    kind, weights = chain(activation, norm=True, first=first)
    layers = depths.layers_of(weights)
    answers = depths.hidden_values(layers, x, kind, False)[1]
    assert depths.kind_of(layers, x, answers) == kind
    assert depths.kind_of(layers, x, np.roll(answers, 1, axis=1)) is None
    assert depths.layers_of([np.zeros((3, 3, 1, 8))]) is None
    assert depths.layers_of([np.zeros((5, 4)), *[np.zeros(4)] * 3]) is None


def test_sigmoids_lose_the_signal_and_the_norm_keeps_it() -> None:
    """Layer by layer"""
    depths, x = suite_of("06", "depths"), np.random.default_rng(6).random((200, 30))
    plain, normed = (
        depths.spreads(depths.layers_of(chain("sigmoid", norm=norm)[1]), x, chain("sigmoid", norm=norm)[0])
        for norm in (False, True)
    )
    assert plain[-1] < 0.01 * plain[0] and 0.3 < normed[-1] / normed[0] < 3


def test_cartpole_is_drawn() -> None:
    """The pole leans to where its angle says, and is red once it has fallen"""
    film = suite_of("08", "film")
    upright, leaning = np.zeros(4), np.array([0.0, 0.0, 0.8, 0.0])
    for state, fallen in ((upright, False), (leaning, True)):
        frame = film.frame([(state, fallen), (upright, False)])
        assert frame.shape == (2 * film.HEIGHT, film.WIDTH, 3) and 0 <= frame.min() < frame.max() <= 1
        upper = frame[: film.HEIGHT - 40]
        colours = (upper[..., 0] - upper[..., 2]) * (1 if fallen else -1)
        columns = np.flatnonzero((colours > 0.3).any(axis=0))
        assert columns.size and (columns.max() > film.WIDTH / 2 + 40) == fallen


@pytest.mark.parametrize("taken", [None, [], "text", [[1, 2], [3]], np.zeros((3, 2, 5, 5))])
def test_snapshots_are_shown_only_where_they_are_pictures(taken: Any) -> None:
    """Whatever train returned"""
    module, kept = suite_of("07", "test_9_pictures"), Kept()
    digits = SimpleNamespace(upright=lambda images: images)
    module.test_snapshots(kept.show, SimpleNamespace(history={"snapshots": taken}), digits)
    module.test_snapshots(kept.show, SimpleNamespace(history=None), digits)
    assert kept.names == []
    moments = [np.full((4, 28, 28), part) for part in np.linspace(0, 1, 30)]
    module.test_snapshots(kept.show, SimpleNamespace(history={"snapshots": moments}), digits)
    assert kept.names == ["snapshots"] and kept.last.size == (12 * 58 - 2, 4 * 58 - 2)
