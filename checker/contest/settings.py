"""contest.toml: what is held, when, and by which rules. Each fault is one sentence that names the key."""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import msgspec

from checker.catalog import Kata, find, load
from checker.contest.clock import as_text
from checker.contest.errors import ContestError
from checker.errors import KatasError

FILE = "contest.toml"
LONGEST_TITLE = 120


@dataclass(frozen=True)
class ContestSettings:
    """The settings of a contest.

    Attributes:
        title: shown on every page; `title_ko` is the Korean one.
        katas: the numbers of the katas, in the order of the path.
        start: submissions are accepted from here on.
        end: what is received from here on is practice.
        freeze: what is received from here on is not on the public board until it is revealed.
        attempts_per_hour: submissions of a team in any 60 minutes, all katas together.
        sandbox_slots: judgements at a time on this machine.
        open_katas: "path" (each opens when the one before is passed) or "all".
        language: that of the pages for whoever asks for none.
        teams: names; `katas contest teams` makes codes for those that have none.
        kata_folders: further folders of katas, as seen from the contest's folder.
    """

    title: str
    katas: tuple[str, ...]
    start: datetime
    end: datetime
    title_ko: str = ""
    freeze: datetime | None = None
    attempts_per_hour: int = 10
    sandbox_slots: int = 1
    open_katas: Literal["path", "all"] = "path"
    language: Literal["en", "ko"] = "en"
    teams: tuple[str, ...] = ()
    kata_folders: tuple[str, ...] = ()


def read_settings(folder: Path) -> ContestSettings:
    """The settings of the contest in `folder`.

    Raises:
        ContestError: there is no contest.toml, or something in it is wrong; the text names the key.
    """
    file = folder / FILE
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ContestError(
            f"There is no {FILE} in {folder}. Make a contest with `katas contest new NAME`, and type this inside its folder."
        ) from None
    except UnicodeDecodeError:
        raise ContestError(f"{file} is not UTF-8. Save it as UTF-8.") from None
    except OSError as error:
        raise ContestError(f"{file} cannot be read: {error.strerror or error}.") from None
    except tomllib.TOMLDecodeError as error:
        raise ContestError(f"{file} is not TOML: {error}.") from None
    known = [field.name for field in fields(ContestSettings)]
    for key in content:
        if key not in known:
            raise ContestError(f"{file}: {key} is not known; known are {', '.join(known)}.")
    try:
        settings = msgspec.convert(content, ContestSettings)
    except msgspec.ValidationError as error:
        reason, _, place = str(error).partition(" - at ")
        key = place.strip("`").removeprefix("$.").removeprefix("$")
        raise ContestError(f"{file}: {key + ': ' if key else ''}{reason[:1].lower()}{reason[1:]}.") from None
    _check(file, settings)
    return settings


def _check(file: Path, settings: ContestSettings) -> None:
    def wrong(key: str, reason: str) -> ContestError:
        return ContestError(f"{file}: {key} {reason}.")

    for key in ("start", "end", "freeze"):
        moment = getattr(settings, key)
        if moment is not None and moment.tzinfo is None:
            raise wrong(
                key,
                f"has no time zone ({moment.isoformat()}); write it with one, such as {moment.isoformat()}+09:00",
            )
    for key in ("title", "title_ko"):
        text = getattr(settings, key)
        if len(text) > LONGEST_TITLE or (key == "title" and not text.strip()):
            raise wrong(key, f"must have 1 to {LONGEST_TITLE} letters, it has {len(text)}")
    if not settings.katas:
        raise wrong("katas", 'names none; write their numbers, such as ["01", "02"]')
    if not settings.start < settings.end:
        raise wrong("end", f"({settings.end.isoformat()}) is not after start ({settings.start.isoformat()})")
    if settings.freeze is not None and not settings.start < settings.freeze <= settings.end:
        raise wrong("freeze", f"({settings.freeze.isoformat()}) is not between start and end")
    for key in ("attempts_per_hour", "sandbox_slots"):
        if not 1 <= getattr(settings, key) <= 1000:
            raise wrong(key, f"is {getattr(settings, key)}; it must be 1 to 1000")
    if len(set(settings.teams)) < len(settings.teams):
        raise wrong("teams", "names a team twice")


def katas_of(folder: Path, settings: ContestSettings) -> list[Kata]:
    """The katas of a contest, in the order of the path.

    Raises:
        ContestError: one is not there, or named twice.
    """
    try:
        known = load(None, *((folder / place).resolve() for place in settings.kata_folders))
        chosen = [find(known, number) for number in settings.katas]
    except KatasError as error:
        raise ContestError(f"{folder / FILE}: katas: {error}") from None
    numbers = [kata.number for kata in chosen]
    if len(set(numbers)) < len(numbers):
        raise ContestError(f"{folder / FILE}: katas names one twice: {', '.join(settings.katas)}.")
    return sorted(chosen, key=lambda kata: kata.number)


def to_json(settings: ContestSettings) -> str:
    """The settings as they are kept in the database."""

    def plain(value: Any) -> Any:
        return as_text(value) if isinstance(value, datetime) else value

    return json.dumps({field.name: plain(getattr(settings, field.name)) for field in fields(settings)})


def template(title: str, start: datetime, end: datetime, freeze: datetime) -> str:
    """A contest.toml to begin with, with comments."""

    def written(moment: datetime) -> str:
        return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S+00:00")

    return f"""\
# The contest. After a change: stop `katas contest serve` and start it again; nothing is lost.

title = {json.dumps(title, ensure_ascii=False)}
title_ko = ""                          # the Korean title; the one above where it is empty

katas = ["01", "02"]                   # numbers, as `katas status` shows them
open_katas = "path"                    # "path": each opens when the one before is passed; "all": all are open

# Moments with their distance from UTC: Korea is +09:00, so ten in the morning in Seoul is 2026-12-05T10:00:00+09:00.
start = {written(start)}
end = {written(end)}      # what comes later is practice and not ranked
freeze = {written(freeze)}   # results of what comes later are hidden on the board; delete this line for none

attempts_per_hour = 10                 # of a team in any 60 minutes, all katas together
sandbox_slots = 1                      # judgements at a time on this machine: its cores less one, at most
language = "en"                        # of the pages where a browser asks for none: "en" or "ko"

# Names of teams. `katas contest teams` makes their codes and prints them once.
teams = []
# kata_folders = ["../our-katas"]      # folders of further katas
"""


def freeze_of(text: str) -> datetime | None:
    """The moment of the freeze in settings as the database keeps them."""
    moment = json.loads(text)["freeze"]
    return datetime.fromisoformat(moment) if moment else None
