"""Why a question to a submission was not answered, as an outcome and a sentence for the learner."""

from __future__ import annotations

import difflib
from typing import Any

from checker.errors import KatasError
from checker.verdict import Measurement, Outcome

BESIDE = "Modules of your own may lie beside your file, up to 16 KiB in all."


class SubmissionError(KatasError):
    """A call to the submission ended without a usable result. The judge's plugin makes it the check's end."""

    def __init__(
        self,
        outcome: Outcome,
        message: str,
        hint: str = "",
        measurement: Measurement | None = None,
        is_known: bool = False,
    ) -> None:
        super().__init__(message)
        self.outcome = outcome
        self.message = message
        self.hint = hint
        self.measurement = measurement
        # An earlier check has reported the reason already.
        self.is_known = is_known
        # The end of what the submission printed in the worker where it happened.
        self.log = ""


class JudgeError(KatasError):
    """Something on the judge's side is wrong; never the learner's fault."""


def from_failure(failure: Any, during: str, loading: bool, allowed: tuple[str, ...]) -> SubmissionError:
    """Turn a worker's description of an exception into a SubmissionError.

    `during` names what was going on ("predict(x, w, b)"). The description comes from the submission's process:
    every part may be missing or of a wrong type.
    """
    parts = failure if isinstance(failure, dict) else {}
    kind, name, message = (str(parts.get(key, ""))[:2_000] for key in ("kind", "type", "message"))
    given = parts.get("lines")
    lines = [str(line)[:300] for line in given[:20]] if isinstance(given, list) else []
    where = "".join(f"\n  {line}" for line in lines)
    if kind == "forbidden" and name != "ForbiddenImport":
        return SubmissionError(
            Outcome.FORBIDDEN,
            f"{during}: processes are not allowed here ({message}).{where}",
            "Threads are allowed. In a PyDataset or a pool leave out what asks for processes (use_multiprocessing).",
        )
    if kind == "forbidden":
        rule = (
            ""
            if "*" in allowed
            else f" This kata allows {', '.join(allowed)} and the standard library alone."
        )
        return SubmissionError(
            Outcome.FORBIDDEN,
            f"Not allowed here: {message}.{rule}{where}",
            f"Do it with what the kata allows. {BESIDE}",
        )
    if kind == "recursion":
        return SubmissionError(
            Outcome.INVALID if loading else Outcome.CRASHED,
            f"{during} called itself without end.{where}",
            "When does the function stop calling itself?",
        )
    if kind == "network":
        return SubmissionError(
            Outcome.INVALID if loading else Outcome.CRASHED,
            f"There is no network here, and {during} asked for something from it: {name}: {message}{where}",
            "The data is what the function is given (x, and y where there are labels): nothing has to be fetched.",
        )
    if kind == "memory":
        return SubmissionError(
            Outcome.OUT_OF_MEMORY,
            f"{during} ran out of memory: {message or name}.{where}",
            "Which array grows with the square of the number of rows?",
        )
    if kind == "syntax":
        return SubmissionError(
            Outcome.INVALID,
            f"The file is not valid Python: {message}.{where}",
            "Mend the line named above." if lines else "",
        )
    if kind == "exit":
        outcome = Outcome.INVALID if loading else Outcome.CRASHED
        return SubmissionError(
            outcome,
            f"{during} ended the program with exit().{where}",
            "A function returns; it does not exit.",
        )
    if kind == "missing":
        return missing_function(message, [])
    if kind == "not implemented":
        return SubmissionError(
            Outcome.FAILED, f"{during} is not written yet: {message}", "Start with this function."
        )
    if kind == "unsendable":
        return SubmissionError(
            Outcome.INVALID,
            f"{during} returned something that cannot be judged: {message}.",
            "Return plain numbers, NumPy arrays, or lists of them.",
        )
    outcome = Outcome.INVALID if loading else Outcome.CRASHED
    what = "cannot be imported" if loading else "raised an exception"
    subject = "The file" if loading else during
    hint = "The last line named is where it happened."
    if name == "TBNotInstalledError":
        hint = (
            "TensorBoard is not installed here and nobody would see its pages: leave its callback out. What train returns, "
            "a History or a dict of lists, is drawn as curves."
        )
    elif name == "ModuleNotFoundError":
        hint = f"Is it installed here? {BESIDE}"
    elif name == "PermissionError":
        hint = "Files may be written into the current folder and what tempfile gives, threads started, processes not."
    return SubmissionError(outcome, f"{subject} {what}: {name}: {message}{where}", hint)


def is_time_up(failure: Any) -> bool:
    """Whether a worker's description says that the call was interrupted because its time was over."""
    return isinstance(failure, dict) and failure.get("kind") == "time is up"


def missing_function(name: str, defined: list[str]) -> SubmissionError:
    """The submission lacks a function; say which defined name is close."""
    close = difflib.get_close_matches(name, defined, n=1, cutoff=0.6)
    seen = f" There is a function {close[0]!r}: is it meant?" if close else ""
    return SubmissionError(
        Outcome.INVALID, f"The file has no function {name!r}.{seen}", "Keep the names that the stub gives."
    )
