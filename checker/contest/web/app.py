"""The application: which address is answered by what, and what becomes of errors."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import logging
from collections.abc import AsyncIterator

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from checker.contest.errors import ContestError, DatabaseUnavailable
from checker.contest.services import Contest
from checker.contest.web.api import Api, ApiError, api_problem
from checker.contest.web.boards import Boards
from checker.contest.web.headers import HEADERS, Headers
from checker.contest.web.limits import Limits, TooLarge, TooSlow, limit_in_words
from checker.contest.web.live import Live
from checker.contest.web.organiser import Organiser
from checker.contest.web.pages import Pages
from checker.contest.web.people import People
from checker.contest.web.report import report_css
from checker.contest.web.site import TEMPLATES, NeedsSignIn, Site, Told
from checker.contest.web.tagged import Made, answer_with, made_of
from checker.contest.web.texts import TABLES, teller
from checker.contest.web.uploads import NotTaken

_log = logging.getLogger("katas.contest.web")
_DISK_IS_FULL = (errno.ENOSPC, errno.EDQUOT)
# By status, where nothing else is known of an error.
SENTENCES = {400: "error_400", 404: "error_404", 405: "error_405"}


def make_app(contest: Contest) -> Starlette:
    """The pages of a contest, as an ASGI application. `app.state.live.end()` ends its streams, before the server stops."""
    site = Site(contest)
    people, pages, boards, organiser, api = (
        People(site),
        Pages(site),
        Boards(site),
        Organiser(site),
        Api(site),
    )
    live = Live(boards.newest)
    problems = _Problems(site)

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        looking = asyncio.create_task(live.run())
        yield
        live.end()
        looking.cancel()

    get, post = ["GET"], ["POST"]
    routes = [
        Route("/", pages.home, methods=get),
        Route("/sign-in", people.sign_in, methods=post),
        Route("/sign-out", people.sign_out, methods=post),
        Route("/language/{language}", people.choose_language, methods=get),
        Route("/history", pages.history, methods=get),
        Route("/kata/{number}", pages.kata, methods=get),
        Route("/kata/{number}/stub", pages.stub, methods=get),
        Route("/kata/{number}/picture/{name}", pages.picture, methods=get),
        Route("/kata/{number}/submit", pages.submit, methods=post),
        Route("/kata/{number}/notebook", pages.submit, methods=post),
        Route("/submission/{number:int}", pages.submission, methods=get),
        Route("/submission/{number:int}/state", pages.submission_fragment, methods=get),
        Route("/submission/{number:int}/record", pages.record, methods=get),
        Route("/board", boards.page, methods=get),
        Route("/board/part", boards.fragment, methods=get),
        Route("/board.json", boards.as_json, methods=get),
        Route("/board.csv", boards.as_csv, methods=get),
        Route("/projector", boards.projector, methods=get),
        Route("/events", live, methods=get),
        Route("/organiser", organiser.home, methods=get),
        Route("/organiser/sign-in", people.organiser_page, methods=get),
        Route("/organiser/sign-in", people.sign_in_organiser, methods=post),
        Route("/organiser/board", boards.organisers, methods=get),
        Route("/organiser/rejudging/{number:int}", organiser.rejudging, methods=get),
        Route("/organiser/export/{kind}", organiser.export, methods=get),
        Route("/organiser/{act}", organiser.act, methods=post),
        Route("/api/contest", api.contest, methods=get),
        Route("/api/submissions", api.submit, methods=post),
        Route("/api/submissions/{number:int}", api.submission, methods=get),
        Route("/api/submissions/{number:int}/record", api.record, methods=get),
        *_static(),
    ]
    app = Starlette(
        routes=routes,
        lifespan=lifespan,
        middleware=[Middleware(Headers), Middleware(Limits, page=problems.page)],
        exception_handlers={
            HTTPException: problems.page,
            ContestError: problems.page,
            ApiError: api_problem,
            OSError: problems.page,
            ClientDisconnect: problems.page,
            Exception: problems.page,
        },
    )
    app.state.live = live
    return app


class _Problems:
    """Errors become pages: a sentence in the visitor's language, without a path, a version or a traceback."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def page(self, request: Request, error: Exception) -> Response:
        """The answer for an error."""
        status, key, values = self._told(request, error)
        headers = {**HEADERS, "Cache-Control": "no-store"}
        if isinstance(error, HTTPException) and error.headers:
            headers.update(error.headers)
        if request.url.path.startswith("/api/"):
            return JSONResponse({"error": teller("en")(key, **values)}, status, headers)
        for_organiser = isinstance(error, NeedsSignIn) and error.organiser
        try:
            sentence = self._site.say(request)(key, **values)
            response = self._site.page(
                request, "error.html.j2", status, sentence=sentence, for_organiser=for_organiser
            )
        except ContestError:
            # Without the database not even the title is known; both languages then.
            text = "\n\n".join(teller(language)(key, **values) for language in TABLES)
            response = PlainTextResponse(text + "\n", status)
        for name, value in headers.items():
            response.headers[name] = value
        return response

    def _told(self, request: Request, error: Exception) -> tuple[int, str, dict[str, object]]:
        """Status, text and what to put into it."""
        if isinstance(error, Told | NotTaken):
            return error.status_code, error.key, error.values
        if isinstance(error, NeedsSignIn):
            return 401, "error_401_organiser" if error.organiser else "error_401", {}
        if isinstance(error, TooSlow):
            return 408, "upload_slow", {}
        if isinstance(error, HTTPException):
            is_part = str(error.detail).startswith("Part exceeded")
            if is_part or isinstance(error, TooLarge):
                return 413, "upload_large", {"limit": limit_in_words(request.url.path)}
            if error.status_code == 400 and request.method == "POST":
                return 400, "upload_broken", {}
            return error.status_code, SENTENCES.get(error.status_code, "error_400"), {}
        if isinstance(error, ClientDisconnect):
            return 400, "upload_broken", {}
        if isinstance(error, DatabaseUnavailable):
            _log.error("%s", error)
            return 503, "error_503", {}
        if isinstance(error, OSError) and error.errno in _DISK_IS_FULL:
            _log.error("the disk is full: %s", error)
            return 507, "no_room", {}
        if isinstance(error, OSError):
            _log.error("an error of the system", exc_info=error)
        return 500, "error_500", {}


def _static() -> list[Route]:
    """Style, script and icon: read once, under addresses that never change, so asked for with their tags."""
    files = {
        "contest.css": ("text/css; charset=utf-8", (TEMPLATES / "contest.css").read_bytes()),
        "report.css": ("text/css; charset=utf-8", report_css().encode()),
        "contest.js": ("text/javascript; charset=utf-8", (TEMPLATES / "contest.js").read_bytes()),
        "icon.svg": ("image/svg+xml", (TEMPLATES / "icon.svg").read_bytes()),
    }

    def route(name: str, kind: str, made: Made) -> Route:
        async def answer(request: Request) -> Response:
            return answer_with(request, made, kind)

        return Route(f"/static/{name}", answer, methods=["GET"])

    return [route(name, kind, made_of(body)) for name, (kind, body) in files.items()]
