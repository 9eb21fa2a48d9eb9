"""Results that are larger than anybody needs: refused before they are copied, and the submission's fault."""

from __future__ import annotations

import json
import sqlite3
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from checker.catalog import Kata
from checker.judging import wire
from checker.judging.host.worker_process import _bytes_of
from checker.judging.suite.expect import Expect, Missed
from checker.record_format import from_json, to_json
from checker.verdict import Outcome, Record
from checker.workspace.ledger import Ledger
from tests.conftest import RIGHT

Judged = Callable[..., Record]
LONG = "x" * 65_536


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ([LONG] + [""] * 199_000, "a list that holds a text"),
        ([[1.0], [LONG]], "a list that holds a text"),
        ((1.0, None), "a tuple that holds None"),
        ([{"a": 1}], "a list that holds a dict"),
        (LONG, "a text"),
        ({"a": 1}, "a dict"),
        ([wire.Handle(1)], "a list that holds a Handle"),
        (np.zeros(12 << 20, np.uint8), "12,582,912 numbers"),
        ([np.zeros(6 << 20, np.uint8), np.zeros(6 << 20)], "12,582,912 numbers"),
        ([[1.0], [1.0, 2.0]], "parts of different lengths"),
    ],
)
def test_what_is_no_array_of_numbers_costs_nothing(value: Any, words: str) -> None:
    """It is looked at before NumPy gets it"""
    tracemalloc.start()
    try:
        with pytest.raises(Missed, match=words) as caught:
            Expect({}).array(value, "f(x)")
        assert tracemalloc.get_traced_memory()[1] < 1 << 20
    finally:
        tracemalloc.stop()
    assert caught.value.outcome is Outcome.INVALID


@pytest.mark.parametrize("count", [2, 24 << 20])
def test_bytes_for_a_number_are_not_cast(count: int) -> None:
    """A number is one number; its shape is looked at first"""
    value = np.zeros(count, np.uint8)
    tracemalloc.start()
    try:
        with pytest.raises(Missed, match="a single number is expected"):
            Expect({}).number(value, "loss")
        assert tracemalloc.get_traced_memory()[1] < 1 << 20
    finally:
        tracemalloc.stop()


def test_the_shape_is_looked_at_before_values_are_cast() -> None:
    """Where a shape is expected, no more than that is copied"""
    value = np.zeros(24 << 20, np.uint8)
    tracemalloc.start()
    try:
        with pytest.raises(Missed, match="25,165,824 numbers"):
            Expect({}).array(value, "f(x)", shape=(50,))
        assert tracemalloc.get_traced_memory()[1] < 1 << 20
    finally:
        tracemalloc.stop()


def test_ordinary_results_are_read() -> None:
    """Lists, tuples, 0-d arrays, whole numbers and truth values"""
    expect = Expect({})
    assert expect.array([[1, 2.0], (np.float32(3), np.array(4))], "f(x)", shape=(2, 2)).tolist() == [
        [1, 2],
        [3, 4],
    ]
    assert expect.array(np.zeros((5_000_000,), np.float32), "weights").size == 5_000_000
    assert expect.number([np.array([2])], "loss") == 2.0
    assert expect.array(True, "f(x)", shape=()).tolist() == 1.0


def test_curves_of_a_million_points_are_cut() -> None:
    """Only what is drawn is converted"""
    expect = Expect({})
    history = {
        "loss": np.zeros(24 << 20, np.uint8),
        "text": [LONG] * 1000,
        "odd": [[1.0], [2.0]],
        "short": [1, 2.5],
    }
    tracemalloc.start()
    try:
        expect.curves(history)
        assert tracemalloc.get_traced_memory()[1] < 1 << 20
    finally:
        tracemalloc.stop()
    assert [(curve.name, len(curve.values)) for curve in expect.noted_curves] == [
        ("loss", 2000),
        ("short", 2),
    ]


@pytest.mark.parametrize("shape", [[0] + [2**39] * 7, [2**39, 0, 2**39], [2**20] * 7 + [0]])
def test_an_empty_array_of_absurd_extents_is_called_that(shape: list[int]) -> None:
    """NumPy refuses to make it; that is no end of the channel"""
    header = json.dumps({"nonce": "n", "kind": "reply", "value": {"a": ["<f8", shape, 0]}}).encode()
    with pytest.raises(wire.WireError, match="absurd extents"):
        wire.decode(header, bytearray())


def test_a_reply_may_be_as_large_as_its_request_lets_expect(tmp_path: Path) -> None:
    """A file of pictures that a model answers counts as sent"""
    file = tmp_path / "x.npy"
    np.save(file, np.zeros((1000, 784), np.float32))
    request = {"operation": "apply", "x": wire.ArrayFile(str(file)), "batch_size": 10}
    assert _bytes_of(request, wire.encode("n", "request", request)) > 3_000_000


def test_what_takes_too_much_memory_to_read_is_invalid(tiny_kata: Kata, judged: Judged) -> None:
    """A MemoryError in a check is no fault of the judge"""
    file = tiny_kata.suite / "test_1_doubling.py"
    file.write_text('def test_all(submission):\n    """all"""\n    raise MemoryError("48 GiB")\n')
    assert judged(RIGHT).outcome is Outcome.INVALID


HALVES = RIGHT.replace(
    "return x + x", r'raise ValueError("a \ud83d b \udcff ::error::x ##[error]y \x9b1m \u202e \x7f")'
)


def test_records_are_plain_ascii_and_read_back(judged: Judged, tmp_path: Path) -> None:
    """Halves of characters, control codes and commands to services stand in JSON's escapes, in the ledger too"""
    record = judged(HALVES)
    assert record.outcome is Outcome.CRASHED
    text = to_json(record)
    assert text.isascii() and text.isprintable()
    assert "::" not in text and "##" not in text
    assert from_json(text) == record
    assert "::error::x ##[error]y \x9b1m \u202e \x7f" in record.checks[0].message
    ledger = Ledger(tmp_path / "ledger.sqlite")
    ledger.add(record, counts=True)
    assert [entry.record for entry in ledger.entries()] == [record]
    with sqlite3.connect(ledger.file) as connection:
        stored = connection.execute("SELECT * FROM runs").fetchone()
    assert all(value.isascii() for value in stored if isinstance(value, str))
