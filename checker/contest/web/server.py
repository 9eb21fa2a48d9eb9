"""A server that ends the streams of live pages when it is told to stop: else it would wait for them to the last moment."""

from __future__ import annotations

import socket
from typing import Any

import uvicorn


class Server(uvicorn.Server):
    """Serves the pages of a contest, or others that a test brings."""

    def __init__(self, app: Any, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._app = app

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop in order: the streams first."""
        live = getattr(getattr(self._app, "state", None), "live", None)
        if live is not None:
            live.end()
        await super().shutdown(sockets)
