"""A curve in the live line from what a training prints: Keras' own lines as they were recorded, and those people write."""

from __future__ import annotations

import io
import itertools
import math
import time
from pathlib import Path

import pytest

from checker.judging.host.channel import Log
from checker.judging.judge_process import Event
from checker.report.console import ASCII
from checker.report.live import LiveLine
from checker.report.printed_curves import MOST_NAMES, MOST_POINTS, MOST_READ, PrintedCurves, pairs

PRINTED = Path(__file__).parent / "printed"


class Pipe(io.RawIOBase):
    """What a worker prints, in the pieces in which it came."""

    def __init__(self, pieces: list[bytes]) -> None:
        self._pieces = list(pieces)

    def read(self, size: int = -1) -> bytes:
        return self._pieces.pop(0) if self._pieces else b""


def heard(pieces: list[bytes]) -> list[str]:
    """The lines of which the judge tells, one for each piece."""
    lines: list[str] = []
    pipe = Pipe([*pieces, b""])
    Log(pipe, lines.append)
    end = time.monotonic() + 10
    while pipe._pieces and time.monotonic() < end:
        time.sleep(0.001)
    return lines


def shown(lines: list[str], bars: str = "▁▂▃▄▅▆▇█") -> str:
    line = LiveLine()
    line.take(Event("phase", "training", elapsed=1.0, allowed=60.0))
    for text in lines:
        line.take(Event("log", text))
    return line.line("✓", "✗", bars).plain


@pytest.mark.parametrize("verbose", [1, 2])
def test_what_keras_prints(verbose: int) -> None:
    """A progress bar that goes back over itself, and one line an epoch: the loss falls, and the last line can be read"""
    recorded = (PRINTED / f"keras_fit_verbose_{verbose}.txt").read_bytes()
    # A line, or a state of the bar, is a piece of its own.
    lines = heard([piece for piece in recorded.splitlines(keepends=True) if piece.strip()])
    told = shown(lines)
    assert "\x1b" not in told and "\\x" not in told and "\b" not in told
    assert "loss ▇" in told or "loss █" in told
    assert "  40/40 " in told and told.endswith("val_loss: 0.0536")
    curves = PrintedCurves()
    for line in lines:
        curves.take(line)
    assert curves.best is not None
    name, points, last = curves.best
    assert (name, last) == ("loss", 0.0482) and points[0] > points[-1] and len(points) >= 4


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("epoch 3 loss 0.12", [("loss", 0.12)]),
        ("Epoch: 3, Loss=0.5", [("Loss", 0.5)]),
        ("episode 12: return=-33.5", [("return", -33.5)]),
        ("loss of D 0.623, of G 1.23", [("loss of D", 0.623)]),
        ("[10/100] train_loss=3e-2 val_loss=.4 lr=1e-3", [("train_loss", 0.03), ("val_loss", 0.4)]),
        ("mean squared error: 1,234.5", [("error", 1234.5)]),
        ("12:30:55 accuracy 0.9 (3 of 4)", [("accuracy", 0.9)]),
        ("Epoch 1/3", []),
        ("loss: 0.3.4 accuracy: 97%", []),
        ("step 100 took 3s", []),
        ("", []),
    ],
)
def test_names_and_numbers(text: str, wanted: list[tuple[str, float]]) -> None:
    """After a colon, an equals sign or a space; what only counts or measures time is no curve"""
    assert pairs(text) == wanted


def test_what_has_no_value() -> None:
    """It does not end the curve, and is not drawn"""
    curves = PrintedCurves()
    for text in ("loss nan", "loss 2", "loss inf", "loss 1", "loss 1e999"):
        curves.take(text)
    assert curves.best is not None
    name, points, last = curves.best
    assert name == "loss" and math.isinf(last) and [p for p in points if math.isfinite(p)] == [2.0, 1.0]
    assert "loss █▁ infinite" in shown(["loss nan", "loss 2", "loss 1", "loss inf"])


def test_memory_is_bounded() -> None:
    """Of a long curve points are left out, evenly; of many names the first are kept"""
    curves = PrintedCurves()
    for step in range(20_000):
        curves.take(f"loss: {20_000 - step}")
    assert curves.best is not None
    _, points, last = curves.best
    assert MOST_POINTS // 2 - 1 <= len(points) <= MOST_POINTS and last == 1.0 and points[0] == 20_000
    gaps = {round(a - b) for a, b in itertools.pairwise(points)}
    assert len(gaps) == 1
    for number in range(100):
        curves.take(f"loss_{number} = {number}")
    assert len(curves._courses) == MOST_NAMES


@pytest.mark.parametrize(
    "text", ["loss" * 5_000, "loss " * 5_000, "a" * 50_000, "loss " + "1" * 5_000, "loss=" + "1," * 9_000]
)
def test_nothing_is_too_much(text: str) -> None:
    """Only the end is read, and quickly"""
    started = time.process_time()
    found = pairs(text)
    assert time.process_time() - started < 1.0
    assert len(found) <= MOST_READ


def test_in_the_live_line() -> None:
    """Between time and last line; another training begins a new curve, one number is none, and ASCII has bars too"""
    assert shown(["epoch 1 loss 4", "epoch 2 loss 2", "epoch 3 loss 1"]) == (
        "✓ 0  training  1.0 of 60.0 CPU seconds  loss █▃▁ 1  epoch 3 loss 1"
    )
    assert "loss #-_ 1" in shown(["loss 4", "loss 2", "loss 1"], ASCII.bars)
    assert shown(["loss 4"]) == "✓ 0  training  1.0 of 60.0 CPU seconds  loss 4"
    line = LiveLine()
    for event in (
        Event("phase", "training plain"),
        Event("log", "loss 2"),
        Event("phase", "training plain", elapsed=2.0, allowed=9.0),
        Event("log", "loss 1"),
    ):
        line.take(event)
    assert "loss █▁ 1" in line.line("✓", "✗").plain
    line.take(Event("phase", "training normed"))
    assert "█" not in line.line("✓", "✗").plain
