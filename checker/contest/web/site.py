"""What every page needs: who asks, in which language, what is known of the contest, and how a page is made of it."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from checker.catalog import Kata
from checker.contest import clock
from checker.contest.services import Contest
from checker.contest.views import Team, Viewer
from checker.contest.web.glance import Glance, glance
from checker.contest.web.sessions import LANGUAGE, Sessions, visit_of
from checker.contest.web.texts import Teller, chosen_language, teller
from checker.contest.web.tries import Tries
from checker.report.escape import terminal
from checker.report.figures import figure
from checker.verdict import STARS

# So old may be what somebody without a team sees of announcement and times.
FRESH_SECONDS = 1.0
TEMPLATES = Path(__file__).parents[2] / "templates" / "contest"


class NeedsSignIn(HTTPException):
    """The page is for a team, or for the organiser, and nobody like that is signed in."""

    def __init__(self, *, organiser: bool = False) -> None:
        super().__init__(401)
        self.organiser = organiser


class Told(HTTPException):
    """Something is not possible; the visitor reads the text `key`."""

    def __init__(self, status: int, key: str, **values: object) -> None:
        super().__init__(status)
        self.key, self.values = key, values


@dataclass(frozen=True)
class Visitor:
    """Who asks."""

    team: Team | None
    is_organiser: bool
    language: str
    visit: str

    @property
    def viewer(self) -> Viewer:
        """Who he is for the contest: what he may see depends on it alone."""
        if self.is_organiser:
            return Viewer("organiser")
        return Viewer("team", self.team.id) if self.team else Viewer("public")

    @property
    def board_viewer(self) -> Viewer:
        """The same for the board that everybody sees; the organiser's is a page of its own."""
        return Viewer("team", self.team.id) if self.team else Viewer("public")


class _Token:
    """The token of forms; knows whether the page has any: only then the visit needs a cookie."""

    def __init__(self, text: str) -> None:
        self._text = text
        self.is_used = False

    def __str__(self) -> str:
        self.is_used = True
        return self._text


class Site:
    """One contest's pages."""

    def __init__(self, contest: Contest) -> None:
        self.contest = contest
        self.sessions = Sessions(contest.secret)
        self.tries = Tries()
        self._seen_last: tuple[float, Glance | None] = (0.0, None)
        self._environment = Environment(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
            undefined=StrictUndefined,
        )
        self._environment.globals["STARS"] = STARS
        self._environment.filters.update(seen=terminal, utc=utc, iso=iso, figure=_figure)

    def glance(self, request: Request) -> Glance:
        """Where the contest stands, and the team of the visitor's cookie; looked at once for each request."""
        seen = getattr(request.state, "glance", None)
        if not isinstance(seen, Glance):
            found = self.sessions.team(request)
            seen = glance(self.contest, clock.now(), found[0]) if found else self._glance_of_all()
            request.state.glance = seen
        return seen

    def _glance_of_all(self) -> Glance:
        """The same for somebody without a team: kept for a moment, since hundreds look on."""
        at, seen = self._seen_last
        if seen is None or time.monotonic() - at >= FRESH_SECONDS:
            at, seen = self._seen_last = (time.monotonic(), glance(self.contest, clock.now()))
        # What the clock brings, it brings to the second.
        return replace(seen, phase=seen.times.phase(clock.now()))

    def visitor(self, request: Request) -> Visitor:
        """Whoever asks, as his cookies say."""
        seen = self.glance(request)
        found = self.sessions.team(request)
        # A new code ends the sessions of the old one.
        team = seen.team if found and found[1] == seen.code_mark else None
        language = chosen_language(
            request.cookies.get(LANGUAGE),
            team.language if team else None,
            request.headers.get("accept-language", self.contest.settings.language),
        )
        is_organiser = self.sessions.is_organiser(request, seen.organiser_mark)
        return Visitor(team, is_organiser, language, visit_of(request))

    def team(self, request: Request) -> Team:
        """The team that asks.

        Raises:
            NeedsSignIn: none is signed in.
        """
        team = self.visitor(request).team
        if team is None:
            raise NeedsSignIn
        return team

    def need_organiser(self, request: Request) -> None:
        """See that the organiser asks.

        Raises:
            NeedsSignIn: he is not signed in.
        """
        if not self.visitor(request).is_organiser:
            raise NeedsSignIn(organiser=True)

    def need_own_form(self, request: Request, token: object) -> None:
        """See that a form is one of ours.

        Raises:
            Told: it is not.
        """
        if not self.sessions.is_own_form(request, token):
            raise Told(403, "error_403")

    def kata(self, request: Request) -> Kata:
        """The kata in the address.

        Raises:
            Told: the contest has none of that number.
        """
        number = request.path_params["number"]
        for kata in self.contest.katas:
            if kata.number == number:
                return kata
        raise Told(404, "no_kata", number=number)

    def say(self, request: Request) -> Teller:
        """Texts in the visitor's language."""
        return teller(self.visitor(request).language)

    def title(self, language: str) -> str:
        """The contest's title."""
        settings = self.contest.settings
        return (settings.title_ko if language == "ko" else "") or settings.title

    def part(self, template: str, language: str, **context: Any) -> str:
        """A part of a page."""
        shared = {
            "t": teller(language),
            "lang": language,
            "kata_title": lambda kata: kata_title(kata, language),
        }
        return self._environment.get_template(template).render(**shared, **context)

    def page(self, request: Request, template: str, status: int = 200, **context: Any) -> Response:
        """A whole page for whoever asks."""
        visitor = self.visitor(request)
        token = _Token(self.sessions.form_token(visitor.visit))
        query = request.url.query
        text = self.part(
            template,
            visitor.language,
            contest_title=self.title(visitor.language),
            standing=self.glance(request),
            now=clock.now(),
            visitor=visitor,
            token=token,
            here=request.url.path,
            here_in_full=f"{request.url.path}?{query}" if query else request.url.path,
            **context,
        )
        response = HTMLResponse(text, status)
        if token.is_used:
            self.sessions.remember_visit(request, response, visitor.visit)
        return response


def kata_title(kata: Kata, language: str) -> str:
    """Number and title."""
    return f"{kata.number} {kata.title_ko if language == 'ko' else kata.title}"


def utc(moment: datetime | None) -> str:
    """A moment for people, to the minute: a script shows it in the visitor's zone."""
    return "" if moment is None else moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")


def _figure(value: float | None) -> str:
    """A number of the board."""
    return "" if value is None else figure(value)


def iso(moment: datetime | None) -> str:
    """A moment for the script."""
    return "" if moment is None else moment.astimezone(UTC).isoformat(timespec="seconds")


def see_other(place: str) -> Response:
    """After a form: go there."""
    return RedirectResponse(place, 303)


@lru_cache(maxsize=64)
def lesson_html(path: Path, changed: float, number: str) -> str:
    """A lesson as HTML; its own heading becomes one below the page's. `changed` makes a changed file be read anew."""
    from markdown_it import MarkdownIt

    reader = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = reader.parse(path.read_text(encoding="utf-8"))
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(int(token.tag[1]) + 1, 6)}"
        for child in token.children or ():
            if child.type == "image":
                name = str(child.attrs.get("src", "")).rpartition("/")[2]
                child.attrs["src"] = f"/kata/{number}/picture/{name}"
    return str(reader.renderer.render(tokens, reader.options, {}))
