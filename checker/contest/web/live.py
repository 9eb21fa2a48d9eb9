"""Live pages: one stream of server-sent events that says a number, and nothing but that the board has changed.

One task asks for the newest number, however many look on. What is new the page fetches itself.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from starlette.concurrency import run_in_threadpool
from starlette.types import Receive, Scope, Send

_log = logging.getLogger("katas.contest.live")
LOOK_SECONDS = 1.0
# Whoever looks on fetches the board after each number: not more often than this.
TELL_SECONDS = 3.0
COMMENT_SECONDS = 15.0
MAX_STREAMS = 2_000


class Live:
    """Knows the newest number and tells all streams."""

    def __init__(self, newest: Callable[[], int]) -> None:
        """Nothing runs until `run`.

        Args:
            newest: asks for the number; called in a thread.
        """
        self._newest = newest
        self._number: int | None = None
        self._changed = asyncio.Event()
        self._is_ended = False
        self.streams = 0

    async def run(self) -> None:
        """Look for news until cancelled, while anybody looks on."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            if not self.streams:
                self._number = None
                continue
            try:
                number = await run_in_threadpool(self._newest)
            except Exception:
                # The database may be away for a moment; those who look on try again, as we do.
                _log.warning("the newest number could not be read", exc_info=True)
                continue
            if number != self._number:
                self._number = number
                self._tell()
                await asyncio.sleep(TELL_SECONDS - LOOK_SECONDS)

    def end(self) -> None:
        """End all streams, so that the server can stop; call it in the server's loop."""
        self._is_ended = True
        self._tell()

    def _tell(self) -> None:
        told, self._changed = self._changed, asyncio.Event()
        told.set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One stream, until somebody goes away or the server ends."""
        if self.streams >= MAX_STREAMS or self._is_ended:
            # The page then falls back to loading anew.
            await send({"type": "http.response.start", "status": 503, "headers": [(b"retry-after", b"60")]})
            await send({"type": "http.response.body", "body": b""})
            return
        self.streams += 1
        gone = asyncio.create_task(_gone(receive))
        try:
            headers = [
                (b"content-type", b"text/event-stream; charset=utf-8"),
                (b"cache-control", b"no-cache"),
                # nginx keeps a stream back without this.
                (b"x-accel-buffering", b"no"),
            ]
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            await _write(send, b"retry: 5000\n\n")
            await self._talk(send, gone)
        except OSError:
            return  # gone while we wrote
        except asyncio.CancelledError:
            # The server stops and waits no longer.
            await send({"type": "http.response.body", "body": b""})
        finally:
            self.streams -= 1
            gone.cancel()

    async def _talk(self, send: Send, gone: asyncio.Task[None]) -> None:
        told: int | None = None
        while not self._is_ended and not gone.done():
            changed = self._changed
            if self._number is not None and self._number != told:
                told = self._number
                await _write(send, f"id: {told}\ndata: {told}\n\n".encode())
                continue
            waiting = asyncio.create_task(changed.wait())
            await asyncio.wait({waiting, gone}, timeout=COMMENT_SECONDS, return_when=asyncio.FIRST_COMPLETED)
            if not waiting.done():
                waiting.cancel()
                # Tells proxies that the stream lives, and us that the other side does.
                await _write(send, b":\n\n")
        await send({"type": "http.response.body", "body": b""})


async def _write(send: Send, body: bytes) -> None:
    await send({"type": "http.response.body", "body": body, "more_body": True})


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
