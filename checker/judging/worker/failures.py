"""What a worker says when a call did not end in a result: plain data about the exception."""

from __future__ import annotations

import dis
import linecache
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from checker.judging.wire import WireError
from checker.judging.worker.loading import ForbiddenImport, ForbiddenProcess, MissingFunction
from checker.judging.worker.messages import most_telling, own_lines, place, plain
from checker.judging.worker.time_limit import TimeIsUp
from checker.languages.texts import Text, say

MAX_MESSAGE = 1_500
MAX_LINES = 12
MAX_CHAIN = 10
# So many frames below each other are a function that calls itself without end.
DEEP = 5_000
_NETWORK_WORDS = ("name resolution", "URL fetch failure", "Max retries exceeded", "Network is unreachable")


def describe(error: BaseException, folder: Path) -> dict[str, Any]:
    """The exception as a dictionary: what kind of end it is, its type, message, and the learner's own lines."""
    lines = own_lines(error.__traceback__, folder)
    name = type(error).__name__
    if isinstance(error, SyntaxError) and not lines:
        line = (error.text or linecache.getline(str(error.filename), error.lineno or 0)).strip()
        where = [f"{place(str(error.filename), error.lineno)}: {line}"] if error.lineno else []
        return answer("syntax", name, str(error.msg), where)
    text = text_of(error)
    # A sentence of the judge's own says all, and keeps its key.
    message, named = (text, list[str]()) if isinstance(text, Text) else plain(text, name, folder)
    return answer(_kind(error, folder), name, message, most_telling([*lines, *named]))


def _kind(error: BaseException, folder: Path) -> str:
    """What kind of end the exception is, for the judge's words about it."""
    behind = list(_chain(error))
    if isinstance(error, ForbiddenImport) or any(isinstance(one, ForbiddenProcess) for one in behind):
        return "forbidden"
    if isinstance(error, RecursionError) or (isinstance(error, MemoryError) and _is_deep(error)):
        return "recursion"
    if isinstance(error, MemoryError) or type(error).__name__ == "ResourceExhaustedError":
        return "memory"
    if isinstance(error, SystemExit):
        return "exit"
    if isinstance(error, TimeIsUp):
        return "time is up"
    if isinstance(error, MissingFunction):
        return "missing"
    if isinstance(error, NotImplementedError) and _raised_by(error, folder):
        return "not implemented"
    if any(_is_about_network(one) for one in behind):
        return "network"
    return "exception"


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The exception and those from which it arose."""
    seen: BaseException | None = error
    for _ in range(MAX_CHAIN):
        if seen is None:
            return
        yield seen
        seen = seen.__cause__ or seen.__context__


def _is_deep(error: BaseException) -> bool:
    depth, trace = 0, error.__traceback__
    while trace is not None and depth <= DEEP:
        depth, trace = depth + 1, trace.tb_next
    return depth > DEEP


def _raised_by(error: BaseException, folder: Path) -> bool:
    """Whether a `raise` of the submission's own is where the exception comes from.

    The innermost frame may be the submission's although a library raised: Keras and TensorFlow take their own frames
    out of tracebacks. So the instruction is looked at, too.
    """
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None or Path(trace.tb_frame.f_code.co_filename).parent != folder:
        return False
    code = trace.tb_frame.f_code.co_code
    return trace.tb_lasti < len(code) and dis.opname[code[trace.tb_lasti]] == "RAISE_VARARGS"


def _is_about_network(error: BaseException) -> bool:
    """Whether somebody looked for a server."""
    # By name: nothing has to be imported for an error that seldom comes.
    if type(error).__name__ in ("gaierror", "URLError"):
        return True
    words = text_of(error)[:2_000]
    return any(sign in words for sign in _NETWORK_WORDS)


def unsendable(error: WireError) -> dict[str, Any]:
    """A result that cannot be sent: neither numbers nor arrays."""
    return answer("unsendable", "", str(error), [])


def answer(kind: str, name: str, message: str, lines: list[str]) -> dict[str, Any]:
    """The one form that every failure has on the wire."""
    return {
        "kind": kind,
        "type": name[:100],
        "message": message[:MAX_MESSAGE],
        **(
            {"key": message.key, "values": {n: "".join(v) for n, v in message.values.items()}}
            if isinstance(message, Text)
            else {}
        ),
        "lines": [line[:300] for line in lines[-MAX_LINES:]],
    }


def _made_of(message: str) -> dict[str, Any]:
    """Key and values of a sentence of the judge's own, as plain data."""
    if not isinstance(message, Text):
        return {}
    return {"key": message.key, "values": {name: "".join(value) for name, value in message.values.items()}}


def text_of(error: BaseException) -> str:
    """`str(error)`, which a submission's own exception class may refuse."""
    try:
        return str(error)
    except Exception:
        return say("(its text cannot be read)")


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
    raise WireError(
        say("it holds a {kind}, which is neither a number nor an array", kind=type(value).__name__)
    )
