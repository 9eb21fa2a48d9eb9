"""Answers with a tag: whoever has the same bytes already is told so and is sent nothing."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response


@dataclass(frozen=True)
class Made:
    """Bytes and their tag."""

    body: bytes
    tag: str


def made_of(body: bytes) -> Made:
    """The bytes with the tag that they have."""
    return Made(body, f'"{hashlib.sha256(body).hexdigest()[:32]}"')


def answer_with(request: Request, made: Made, kind: str) -> Response:
    """The answer, or 304 to whoever has it."""
    headers = {"ETag": made.tag, "Cache-Control": "private, no-cache", "Vary": "Cookie, Accept-Language"}
    known = request.headers.get("if-none-match", "").split(",")
    if made.tag in [tag.strip().removeprefix("W/") for tag in known]:
        return Response(status_code=304, headers=headers)
    return Response(made.body, headers={**headers, "Content-Type": kind})
