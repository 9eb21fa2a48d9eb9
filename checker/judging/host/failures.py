"""Why a question to a submission was not answered, as an outcome and a sentence for the learner."""

from __future__ import annotations

import difflib
import re
from typing import Any

from checker.catalog import Function
from checker.errors import KatasError
from checker.languages.texts import Text, filled, restored, say, together
from checker.verdict import Measurement, Outcome

_PLACE = re.compile(
    r"(?:cell (?P<cell>\d+), |(?P<file>[^,:\s]+), )?line (?P<line>\d+)(?:, in (?P<name>[^:\s]+))?: (?P<code>.*)",
    re.DOTALL,
)
BESIDE = say("Modules of your own may lie beside your file, up to 16 KiB in all.")


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
    kind, name = (str(parts.get(key, ""))[:2_000] for key in ("kind", "type"))
    message = _said(parts)
    given = parts.get("lines")
    lines = [str(line)[:300] for line in given[:20]] if isinstance(given, list) else []
    where = together(*(say("\n  {line}", line=_place(line)) for line in lines), between="")
    if kind == "forbidden" and name != "ForbiddenImport":
        return SubmissionError(
            Outcome.FORBIDDEN,
            say(
                "{during}: processes are not allowed here ({message}).{where}",
                during=during,
                message=message,
                where=where,
            ),
            say(
                "Threads are allowed. In a PyDataset or a pool leave out what asks for processes "
                "(use_multiprocessing)."
            ),
        )
    if kind == "forbidden":
        rule = (
            ""
            if "*" in allowed
            else say(
                " This kata allows {modules} and the standard library alone.", modules=", ".join(allowed)
            )
        )
        return SubmissionError(
            Outcome.FORBIDDEN,
            say("Not allowed here: {message}.{rule}{where}", message=message, rule=rule, where=where),
            say("Do it with what the kata allows. {beside}", beside=BESIDE),
        )
    if kind == "recursion":
        return SubmissionError(
            Outcome.INVALID if loading else Outcome.CRASHED,
            say("{during} called itself without end.{where}", during=during, where=where),
            say("When does the function stop calling itself?"),
        )
    if kind == "network":
        return SubmissionError(
            Outcome.INVALID if loading else Outcome.CRASHED,
            say(
                "There is no network here, and {during} asked for something from it: {name}: {message}{where}",
                during=during,
                name=name,
                message=message,
                where=where,
            ),
            say(
                "The data is what the function is given (x, and y where there are labels): nothing has to be "
                "fetched."
            ),
        )
    if kind == "memory":
        return SubmissionError(
            Outcome.OUT_OF_MEMORY,
            say(
                "{during} ran out of memory: {told}.{where}",
                during=during,
                told=message or name,
                where=where,
            ),
            say("Which array grows with the square of the number of rows?"),
        )
    if kind == "syntax":
        return SubmissionError(
            Outcome.INVALID,
            say("The file is not valid Python: {message}.{where}", message=message, where=where),
            say("Mend the line named above.") if lines else "",
        )
    if kind == "exit":
        outcome = Outcome.INVALID if loading else Outcome.CRASHED
        return SubmissionError(
            outcome,
            say("{during} ended the program with exit().{where}", during=during, where=where),
            say("A function returns; it does not exit."),
        )
    if kind == "missing":
        return missing_function(message, [])
    if kind == "not implemented":
        return SubmissionError(
            Outcome.FAILED,
            say("{during} is not written yet: {message}", during=during, message=message),
            say("Start with this function."),
        )
    if kind == "unsendable":
        return SubmissionError(
            Outcome.INVALID,
            say(
                "{during} returned something that cannot be judged: {message}.",
                during=during,
                message=message,
            ),
            say("Return plain numbers, NumPy arrays, or lists of them."),
        )
    outcome = Outcome.INVALID if loading else Outcome.CRASHED
    told = {"during": during, "name": name, "message": message, "where": where}
    said = (
        say("The file cannot be imported: {name}: {message}{where}", **told)
        if loading
        else say("{during} raised an exception: {name}: {message}{where}", **told)
    )
    hint = say("The last line named is where it happened.")
    if name == "TBNotInstalledError":
        hint = say(
            "TensorBoard is not installed here and nobody would see its pages: leave its callback out. What "
            "train returns, a History or a dict of lists, is drawn as curves."
        )
    elif name == "ModuleNotFoundError":
        hint = say("Is it installed here? {beside}", beside=BESIDE)
    elif name == "PermissionError":
        hint = say(
            "Files may be written into the current folder and what tempfile gives, threads started, "
            "processes not."
        )
    return SubmissionError(outcome, said, hint)


def _said(parts: dict[Any, Any]) -> str:
    """What the exception says; with key and values where these, which the worker names, give the very same."""
    message = str(parts.get("message", ""))[:2_000]
    known = restored(message, {message: [parts.get("key"), parts.get("values")]})
    if not isinstance(known, Text) or sum(map(len, known.values.values())) > len(message):
        return message
    try:
        return known if filled(known.key, known.values) == message else message
    except ValueError:  # such a key is none of ours
        return message


def _place(line: str) -> str:
    """A line of a worker's description ("cell 7, line 3, in fit: x / 0") as a sentence that can be translated."""
    found = _PLACE.fullmatch(line)
    if found is None:
        return line
    number = found["line"]
    if found["cell"]:
        place = say("cell {cell}, line {line}", cell=found["cell"], line=number)
    elif found["file"]:
        place = say("{file}, line {line}", file=found["file"], line=number)
    else:
        place = say("line {line}", line=number)
    if found["name"]:
        return say("{place}, in {name}: {code}", place=place, name=found["name"], code=found["code"])
    return say("{place}: {code}", place=place, code=found["code"])


def is_time_up(failure: Any) -> bool:
    """Whether a worker's description says that the call was interrupted because its time was over."""
    return isinstance(failure, dict) and failure.get("kind") == "time is up"


def missing_function(name: str, defined: list[str]) -> SubmissionError:
    """The submission lacks a function; say which defined name is close."""
    close = difflib.get_close_matches(name, defined, n=1, cutoff=0.6)
    seen = say(" There is a function {close!r}: is it meant?", close=close[0]) if close else ""
    return SubmissionError(
        Outcome.INVALID,
        say("The file has no function {name!r}.{seen}", name=name, seen=seen),
        say("Keep the names that the stub gives."),
    )


def wrong_function(function: Function, problem: str, found: str) -> SubmissionError:
    """A name is no function, or one that takes other arguments: `problem` is "kind" or "signature"."""
    told = {"name": function.name, "found": found, "arguments": function.arguments}
    return SubmissionError(
        Outcome.INVALID,
        say("{name} is a {found}, not a function; it is called with {arguments} arguments.", **told)
        if problem == "kind"
        else say("{name} is defined as {found}; it is called with {arguments} arguments.", **told),
        say("Keep the signature that the stub gives."),
    )
