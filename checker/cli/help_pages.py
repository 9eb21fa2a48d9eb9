"""Help in the language of this process, in columns of which a Korean letter takes two."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import click

from checker.languages.foreign_words import let_click_speak
from checker.languages.translation import ENGLISH, _, current
from checker.report.columns import cells, padded, wrapped

_GAP = 2

# The help as the code says it: a process may come to speak another language.
_english: dict[click.Command | click.Option, str] = {}

let_click_speak()


class WideFormatter(click.HelpFormatter):
    """Click's own counts letters, so that a Korean line would be twice as wide as the terminal."""

    def write_text(self, text: str) -> None:
        """Paragraphs, wrapped."""
        if current() == ENGLISH:
            super().write_text(text)
            return
        indent = " " * self.current_indent
        paragraphs = (wrapped(part, self.width - self.current_indent) for part in text.split("\n\n"))
        self.write("\n".join("".join(f"{indent}{line}\n" for line in lines) for lines in paragraphs))

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = _GAP) -> None:
        """Terms with their explanations beside them."""
        if current() == ENGLISH:
            super().write_dl(rows, col_max, col_spacing)
            return
        known: Sequence[tuple[str, str]] = list(rows)
        width = min(max(cells(term) for term, _told in known), col_max)
        left = " " * self.current_indent
        for term, told in known:
            first, *more = wrapped(told, self.width - self.current_indent - width - col_spacing)
            if cells(term) > width:
                self.write(f"{left}{term}\n")
                term = ""
            self.write(f"{left}{padded(term, width + col_spacing)}{first}".rstrip() + "\n")
            for line in more:
                self.write(f"{left}{' ' * (width + col_spacing)}{line}\n")


class HelpContext(click.Context):
    """What a command runs in; its help is laid out by `WideFormatter`."""

    formatter_class = WideFormatter

    def get_help(self) -> str:
        """The help, of which Click keeps the line about `--help` from the first time."""
        if (option := self.command.get_help_option(self)) is not None:
            option.help = _("Show this message and exit.")
        return super().get_help()


def in_language(command: click.Command) -> click.Command:
    """The command with its help in the language of this process.

    Commands for authors and teachers are translated in the list of commands alone.
    """
    english = [" ".join(part.split()) for part in _said(command).split("\n\n")]
    told = [_(part) for part in english]
    is_whole = all(said != part for said, part in zip(told, english, strict=True))
    command.help = "\n\n".join(told if is_whole else english)
    command.short_help = None if current() == ENGLISH else told[0]
    command.context_class = HelpContext
    for parameter in command.params:
        if isinstance(parameter, click.Option) and parameter.help:
            parameter.help = _(_said(parameter))
    return command


def _said(one: click.Command | click.Option) -> str:
    return _english.setdefault(one, one.help or "")
