"""Ending a training inside its process when its time is up, so that what it has learned by then can still be judged.

This is a courtesy and no wall: the submission may catch the exception or take the signal away. What holds is the
judge's own limit, which lies a little further on and ends the process.
"""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Iterator
from typing import Any

# Raised again this many seconds later, should the first one have been lost in a callback.
AGAIN_SECONDS = 1.0


class TimeIsUp(BaseException):
    """The time that a training may take is over. No Exception, so that no ordinary `except` swallows it."""


class Hold:
    """While it is entered, TimeIsUp waits: in the middle of a message it would leave half of one on the channel.

    Environments enter it for each request. They let one thread at a time ask.
    """

    def __init__(self) -> None:
        self._is_held = False
        self.is_due = False

    def __enter__(self) -> None:
        self._is_held = True

    def __exit__(self, kind: type[BaseException] | None, *_: Any) -> None:
        self._is_held = False
        if self.is_due and kind is None and threading.current_thread() is threading.main_thread():
            self.is_due = False
            raise TimeIsUp

    def raise_or_wait(self) -> None:
        """Raise TimeIsUp now or, while a message is on its way, after it."""
        if not self._is_held:
            raise TimeIsUp
        self.is_due = True


HOLD = Hold()


@contextlib.contextmanager
def ended_after(seconds: float | None, clock: str) -> Iterator[None]:
    """Raise TimeIsUp in the main thread after so many seconds: of CPU time of all threads, or by the "wall" clock.

    Does nothing for None, and on systems without interval timers (Windows).
    """
    if seconds is None or not hasattr(signal, "setitimer"):
        yield
        return
    timer, number = (
        (signal.ITIMER_REAL, signal.SIGALRM) if clock == "wall" else (signal.ITIMER_PROF, signal.SIGPROF)
    )

    def time_is_up(*_: Any) -> None:
        HOLD.raise_or_wait()

    HOLD.is_due = False
    before = signal.signal(number, time_is_up)
    signal.setitimer(timer, max(seconds, 0.001), AGAIN_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(timer, 0)
        signal.signal(number, before)
