"""What a worker says when a call did not end in a result: plain data about the exception."""

from __future__ import annotations

import linecache
import traceback
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np

from checker.judging.worker.loading import ForbiddenImport, ForbiddenProcess, MissingFunction
from checker.judging.worker.time_limit import TimeIsUp
from checker.judging.worker.wire import WireError

MAX_MESSAGE = 1_500
MAX_LINES = 12


def describe(error: BaseException, folder: Path) -> dict[str, Any]:
    """The exception as a dictionary: what kind of end it is, its type, message, and the learner's own lines."""
    kind = "exception"
    if isinstance(error, (ForbiddenImport, ForbiddenProcess)):
        kind = "forbidden"
    elif isinstance(error, MemoryError) or type(error).__name__ == "ResourceExhaustedError":
        kind = "memory"
    elif isinstance(error, SystemExit):
        kind = "exit"
    elif isinstance(error, TimeIsUp):
        kind = "time is up"
    elif isinstance(error, MissingFunction):
        kind = "missing"
    elif isinstance(error, NotImplementedError):
        kind = "not implemented"
    lines = own_lines(error.__traceback__, folder)
    if isinstance(error, SyntaxError) and not lines:
        kind = "syntax"
        text = (error.text or linecache.getline(str(error.filename), error.lineno or 0)).strip()
        lines = [f"line {error.lineno}: {text}"]
        return answer(kind, type(error).__name__, str(error.msg), lines)
    return answer(kind, type(error).__name__, text_of(error), lines)


def unsendable(error: WireError) -> dict[str, Any]:
    """A result that cannot be sent: neither numbers nor arrays."""
    return answer("unsendable", "", str(error), [])


def answer(kind: str, name: str, message: str, lines: list[str]) -> dict[str, Any]:
    """The one form that every failure has on the wire."""
    return {
        "kind": kind,
        "type": name[:100],
        "message": message[:MAX_MESSAGE],
        "lines": [line[:300] for line in lines[-MAX_LINES:]],
    }


def text_of(error: BaseException) -> str:
    """`str(error)`, which a submission's own exception class may refuse."""
    try:
        return str(error)
    except Exception:
        return "(its text cannot be read)"


def own_lines(trace: TracebackType | None, folder: Path) -> list[str]:
    """The lines of the traceback that stand in the submission, outermost first."""
    lines = []
    for frame in traceback.extract_tb(trace):
        if Path(frame.filename).parent == folder:
            lines.append(f"line {frame.lineno}, in {frame.name}: {(frame.line or '').strip()}")
    return lines


def sendable(value: Any) -> Any:
    """What to send for an object that is neither a number, a container nor an array.

    A Keras `History` is its dictionary; tensors, variables and anything else that NumPy can read are arrays.

    Raises:
        WireError: it is none of these.
    """
    history = getattr(value, "history", None)
    if isinstance(history, dict):
        return history
    if hasattr(value, "__array__"):
        array = np.asarray(value)
        if array.dtype.kind != "O":
            return array
    raise WireError(f"it holds a {type(value).__name__}, which is neither a number nor an array")
