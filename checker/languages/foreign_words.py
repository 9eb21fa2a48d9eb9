"""What Click, the system and SQLite say to a learner in between, and Click made to say it in his language.

These sentences stand in nobody's code here, so they are listed: the catalogue has them like our own. One that is new in a
later Click is said in English.
"""

from __future__ import annotations

import gettext
import sys

from checker.languages.translation import _

CLICK = (
    "Usage:",
    "Options",
    "Commands",
    "Show this message and exit.",
    "Show the version and exit.",
    "%(prog)s, version %(version)s",
    "default: {default}",
    "required",
    "env var: {var}",
    "Error: {message}",
    "Try '{command} {option}' for help.",
    "Invalid value: {message}",
    "Invalid value for {param_hint}: {message}",
    "Missing argument",
    "Missing option",
    "Missing parameter",
    "Missing command.",
    "Choose from:\n\t{choices}",
    "No such option {name!r}.",
    "No such option: {name}",
    "No such command {name!r}.",
    "Did you mean {possibility}?",
    "(Did you mean one of: {possibilities}?)",
    "(Possible options: {possibilities})",
    "Got unexpected extra argument ({args})",
    "Got unexpected extra arguments ({args})",
    "Option {name!r} requires an argument.",
    "Option {name!r} does not take a value.",
    "{value!r} is not {choice}.",
    "{value!r} is not one of {choices}.",
)
# They are a value in a sentence of ours: "... cannot be written ({reason}).".
REASONS = (
    "Operation not permitted",
    "No such file or directory",
    "Input/output error",
    "Permission denied",
    "File exists",
    "Not a directory",
    "Is a directory",
    "Too many open files",
    "No space left on device",
    "Read-only file system",
    "File name too long",
    "Too many levels of symbolic links",
    "Disk quota exceeded",
    "file is not a database",
    "database disk image is malformed",
    "database or disk is full",
    "disk I/O error",
    "unable to open database file",
    "attempt to write a readonly database",
)


def let_click_speak() -> None:
    """From now on Click asks here first, wherever one of its modules takes its words from `gettext`."""
    for name, module in list(sys.modules.items()):
        if name == "click" or name.startswith("click."):
            words = vars(module)
            if words.get("_") is gettext.gettext:
                words["_"] = _gettext
            if words.get("ngettext") is gettext.ngettext:
                words["ngettext"] = _ngettext


def _gettext(message: str) -> str:
    found = _(message)
    return gettext.gettext(message) if found == message else found


def _ngettext(singular: str, plural: str, number: int) -> str:
    message = singular if number == 1 else plural
    found = _gettext(message)
    return gettext.ngettext(singular, plural, number) if found == message else found
