"""Who a visitor is: signed cookies, and the token that every form carries.

A cookie says which team signed in and with which code: a new code ends the sessions of the old one.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import Any

from itsdangerous import BadSignature, URLSafeTimedSerializer
from starlette.requests import Request
from starlette.responses import Response

TEAM, ORGANISER, VISIT, LANGUAGE = "katas_team", "katas_organiser", "katas_visit", "katas_language"
TEAM_SECONDS = 7 * 24 * 3600
ORGANISER_SECONDS = 12 * 3600
YEAR_SECONDS = 365 * 24 * 3600


class Sessions:
    """Reads and writes the cookies of one contest."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret
        self._team = URLSafeTimedSerializer(secret, salt="contest team")
        self._organiser = URLSafeTimedSerializer(secret, salt="contest organiser")

    def team(self, request: Request) -> tuple[int, str] | None:
        """The team's number and the mark of the code with which it signed in; None if nobody did."""
        found = _loaded(self._team, request.cookies.get(TEAM), TEAM_SECONDS)
        if not (isinstance(found, list) and len(found) == 2):
            return None
        number, mark = found
        return (number, mark) if isinstance(number, int) and isinstance(mark, str) else None

    def is_organiser(self, request: Request, mark: str) -> bool:
        """Whether the visitor signed in with the organiser's secret, as `mark` stands for it now."""
        found = _loaded(self._organiser, request.cookies.get(ORGANISER), ORGANISER_SECONDS)
        return isinstance(found, str) and hmac.compare_digest(found, mark)

    def sign_in_team(self, request: Request, response: Response, number: int, mark: str) -> None:
        """Let the response sign a team in."""
        _set(request, response, TEAM, str(self._team.dumps([number, mark])), TEAM_SECONDS)

    def sign_in_organiser(self, request: Request, response: Response, mark: str) -> None:
        """Let the response sign the organiser in."""
        _set(request, response, ORGANISER, str(self._organiser.dumps(mark)), ORGANISER_SECONDS)

    def sign_out(self, response: Response) -> None:
        """Let the response take away whoever is signed in."""
        for name in (TEAM, ORGANISER, VISIT):
            response.delete_cookie(name, path="/")

    def choose_language(self, request: Request, response: Response, language: str) -> None:
        """Let the response keep the language."""
        _set(request, response, LANGUAGE, language, YEAR_SECONDS)

    def form_token(self, visit: str) -> str:
        """What a form of this visit carries."""
        return hmac.new(self._secret, b"form " + visit.encode(), hashlib.sha256).hexdigest()

    def is_own_form(self, request: Request, token: object) -> bool:
        """Whether a form was made by us for this visitor: another site can send it, but does not know the token."""
        visit = request.cookies.get(VISIT)
        if not visit or not isinstance(token, str) or not token.isascii():
            return False
        if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            return False
        return hmac.compare_digest(self.form_token(visit), token)

    def remember_visit(self, request: Request, response: Response, visit: str) -> None:
        """Let the response keep the visit's name, for the tokens of its forms."""
        if request.cookies.get(VISIT) != visit:
            _set(request, response, VISIT, visit, TEAM_SECONDS)


def visit_of(request: Request) -> str:
    """The name of this visit: the cookie's, or a new one, the same throughout the request."""
    known = request.cookies.get(VISIT, "")
    if 20 <= len(known) <= 64 and known.isascii():
        return known
    if not hasattr(request.state, "visit"):
        request.state.visit = secrets.token_urlsafe(24)
    return str(request.state.visit)


def _loaded(serializer: URLSafeTimedSerializer, text: str | None, seconds: int) -> Any:
    """What a cookie holds; None where it is missing, forged or too old."""
    if not text:
        return None
    try:
        return serializer.loads(text, max_age=seconds)
    except BadSignature:
        return None


def _set(request: Request, response: Response, name: str, value: str, seconds: int) -> None:
    is_https = request.url.scheme == "https"
    response.set_cookie(
        name, value, max_age=seconds, path="/", secure=is_https, httponly=True, samesite="lax"
    )
