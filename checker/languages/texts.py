"""Sentences that remember what they were made of, so that they can be said in another language later."""

from __future__ import annotations

from collections.abc import Mapping
from string import Formatter
from typing import Any

_FORMATTER = Formatter()


class Text(str):
    """An English sentence with its key (the sentence with placeholders) and the values in it, formatted.

    A value may be a `Text` itself. Whoever handles it as a string loses the key and keeps the sentence.
    """

    key: str
    values: Mapping[str, str]

    def __new__(cls, english: str, key: str, values: Mapping[str, str]) -> Text:
        """The sentence as it is in English."""
        text = super().__new__(cls, english)
        text.key, text.values = key, values
        return text

    def __str__(self) -> str:
        """Itself: `str()` of an exception that carries one keeps the key."""
        return self

    def __getnewargs__(self) -> tuple[str, str, Mapping[str, str]]:  # type: ignore[override]
        """For `copy` and `pickle`."""
        return "".join(self), self.key, self.values


def say(key: str, /, **values: object) -> Text:
    """The sentence `key` with its placeholders filled in: `say("{name} has the shape {shape}.", name=..., shape=...)`.

    The key is what a catalogue translates, so it is written out where this is called. Placeholders are names with an
    optional format (`{value:.4g}`, `{name!r}`); one that comes twice has one format.
    """
    told: dict[str, str] = {}
    english = []
    for literal, name, form, conversion in _FORMATTER.parse(key):
        english.append(literal)
        if name is not None:
            told[name] = _formatted(values[name], form or "", conversion)
            english.append(told[name])
    return Text("".join(english), key, told)


def _formatted(value: object, form: str, conversion: str | None) -> str:
    if conversion == "r":
        value = repr(value)
    if isinstance(value, BaseException):
        value = str(value)
    if isinstance(value, Text) and not form:
        return value
    return format(value, form)


def filled(template: str, values: Mapping[str, str]) -> str | None:
    """A template with values that are formatted already; None where it asks for others."""
    parts = []
    for literal, name, *_ in _FORMATTER.parse(template):
        parts.append(literal)
        if name is not None:
            if name not in values:
                return None
            parts.append(values[name])
    return "".join(parts)


def together(*parts: str, between: str = " ") -> str:
    """Sentences one after the other; empty ones are left out."""
    told = [part for part in parts if part]
    if len(told) == 1:
        return told[0]
    key = between.join(f"{{part{i}}}" for i in range(len(told)))
    return say(key, **{f"part{i}": part for i, part in enumerate(told)})


def plain_english(text: object) -> str:
    """The English sentence alone, for an encoder that takes no subclass of `str` (`enc_hook` of msgspec).

    Raises:
        NotImplementedError: it is no sentence.
    """
    if not isinstance(text, Text):
        raise NotImplementedError(f"objects of type {type(text).__name__}")
    return "".join(text)


def shortened(text: str, most: int) -> str:
    """At most so many characters; a sentence that is cut can be said in English alone."""
    return text if len(text) <= most else text[:most]


def said_in(plain: Any) -> dict[str, list[Any]]:
    """What the sentences in plain data were made of: by the English sentence its key and its values."""
    table: dict[str, list[Any]] = {}
    _collect(plain, table)
    return table


def _collect(value: Any, table: dict[str, list[Any]]) -> None:
    if isinstance(value, Text):
        table["".join(value)] = [value.key, dict(value.values)]
        _collect(value.values, table)
    elif isinstance(value, Mapping):
        for item in value.values():
            _collect(item, table)
    elif isinstance(value, (list, tuple)):
        for item in value:
            _collect(item, table)


def restored(plain: Any, table: Any) -> Any:
    """Plain data in which the sentences of the table are `Text` again; entries of another form are passed over."""
    known = {
        sentence: entry
        for sentence, entry in (table.items() if isinstance(table, dict) else ())
        if isinstance(entry, list) and len(entry) == 2 and isinstance(entry[0], str) and _is_texts(entry[1])
    }
    return _restored(plain, known, 0) if known else plain


def _is_texts(values: Any) -> bool:
    return isinstance(values, dict) and all(isinstance(v, str) for v in values.values())


# A sentence holds sentences that hold sentences; deeper than this it was made up.
MOST_DEEP = 8


def _restored(value: Any, known: Mapping[str, list[Any]], depth: int) -> Any:
    if isinstance(value, str):
        entry = known.get(value)
        if entry is None or depth > MOST_DEEP:
            return value
        values = {name: _restored(part, known, depth + 1) for name, part in entry[1].items()}
        return Text(value, entry[0], values)
    if isinstance(value, dict):
        return {key: _restored(item, known, depth) for key, item in value.items()}
    if isinstance(value, list):
        return [_restored(item, known, depth) for item in value]
    return value
