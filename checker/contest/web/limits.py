"""How much a request may send, and for how long: looked at before anything is read, and counted while it is.

A source is at most 16 KiB, so a form with one is at most 64 KiB and what a form adds. Notebooks may be up to 20 MB, as
`katas check` takes them, on an address of their own; they lie in a temporary file, not in memory, while they arrive.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from checker.judging.snapshot import MAX_BYTES
from checker.notebook.reading import MAX_FILE_BYTES

FORM_BYTES = 8 * 1024
SOURCE_BYTES = 64 * 1024
SECONDS = 60.0
# A body that is too large is read this far all the same, and thrown away: a browser shows no answer while it sends.
DRAINED_BYTES, DRAINED_SECONDS = 4_000_000, 5.0
_WITH_NOTEBOOK = re.compile(r"^/kata/\d\d/notebook$")
_WITH_SOURCE = re.compile(r"^/kata/\d\d/submit$|^/api/submissions$")


class TooLarge(HTTPException):
    """The request sends more than may be sent to this address."""

    def __init__(self) -> None:
        super().__init__(413)


class TooSlow(HTTPException):
    """The request took too long to arrive."""

    def __init__(self) -> None:
        super().__init__(408)


Page = Callable[[Request, Exception], Response]


class Limits:
    """Ends a request that sends too much, before the application sees it."""

    def __init__(self, app: ASGIApp, page: Page) -> None:
        self._app = app
        self._page = page

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with a `receive` that counts."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = limit_of(scope["path"])
        declared = dict(scope["headers"]).get(b"content-length", b"")
        if declared and (not declared.isdigit() or int(declared) > limit):
            await _drain(receive)
            response = await run_in_threadpool(self._page, Request(scope), TooLarge())
            await response(scope, receive, send)
            return
        await self._app(scope, _Counted(receive, limit), send)


class _Counted:
    """Takes a body until it is too long or too slow."""

    def __init__(self, receive: Receive, limit: int) -> None:
        self._receive, self._limit = receive, limit
        self._taken = 0
        self._until: float | None = None
        self._is_whole = False

    async def __call__(self) -> Message:
        if self._is_whole:
            return await self._receive()  # that somebody went away may take as long as it likes
        if self._until is None:
            self._until = asyncio.get_running_loop().time() + SECONDS
        try:
            async with asyncio.timeout_at(self._until):
                message = await self._receive()
        except TimeoutError:
            raise TooSlow from None
        self._is_whole = not message.get("more_body", False)
        self._taken += len(message.get("body", b""))
        if self._taken > self._limit:
            if not self._is_whole:
                await _drain(self._receive)
            raise TooLarge
        return message


def limit_of(path: str) -> int:
    """How many bytes a request to this address may send."""
    if _WITH_NOTEBOOK.match(path):
        return MAX_FILE_BYTES + FORM_BYTES
    return SOURCE_BYTES + FORM_BYTES if _WITH_SOURCE.match(path) else FORM_BYTES


def limit_in_words(path: str) -> str:
    """How large what is judged may be, for a message about this address."""
    return f"{MAX_FILE_BYTES // 10**6} MB" if _WITH_NOTEBOOK.match(path) else f"{MAX_BYTES // 1024} KiB"


async def _drain(receive: Receive) -> None:
    """Read on for a little and keep nothing."""
    taken = 0
    try:
        async with asyncio.timeout(DRAINED_SECONDS):
            while taken < DRAINED_BYTES:
                message = await receive()
                taken += len(message.get("body", b""))
                if not message.get("more_body", False):
                    return
    except TimeoutError:
        return
