"""The judge's end of a worker's pipes.

Reading and writing happen in threads of their own, so that a worker that neither reads nor answers can never
hold up the judge, which goes on watching the worker's limits meanwhile.
"""

from __future__ import annotations

import contextlib
import queue
import threading
from collections import deque
from collections.abc import Callable
from typing import IO, Any

from checker.judging import wire
from checker.judging.host.terminal_text import last_state
from checker.languages.texts import say
from checker.units import MB

# So much of what was printed at once is looked at for the live line.
LIVE_READ = 4 * 1024
LOG_KEPT = 64 * 1024
LOG_ALLOWED = 64 * MB


class ChannelClosed(Exception):
    """The worker's end of the channel is closed: nothing more will come."""


class Channel:
    """Frames to and from one worker."""

    def __init__(self, requests: IO[bytes], replies: Any) -> None:
        self.max_body = 0
        self._requests = requests
        self._replies = replies
        # Few places: a worker that floods the channel waits, and the judge's memory does not grow.
        self._received: queue.Queue[wire.Message | Exception] = queue.Queue(maxsize=2)
        self._to_send: queue.SimpleQueue[list[bytes | memoryview] | None] = queue.SimpleQueue()
        for work in (self._read, self._write):
            threading.Thread(target=work, daemon=True).start()

    def send(self, chunks: list[bytes | memoryview], max_body: int) -> None:
        """Send one frame; the answer's body may have up to `max_body` bytes."""
        self.max_body = max_body
        self._to_send.put(chunks)

    def receive(self, timeout: float) -> wire.Message | None:
        """The next frame, or None where none came within `timeout` seconds.

        Raises:
            WireError: the worker sent something malformed.
            ChannelClosed: the worker closed its end.
        """
        try:
            message = self._received.get(timeout=timeout)
        except queue.Empty:
            return None
        if isinstance(message, Exception):
            raise message
        return message

    def close(self) -> None:
        """Let the writing thread end; the reading one ends with the worker."""
        self._to_send.put(None)

    def _read(self) -> None:
        try:
            while (message := wire.read_message(self._replies, lambda: self.max_body)) is not None:
                self._received.put(message)
            self._received.put(ChannelClosed())
        except wire.WireError as error:
            self._received.put(error)
        except (OSError, ValueError):
            self._received.put(ChannelClosed())
        except MemoryError:
            self._received.put(wire.WireError(say("the answer is larger than the judge's memory")))

    def _write(self) -> None:
        try:
            while (chunks := self._to_send.get()) is not None:
                for chunk in chunks:
                    self._requests.write(chunk)
                self._requests.flush()
        except (OSError, ValueError):
            pass  # the worker is gone; the reading side reports it
        finally:
            with contextlib.suppress(OSError):
                self._requests.close()


class Log:
    """What a worker prints: the end of it is kept, the rest is counted."""

    def __init__(self, stream: Any, on_line: Callable[[str], None]) -> None:
        self.size = 0
        self._stream = stream
        self._on_line = on_line
        self._kept: deque[bytes] = deque()
        self._kept_size = 0
        threading.Thread(target=self._read, daemon=True).start()

    @property
    def tail(self) -> str:
        """The last 64 KiB, as a terminal would show them at the end."""
        return last_state(b"".join(list(self._kept)).decode("utf-8", "replace")[-LOG_KEPT:])

    @property
    def overflows(self) -> bool:
        """Whether more was printed than anybody would read."""
        return self.size > LOG_ALLOWED

    def _read(self) -> None:
        try:
            while chunk := self._stream.read(LOG_KEPT):
                self.size += len(chunk)
                self._kept.append(chunk)
                self._kept_size += len(chunk)
                while self._kept_size - len(self._kept[0]) >= LOG_KEPT:
                    self._kept_size -= len(self._kept.popleft())
                lines = last_state(chunk[-LIVE_READ:].decode("utf-8", "replace")).split("\n")
                if line := next((line for line in reversed(lines) if line.strip()), ""):
                    self._on_line(line.strip()[:500])
        except (OSError, ValueError):
            pass  # closed while ending the worker
