"""The decoder of messages, fed with everything but messages: it answers with WireError and nothing else."""

from __future__ import annotations

import io
import json
import time
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from checker.judging import wire

MAX_BODY = 1 << 16
fuzz = settings(deadline=None, suppress_health_check=list(HealthCheck), max_examples=150)

scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**63), 2**64 - 1),
    st.floats(),
    st.text(max_size=20),
)
dtypes = st.sampled_from(sorted(wire.DTYPES))
numbers = dtypes.flatmap(
    lambda dtype: arrays.arrays(
        np.dtype(dtype), arrays.array_shapes(min_dims=0, max_dims=4, max_side=4, min_side=0)
    )
)
values = st.recursive(
    st.one_of(scalars, numbers),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.lists(inner, max_size=4).map(tuple),
        st.dictionaries(st.text(max_size=10), inner, max_size=4),
    ),
    max_leaves=12,
)
# Trees that look almost right: known tags with contents of any kind.
almost = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(-(2**70), 2**70), st.floats(), st.text(max_size=8), dtypes
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(
            st.sampled_from(["l", "t", "d", "a", "h", "f", "x", "path", "shape"]), inner, max_size=4
        ),
        st.tuples(
            st.one_of(dtypes, inner),
            st.one_of(st.lists(st.integers(-2, 2**41), max_size=10), inner),
            st.one_of(st.integers(-70, 2**20), inner),
        ).map(lambda parts: {"a": list(parts)}),
        st.lists(st.lists(inner, min_size=2, max_size=2), max_size=3).map(lambda pairs: {"d": pairs}),
    ),
    max_leaves=16,
)


def frame(header: bytes, body: bytes) -> bytes:
    """A frame whose lengths are right."""
    return wire.PREFIX.pack(wire.MAGIC, len(header), len(body)) + header + body


def read(data: bytes) -> wire.Message | None:
    """The first message in some bytes."""
    return wire.read_message(io.BytesIO(data), lambda: MAX_BODY)


def bytes_in(value: Any) -> int:
    """All memory that the arrays of a decoded value take."""
    if isinstance(value, np.ndarray):
        return value.nbytes
    if isinstance(value, dict):
        return sum(bytes_in(item) for item in value.values())
    if isinstance(value, (list, tuple)):
        return sum(bytes_in(item) for item in value)
    return 0


def same(one: Any, other: Any) -> bool:
    """Equal in type, shape and value; NaN equals NaN."""
    if isinstance(one, np.ndarray):
        return (
            isinstance(other, np.ndarray)
            and one.dtype == other.dtype
            and one.shape == other.shape
            and np.array_equal(one, other, equal_nan=one.dtype.kind == "f")
        )
    if type(one) is not type(other):
        return False
    if isinstance(one, (list, tuple)):
        return len(one) == len(other) and all(same(a, b) for a, b in zip(one, other, strict=True))
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    return bool(one == other or one != one)


@fuzz
@given(values)
def test_what_is_sent_arrives(value: Any) -> None:
    """Numbers, texts, containers and arrays arrive as they were"""
    data = b"".join(bytes(chunk) for chunk in wire.encode("nonce", "reply", value))
    message = read(data)
    assert message is not None
    assert (message.nonce, message.kind) == ("nonce", "reply")
    assert same(value, message.value)


@fuzz
@given(st.binary(max_size=200))
def test_any_bytes(data: bytes) -> None:
    """Random bytes are no message"""
    if not data:
        assert read(data) is None
    else:
        with pytest.raises(wire.WireError):
            read(data)


@fuzz
@given(st.binary(max_size=300), st.binary(max_size=100))
def test_any_header(header: bytes, body: bytes) -> None:
    """A frame with random bytes for a header is refused"""
    with pytest.raises(wire.WireError):
        read(frame(header, body))


@fuzz
@given(almost, st.binary(max_size=256))
def test_almost_right_trees(tree: Any, body: bytes) -> None:
    """A tree of known parts in the wrong places is read or refused, and takes no more memory than was sent"""
    header = json.dumps({"nonce": "n", "kind": "reply", "value": tree}).encode()
    try:
        message = read(frame(header, body))
    except wire.WireError:
        return
    assert message is not None
    assert bytes_in(message.value) <= len(body)


@fuzz
@given(almost)
def test_almost_right_envelopes(content: Any) -> None:
    """A header with other fields than it must have is refused"""
    if not (isinstance(content, dict) and set(content) == {"nonce", "kind", "value"}):
        with pytest.raises(wire.WireError):
            read(frame(json.dumps(content).encode(), b""))


@fuzz
@given(values, st.data())
def test_damaged_messages(value: Any, data: st.DataObject) -> None:
    """A message with changed, missing or added bytes is read or refused"""
    good = bytearray(b"".join(bytes(chunk) for chunk in wire.encode("nonce", "reply", value)))
    for _ in range(data.draw(st.integers(1, 3))):
        good[data.draw(st.integers(0, len(good) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(good)))
    try:
        message = read(bytes(good[:cut]))
    except wire.WireError:
        return
    assert message is None or bytes_in(message.value) <= len(good)


@pytest.mark.parametrize(
    "header",
    [
        b"[" * 100_000,
        b'{"nonce": "n", "kind": "reply", "value": ' + b'{"l":[' * 50_000 + b"]}" * 50_000 + b"}",
        b'{"nonce": "n", "kind": "reply", "value": ' + b"9" * 1_000_000 + b"}",
        b'{"nonce": "n", "kind": "reply", "value": 1e999999}',
        b'{"nonce": "n", "kind": "reply", "value": {"a": ["<f8", [1099511627775, 0], 0]}}',
        b'{"nonce": "n", "kind": "reply", "value": {"a": ["|O", [1], 0]}}',
        b'{"nonce": "n", "kind": "reply", "value": {"a": ["<f8", [true], 0]}}',
        b'{"nonce": "n", "kind": "reply", "value": {"l": [' + b"0," * 300_000 + b"0]}}",
        b'{"nonce": "' + b"n" * 100 + b'", "kind": "reply", "value": 0}',
        "\ud800".encode("utf-8", "surrogatepass"),
    ],
    ids=[
        "brackets",
        "depth",
        "digits",
        "infinity",
        "extent",
        "objects",
        "true",
        "parts",
        "nonce",
        "surrogate",
    ],
)
def test_known_traps(header: bytes) -> None:
    """Depth, digits, extents and numbers of parts are bounded, and looking at them takes no time"""
    started = time.process_time()
    try:
        message = read(frame(header, b"\0" * 64))
    except wire.WireError:
        message = None
    assert message is None or bytes_in(message.value) <= 64
    assert time.process_time() - started < 5


def test_lengths_are_looked_at_before_memory_is_taken() -> None:
    """A frame that announces more than is allowed is refused without reading on"""
    for header, body in ((wire.MAX_HEADER + 1, 0), (10, MAX_BODY + 1), (2**32 - 1, 2**64 - 1)):
        with pytest.raises(wire.WireError):
            read(wire.PREFIX.pack(wire.MAGIC, header, body))


def test_bytes_of_truth_values_are_zero_or_one() -> None:
    """A truth value whose byte is 255 counts once, not 255 times"""
    header = json.dumps({"nonce": "n", "kind": "reply", "value": {"a": ["|b1", [4], 0]}}).encode()
    message = read(frame(header, b"\xff\x02\x01\x00"))
    assert message is not None
    assert message.value.dtype == np.bool_
    assert message.value.astype(np.float64).tolist() == [1.0, 1.0, 1.0, 0.0]
    assert message.value.sum() == 3
