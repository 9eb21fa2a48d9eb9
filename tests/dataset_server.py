"""A file server on this machine for the tests of downloads: right files, and all the ways to go wrong."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class FileServer:
    """What it serves by name. A name in `truncated` breaks off half-way, one in `broken` answers 500."""

    files: dict[str, bytes] = field(default_factory=dict)
    truncated: set[str] = field(default_factory=set)
    broken: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)
    port: int = 0

    def url(self, name: str) -> str:
        """The address of a file, whether it exists or not."""
        return f"http://127.0.0.1:{self.port}/{name}"


@contextlib.contextmanager
def serving() -> Iterator[FileServer]:
    """A running `FileServer`."""
    state = FileServer()

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            name = self.path.lstrip("/")
            state.asked.append(name)
            if name in state.broken or name not in state.files:
                self.send_error(500 if name in state.broken else 404)
                return
            content = state.files[name]
            self.send_response(200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content[: len(content) // 2] if name in state.truncated else content)

        def log_message(self, format: str, *args: object) -> None:
            """Requests are counted in `asked` and not printed."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    state.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
