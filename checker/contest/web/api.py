"""What `katas submit` talks to: JSON, with the team's code in the header Authorization of each request."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
from collections import OrderedDict
from datetime import datetime

import msgspec
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from checker.contest import clock
from checker.contest.errors import Refused
from checker.contest.views import SubmissionView, Team, Viewer
from checker.contest.web.glance import glance
from checker.contest.web.site import Site, iso
from checker.contest.web.writers import in_writers_thread
from checker.judging.snapshot import Snapshot, SubmissionProblem, checked
from checker.record_format import to_json

KNOWN_CODES = 2_000


class ApiError(Exception):
    """An answer with a sentence; `wait` are the seconds until another try makes sense."""

    def __init__(self, status: int, sentence: str, wait: int = 0) -> None:
        super().__init__(sentence)
        self.status, self.wait = status, wait


class HandedIn(msgspec.Struct):
    """What is sent: the number of the kata and all files."""

    kata: str
    submission: Snapshot


class Api:
    """The handlers."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._key = secrets.token_bytes(32)
        self._lock = threading.Lock()
        # Checking a code takes long on purpose; one that was right before is known by a hash under a key of this process.
        self._known: OrderedDict[bytes, tuple[int, str]] = OrderedDict()

    async def submit(self, request: Request) -> Response:
        """Take a submission."""
        body = await request.body()
        received_at = clock.now()
        return await in_writers_thread(self._submitted, request, body, received_at)

    def contest(self, request: Request) -> Response:
        """The contest and how the team stands in it."""
        team = self._team(request)
        katas = [
            {"number": one.kata.number, "title": one.kata.title, "state": one.state}
            for one in self._site.contest.opened(team)
        ]
        return JSONResponse({"title": self._site.contest.settings.title, "team": team.name, "katas": katas})

    def submission(self, request: Request) -> Response:
        """How far a submission is."""
        team = self._team(request)
        view = self._view(request, team)
        answer: dict[str, object] = {
            "id": view.id,
            "kata": view.kata,
            "state": view.state,
            "place": view.place,
            "why_waiting": view.why_waiting.sentence if view.why_waiting else "",
            "phase": view.phase_text,
            "outcome": view.outcome,
            "received_at": iso(view.received_at),
            "attempt_returned": view.attempt_returned,
            "practice": view.practice,
        }
        return JSONResponse(answer)

    def record(self, request: Request) -> Response:
        """The record of a submission that is judged."""
        team = self._team(request)
        view = self._view(request, team)
        record = self._site.contest.record(view.id, Viewer("team", team.id))
        if record is None:
            raise ApiError(404, f"Submission {view.id} has no record yet.")
        return Response(to_json(record), media_type="application/json")

    def _submitted(self, request: Request, body: bytes, received_at: datetime) -> Response:
        team = self._team(request)
        try:
            handed = msgspec.json.decode(body, type=HandedIn)
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise ApiError(400, "The request is none that `katas submit` of this version sends.") from None
        kata = next((one for one in self._site.contest.katas if one.number == handed.kata), None)
        if kata is None:
            known = ", ".join(one.number for one in self._site.contest.katas)
            raise ApiError(404, f"The contest has no kata {handed.kata[:20]!r}; it has {known}.")
        try:
            accepted = self._site.contest.submit(team, kata, checked(handed.submission), received_at)
        except SubmissionProblem as problem:
            raise ApiError(422, str(problem)) from None
        except Refused as refused:
            raise ApiError(403, str(refused)) from None
        return JSONResponse({"id": accepted.id, "practice": accepted.practice}, 201)

    def _view(self, request: Request, team: Team) -> SubmissionView:
        number = request.path_params["number"]
        view = self._site.contest.submission(number, Viewer("team", team.id))
        if view is None:
            raise ApiError(404, f"Your team has no submission {number}.")
        return view

    def _team(self, request: Request) -> Team:
        """The team whose code came with the request."""
        kind, _, code = request.headers.get("authorization", "").partition(" ")
        if kind.lower() != "bearer" or not code.strip():
            raise ApiError(401, "Send the team's code in the header Authorization.")
        contest = self._site.contest
        mark = hmac.new(self._key, code.strip().encode("utf-8", "replace"), hashlib.sha256).digest()
        with self._lock:
            known = self._known.get(mark)
        if known:
            seen = glance(contest, clock.now(), known[0])
            if seen.team is not None and seen.code_mark == known[1]:
                return seen.team
        address = request.client.host if request.client else ""
        if seconds := self._site.tries.wait(address):
            raise ApiError(429, f"Too many codes were tried. Wait {seconds} seconds.", seconds)
        signed_in = contest.sign_in(code.strip())
        if signed_in is None:
            self._site.tries.was_wrong(address)
            raise ApiError(401, "No team has this code. Compare it with your team's sheet.")
        code_mark = glance(contest, clock.now(), signed_in.id).code_mark
        with self._lock:
            self._known[mark] = (signed_in.id, code_mark)
            while len(self._known) > KNOWN_CODES:
                self._known.popitem(last=False)
        return signed_in


async def api_problem(request: Request, error: Exception) -> Response:
    """The answer for an ApiError."""
    assert isinstance(error, ApiError)
    headers = {"Retry-After": str(error.wait)} if error.wait else None
    return JSONResponse({"error": str(error)}, error.status, headers)
