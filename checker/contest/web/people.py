"""Signing in and out, and the choice of the language."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from checker.contest import clock
from checker.contest.web.glance import glance
from checker.contest.web.site import Site, Told, see_other
from checker.contest.web.texts import TABLES


class People:
    """The handlers."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def sign_in_page(self, request: Request) -> Response:
        """The form for a team's code."""
        return self._site.page(request, "sign_in.html.j2", problem="", is_for_organiser=False)

    def organiser_page(self, request: Request) -> Response:
        """The form for the organiser's secret."""
        return self._site.page(request, "sign_in.html.j2", problem="", is_for_organiser=True)

    async def sign_in(self, request: Request) -> Response:
        """Take a team's code."""
        async with request.form(max_files=0, max_fields=4) as form:
            code = str(form.get("code", ""))
            await run_in_threadpool(self._site.need_own_form, request, form.get("token"))
            return await run_in_threadpool(self._signed_in, request, code)

    async def sign_in_organiser(self, request: Request) -> Response:
        """Take the organiser's secret."""
        async with request.form(max_files=0, max_fields=4) as form:
            code = str(form.get("code", ""))
            await run_in_threadpool(self._site.need_own_form, request, form.get("token"))
            return await run_in_threadpool(self._organiser_signed_in, request, code)

    async def sign_out(self, request: Request) -> Response:
        """Forget who is signed in."""
        async with request.form(max_files=0, max_fields=4) as form:
            await run_in_threadpool(self._site.need_own_form, request, form.get("token"))
        response = see_other("/")
        self._site.sessions.sign_out(response)
        return response

    def choose_language(self, request: Request) -> Response:
        """Keep the language, and go back to where the link was."""
        language = request.path_params["language"]
        if language not in TABLES:
            raise Told(404, "error_404")
        response = see_other(_own_place(request.query_params.get("next", "/")))
        self._site.sessions.choose_language(request, response, language)
        return response

    def _signed_in(self, request: Request, code: str) -> Response:
        site = self._site
        address = self._let_try(request)
        team = site.contest.sign_in(code)
        if team is None:
            site.tries.was_wrong(address)
            problem = site.say(request)("code_wrong")
            return site.page(request, "sign_in.html.j2", 403, problem=problem, is_for_organiser=False)
        response = see_other("/")
        mark = glance(site.contest, clock.now(), team.id).code_mark
        site.sessions.sign_in_team(request, response, team.id, mark)
        return response

    def _organiser_signed_in(self, request: Request, code: str) -> Response:
        site = self._site
        address = self._let_try(request)
        if not site.contest.is_organiser(code):
            site.tries.was_wrong(address)
            problem = site.say(request)("organiser_code_wrong")
            return site.page(request, "sign_in.html.j2", 403, problem=problem, is_for_organiser=True)
        response = see_other("/organiser")
        site.sessions.sign_in_organiser(request, response, site.glance(request).organiser_mark)
        return response

    def _let_try(self, request: Request) -> str:
        """The visitor's address, if it may try a code now."""
        address = request.client.host if request.client else ""
        if seconds := self._site.tries.wait(address):
            raise Told(429, "too_many_sign_ins", seconds=seconds)
        return address


def _own_place(place: str) -> str:
    """A place on this server; the first page for anything that might lead elsewhere."""
    parts = urlsplit(place)
    is_own = (
        place.startswith("/")
        and not place.startswith(("//", "/\\"))
        and not parts.scheme
        and not parts.netloc
    )
    return place if is_own and place.isascii() and place.isprintable() else "/"
