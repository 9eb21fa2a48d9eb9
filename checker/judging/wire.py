"""Messages between judge and worker: a small JSON header and raw array buffers.

    frame := b"KATA" | header length (u32) | body length (u64) | header (JSON) | body (array buffers)

The header is `{"nonce": ..., "kind": ..., "value": tree}`. In a tree, numbers, texts, booleans and null stand
for themselves; `{"l": [...]}` is a list, `{"t": [...]}` a tuple, `{"d": [[key, tree], ...]}` a dictionary,
`{"a": [dtype, shape, offset]}` an array in the body, `{"h": n}` an object that stays in the worker, and
`{"f": {...}}` an array in a file. Nothing is ever unpickled, and everything is bounded before it is allocated.
"""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np

from checker.languages.texts import say

MAGIC = b"KATA"
PREFIX = struct.Struct("<4sIQ")
MAX_HEADER = 4 * 1024 * 1024
MAX_DEPTH = 12
MAX_NODES = 200_000
MAX_TEXT = 64 * 1024
MAX_DIMENSIONS = 8
ALIGNMENT = 64
DTYPES = frozenset(
    np.dtype(name).str for name in ("?", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8")
)  # little-endian throughout; other byte orders are converted before sending


class WireError(Exception):
    """A message is malformed, too large, or holds something that cannot be sent; the text says which."""


@dataclass(frozen=True)
class Handle:
    """An object that stays in the worker, known to the judge by a number."""

    number: int


@dataclass(frozen=True)
class ArrayFile:
    """An array in a .npy file that the worker reads: `asarray(file, dtype) * scale`, reshaped."""

    path: str
    scale: float | None = None
    dtype: str | None = None
    shape: tuple[int, ...] | None = None


@dataclass(frozen=True)
class Message:
    """One frame, decoded."""

    nonce: str
    kind: str
    value: Any


class Readable(Protocol):
    """The reading end of a pipe; `readinto` may fill less than asked and returns 0 at the end."""

    def readinto(self, buffer: Any, /) -> int | None: ...


@dataclass
class _Encoder:
    convert: Callable[[Any], Any] | None
    buffers: list[np.ndarray[Any, Any]] = field(default_factory=list)
    size: int = 0
    nodes: int = 0

    def tree(self, value: Any, depth: int = 0) -> Any:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            raise WireError(say("it has too many parts"))
        if depth > MAX_DEPTH:
            raise WireError(say("it is nested deeper than {most} levels", most=MAX_DEPTH))
        if value is None or type(value) in (bool, float):
            return value
        if type(value) is int:
            if not -(2**63) <= value < 2**64:
                raise WireError(say("it holds an integer of more than 64 bits"))
            return value
        if type(value) is str:
            if len(value) > MAX_TEXT:
                raise WireError(say("it holds a text of more than {most} characters", most=MAX_TEXT))
            return value
        if isinstance(value, (np.ndarray, np.generic)):
            return self.array(np.asarray(value))
        if isinstance(value, Handle):
            return {"h": value.number}
        if isinstance(value, ArrayFile):
            shape = None if value.shape is None else list(value.shape)
            return {"f": {"path": value.path, "scale": value.scale, "dtype": value.dtype, "shape": shape}}
        if isinstance(value, tuple):
            return {"t": [self.tree(item, depth + 1) for item in value]}
        if isinstance(value, list):
            return {"l": [self.tree(item, depth + 1) for item in value]}
        if isinstance(value, dict):
            return {"d": [[str(key)[:200], self.tree(item, depth + 1)] for key, item in value.items()]}
        if self.convert is not None:
            return self.tree(self.convert(value), depth + 1)
        raise WireError(
            say("it holds a {kind}, which is neither a number nor an array", kind=type(value).__name__)
        )

    def array(self, array: np.ndarray[Any, Any]) -> Any:
        if array.dtype.kind not in "?biuf" or array.dtype.itemsize > 8:
            # Long doubles and the 8- and 16-bit floats of TensorFlow become what NumPy can compare.
            if array.dtype.kind == "f" or array.dtype.name in ("bfloat16", "float8_e4m3fn", "float8_e5m2"):
                array = array.astype(np.float64 if array.dtype.itemsize > 4 else np.float32)
            else:
                raise WireError(
                    say("it holds an array of dtype {dtype}; numbers are expected", dtype=array.dtype)
                )
        array = np.asarray(array, dtype=array.dtype.newbyteorder("<"), order="C")
        offset = -(-self.size // ALIGNMENT) * ALIGNMENT
        self.buffers.append(array)
        self.size = offset + array.nbytes
        return {"a": [array.dtype.str, list(array.shape), offset]}


def encode(
    nonce: str, kind: str, value: Any, convert: Callable[[Any], Any] | None = None
) -> list[bytes | memoryview]:
    """The chunks of one frame. `convert` turns an unknown object into something that can be sent.

    Raises:
        WireError: the value cannot be sent; the text completes "the result cannot be read: ...".
    """
    encoder = _Encoder(convert)
    tree = encoder.tree(value)
    header = json.dumps({"nonce": nonce, "kind": kind, "value": tree}).encode()
    if len(header) > MAX_HEADER:
        raise WireError(say("it has too many parts"))
    chunks: list[bytes | memoryview] = [PREFIX.pack(MAGIC, len(header), encoder.size), header]
    position = 0
    for array in encoder.buffers:
        offset = -(-position // ALIGNMENT) * ALIGNMENT
        if offset > position:
            chunks.append(bytes(offset - position))
        if array.nbytes:
            chunks.append(array.reshape(-1).view(np.uint8).data)
        position = offset + array.nbytes
    return chunks


def read_message(stream: Readable, limit: Callable[[], int]) -> Message | None:
    """Read one frame; None where the stream ends before a frame starts.

    `limit` is asked for the most bytes that the body may have when the frame is there: a reader that waits for
    an answer does not know yet how large the answer to the next question may be.

    Raises:
        WireError: the frame is malformed, cut off, or its body is larger than that.
    """
    prefix = _read_exactly(stream, PREFIX.size, may_end=True)
    if prefix is None:
        return None
    magic, header_length, body_length = PREFIX.unpack(prefix)
    if magic != MAGIC:
        raise WireError(say("the frame does not start as one"))
    if header_length > MAX_HEADER:
        raise WireError(
            say(
                "the frame's header has {count} bytes; at most {most} are read",
                count=header_length,
                most=MAX_HEADER,
            )
        )
    max_body = limit()
    if body_length > max_body:
        raise WireError(
            say("the answer has {count} bytes; at most {most} are read", count=body_length, most=max_body)
        )
    header = _read_exactly(stream, header_length)
    body = _read_exactly(stream, body_length)
    assert header is not None and body is not None
    return decode(bytes(header), body)


def decode(header: bytes, body: bytearray) -> Message:
    """Decode a frame's header and body. Arrays are writable views of the body.

    Raises:
        WireError: anything about it is malformed.
    """
    try:
        content = json.loads(header)
    except (ValueError, RecursionError) as error:
        raise WireError(say("the frame's header is not JSON")) from error
    if not isinstance(content, dict) or set(content) != {"nonce", "kind", "value"}:
        raise WireError(say("the frame's header has other fields than it must"))
    nonce, kind = content["nonce"], content["kind"]
    if not isinstance(nonce, str) or not isinstance(kind, str) or len(nonce) > 64 or len(kind) > 32:
        raise WireError(say("the frame's nonce and kind must be short texts"))
    try:
        return Message(nonce, kind, _Decoder(body).tree(content["value"]))
    except (ValueError, TypeError, OverflowError) as error:
        # Nothing is known that leads here; if something does, it is the message's fault and not the channel's.
        raise WireError(
            say("the answer holds something that NumPy refuses ({error})", error=error)
        ) from error


@dataclass
class _Decoder:
    body: bytearray
    nodes: int = 0
    used: int = 0

    def tree(self, node: Any, depth: int = 0) -> Any:
        self.nodes += 1
        if depth > MAX_DEPTH or self.nodes > MAX_NODES:
            raise WireError(say("the answer is nested too deeply or has too many parts"))
        if node is None or isinstance(node, (bool, float)):
            return node
        if isinstance(node, int):
            if not -(2**63) <= node < 2**64:
                raise WireError(say("the answer holds an integer of more than 64 bits"))
            return node
        if isinstance(node, str):
            if len(node) > MAX_TEXT:
                raise WireError(say("the answer holds too long a text"))
            return _whole_characters(node)
        if not isinstance(node, dict) or len(node) != 1:
            raise WireError(say("the answer holds an unknown kind of value"))
        ((tag, content),) = node.items()
        if tag in ("l", "t") and isinstance(content, list):
            items = [self.tree(item, depth + 1) for item in content]
            return items if tag == "l" else tuple(items)
        if tag == "d" and isinstance(content, list):
            return dict(self.pair(item, depth) for item in content)
        if tag == "a" and isinstance(content, list) and len(content) == 3:
            return self.array(*content)
        if tag == "h" and type(content) is int and 0 <= content < 2**31:
            return Handle(content)
        if tag == "f" and isinstance(content, dict):
            return self.array_file(content)
        raise WireError(say("the answer holds an unknown kind of value"))

    def pair(self, item: Any, depth: int) -> tuple[str, Any]:
        if not isinstance(item, list) or len(item) != 2 or not isinstance(item[0], str):
            raise WireError(say("the answer holds a malformed dictionary"))
        return _whole_characters(item[0][:200]), self.tree(item[1], depth + 1)

    def array(self, dtype: Any, shape: Any, offset: Any) -> np.ndarray[Any, Any]:
        if not isinstance(dtype, str) or dtype not in DTYPES:
            raise WireError(say("the answer holds an array of a dtype that is not a number's"))
        if not isinstance(shape, list) or len(shape) > MAX_DIMENSIONS:
            raise WireError(say("the answer holds an array with a malformed shape"))
        if not all(type(n) is int and 0 <= n < 2**40 for n in shape) or type(offset) is not int:
            raise WireError(say("the answer holds an array with a malformed shape"))
        count = math.prod(shape)
        size = count * np.dtype(dtype).itemsize
        self.used += size
        if offset < 0 or offset + size > len(self.body) or self.used > len(self.body):
            raise WireError(say("the answer holds an array that is larger than what was sent"))
        if count == 0:
            if math.prod(max(n, 1) for n in shape) >= 2**40:
                raise WireError(
                    say("the answer holds an empty array of absurd extents: {shape}", shape=tuple(shape))
                )
            return np.zeros(shape, dtype)
        if offset % ALIGNMENT:
            raise WireError(say("the answer holds an array at an odd place"))
        array = np.frombuffer(self.body, dtype, count, offset).reshape(shape)
        # NumPy takes a truth value's byte for a number where it adds up: one of 255 would count 255 times.
        return np.asarray(array.view(np.uint8) != 0) if array.dtype == np.bool_ else array

    def array_file(self, content: dict[str, Any]) -> ArrayFile:
        if set(content) != {"path", "scale", "dtype", "shape"}:
            raise WireError(say("the message holds a malformed file"))
        path, scale, dtype, shape = (content[key] for key in ("path", "scale", "dtype", "shape"))
        if not isinstance(path, str) or not isinstance(scale, (float, int, type(None))):
            raise WireError(say("the message holds a malformed file"))
        if not isinstance(dtype, (str, type(None))) or not isinstance(shape, (list, type(None))):
            raise WireError(say("the message holds a malformed file"))
        return ArrayFile(path, scale, dtype, None if shape is None else tuple(shape))


def _whole_characters(text: str) -> str:
    """The text with halves of characters (lone surrogates) spelt out: no file and no console takes them."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _read_exactly(stream: Readable, length: int, may_end: bool = False) -> bytearray | None:
    buffer = bytearray(length)
    view = memoryview(buffer)
    position = 0
    while position < length:
        count = stream.readinto(view[position:])
        if not count:
            if may_end and position == 0:
                return None
            raise WireError(say("the answer broke off"))
        position += count
    return buffer
