"""The record as text: JSON with a format version, read strictly, older versions too.

The dataclasses of `checker.verdict` are the schema; msgspec reads by it. What a version added has a default; what it
changed is carried over by one function for each step, so that the runs of last year's ledger can be shown.

Beside the fields stands `said`: of each sentence in the record that was filled in, its key and its values, so that it can be
said in another language (`checker.languages`).
"""

from __future__ import annotations

import dataclasses
import enum
import json
from collections.abc import Callable
from typing import Any, TypeVar

import msgspec

from checker.errors import KatasError
from checker.languages.texts import restored, said_in
from checker.verdict import FORMAT_VERSION, Record

_T = TypeVar("_T")
SAID = "said"
Plain = dict[str, Any]


class RecordError(KatasError, ValueError):
    """A text is no record that this program reads."""


def to_json(record: Record) -> str:
    """The record as one line of JSON in plain ASCII; numbers that are not finite are strings ("inf", "nan").

    Nothing in it moves a cursor or is a command to a service that reads logs: what a submission said stands there letter
    by letter in JSON's own escapes, and reads back as it was.
    """
    plain = to_plain(record)
    text = json.dumps({**plain, SAID: said_in(plain)}, allow_nan=False)
    for mark, spelt in (("\x7f", "\\u007f"), ("::", ":\\u003a"), ("##", "#\\u0023")):
        text = text.replace(mark, spelt)
    return text


def from_json(text: str) -> Record:
    """Rebuild a record, also one of an older version.

    Raises:
        RecordError: it is none, or of a newer version; the text names the place.
    """
    try:
        data = json.loads(text)
    except ValueError as error:
        raise RecordError(f"not a record: {error}") from error
    version = data.get("format_version", data.get("version")) if isinstance(data, dict) else None
    if type(version) is not int or not 1 <= version <= FORMAT_VERSION:
        raise RecordError(f"not a record that this version reads: its format version is {version!r}")
    try:
        for step in UPGRADES[version - 1 :]:
            step(data)
    except (KeyError, TypeError, AttributeError) as error:
        raise RecordError(f"not a record of version {version}: {error!r}") from error
    return from_plain(restored(data, data.pop(SAID, None)), Record)


def to_plain(value: Any) -> Any:
    """Dataclasses, enums and tuples as data for JSON; numbers that are not finite as the strings `float` reads."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: to_plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, dict):
        return {str(key): to_plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [to_plain(item) for item in value]
    if isinstance(value, float) and not abs(value) <= 1.7976931348623157e308:
        return str(value)
    return value


def from_plain(data: Any, kind: type[_T]) -> _T:
    """A dataclass from plain data, every field of its type.

    Raises:
        RecordError: a field is missing or of another type; the text names it.
    """
    try:
        return msgspec.convert(_with_numbers(data), kind)
    except msgspec.ValidationError as error:
        raise RecordError(f"not a {kind.__name__.lower()}: {error}") from error


def _with_numbers(value: Any) -> Any:
    """ "inf", "-inf" and "nan" as numbers again where `to_plain` made them strings: in the fields that hold numbers."""
    if isinstance(value, dict):
        return {
            key: _as_number(item) if key in _NUMBERS else _with_numbers(item) for key, item in value.items()
        }
    if isinstance(value, list):
        return [_with_numbers(item) for item in value]
    return value


def _as_number(value: Any) -> Any:
    if isinstance(value, list):
        return [_as_number(item) for item in value]
    return float(value) if value in ("inf", "-inf", "nan") else value


_NUMBERS = frozenset(
    {"value", "values", "limit", "spread", "used", "allowed", "reference", "wall", "seconds"}
)


def _from_1(data: Plain) -> None:
    """Version 1 knew a time by its name alone."""
    for check in _all_checks(data):
        for measured in check["measurements"]:
            is_time = measured["name"].startswith("time of ")
            measured.setdefault("kind", "time" if is_time else "quality")
            measured.setdefault("step", measured["name"].removeprefix("time of ") if is_time else "")


def _from_2(data: Plain) -> None:
    """Up to version 2 a seed was a number."""
    for run in data["runs"]:
        run["seed"] = str(run["seed"])


def _from_3(data: Plain) -> None:
    """Version 4 says `format_version`, and has causes, artifacts and the submission's files."""
    data.pop("version", None)


def _from_4(data: Plain) -> None:
    """Version 5 says what of a notebook was left out."""


def _from_5(data: Plain) -> None:
    """Version 6 says of sentences what they were made of."""
    data["format_version"] = FORMAT_VERSION


UPGRADES: tuple[Callable[[Plain], None], ...] = (_from_1, _from_2, _from_3, _from_4, _from_5)


def _all_checks(data: Plain) -> list[Plain]:
    return [*data["checks"], *(check for run in data["runs"] for check in run["checks"])]
