"""From an English sentence to the same one in the reader's language."""

from __future__ import annotations

import os
from collections.abc import Sequence
from gettext import NullTranslations
from pathlib import Path
from string import Formatter

from checker.languages.texts import Text, filled, say

ENGLISH = "en"
_current = ENGLISH


class Translator:
    """Says sentences in one language, by the catalogues of the checker and of a kata."""

    def __init__(self, language: str, kata_folder: Path | None = None) -> None:
        """`kata_folder` is that of the kata whose suite said the sentences."""
        self.language = language
        self._folder = kata_folder
        self._catalogues: Sequence[NullTranslations] | None = None

    def __call__(self, text: str) -> str:
        """The sentence; in English where nobody has translated it."""
        if self.language == ENGLISH or not text:
            return text
        return self._particles(self._said(text))

    def _said(self, text: str) -> str:
        if not isinstance(text, Text):
            # The empty key of a catalogue is its header.
            return (self._found(text) or text) if text else text
        template = self._found(text.key)
        if template is None:
            # A key of nothing but placeholders needs no translation: its parts do.
            if _words_of(text.key):
                return text
            template = text.key
        told = filled(template, {name: self._said(value) for name, value in text.values.items()})
        return text if told is None else told

    def _found(self, key: str) -> str | None:
        if self._catalogues is None:
            self._catalogues = self._load()
        for catalogue in self._catalogues:
            if (found := catalogue.gettext(key)) != key:
                return found
        return None

    def _load(self) -> Sequence[NullTranslations]:
        from checker.languages.catalogues import of_checker, of_kata

        of_suite = [of_kata(self._folder, self.language)] if self._folder else []
        return [*of_suite, of_checker(self.language)]

    def _particles(self, text: str) -> str:
        if self.language != "ko":
            return text
        from checker.languages.particles import with_particles

        return with_particles(text)


def _words_of(key: str) -> bool:
    """Whether a key holds letters outside of its placeholders."""
    return any(letter.isalpha() for literal, *_ in Formatter().parse(key) for letter in literal)


_translators: dict[str, Translator] = {}


def use(language: str) -> None:
    """From now on this process speaks so."""
    global _current
    _current = language


def current() -> str:
    """The language that this process speaks."""
    return _current


def _(key: str, /, **values: object) -> str:
    """A sentence for whoever reads this command's output, in his language: a key with its values, or a `Text`."""
    text = say(key, **values) if values else key
    if _current == ENGLISH:
        return text
    return _translators.setdefault(_current, Translator(_current))(text)


def of_kata(folder: Path) -> Translator:
    """What a kata's suite says, in this process's language."""
    return Translator(_current, folder)


def preferred(asked: str | None = None) -> str:
    """The language asked for, else that of KATAS_LANG, else that of the locale, else English."""
    if asked:
        return asked
    for variable in ("KATAS_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(variable):
            return "ko" if value.lower().startswith("ko") else ENGLISH
    if os.name == "nt":
        import locale

        return "ko" if (locale.getlocale()[0] or "").lower().startswith("ko") else ENGLISH
    return ENGLISH
