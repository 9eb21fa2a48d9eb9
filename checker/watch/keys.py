"""Single keys of a terminal. However the program ends, stops or goes on, the terminal is left as it was found."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import sys
import time
from collections.abc import Iterator
from types import FrameType, TracebackType
from typing import Any

ENTER = "\n"
KOREAN = {"ㅂ": "q", "ㅗ": "h", "ㅣ": "l", "ㅜ": "n", "ㄱ": "r"}


class Keys:
    """The keys of standard input, one at a time and without an echo: `with Keys() as keys: keys.pressed(0.1)`."""

    def __init__(self) -> None:
        self._number = sys.stdin.fileno()
        self._found: Any = None
        self._handlers: dict[int, Any] = {}
        # Set when the terminal was somebody else's for a while: what stands on it may be gone.
        self.came_back = False

    def __enter__(self) -> Keys:
        if os.name == "posix":
            import termios

            self._found = termios.tcgetattr(self._number)
            self._take()
            self._handlers = {
                signal.SIGTSTP: signal.signal(signal.SIGTSTP, self._stop),
                signal.SIGCONT: signal.signal(signal.SIGCONT, self._go_on),
            }
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, handler in self._handlers.items():
            signal.signal(number, handler)
        self._give_back()

    def pressed(self, seconds: float) -> str:
        """The key that is pressed within so many seconds, or "" where none is; `ENTER` for either end of a line."""
        return _of_posix(self._number, seconds) if os.name == "posix" else _of_windows(seconds)

    @contextlib.contextmanager
    def lent(self) -> Iterator[None]:
        """The terminal as other programs want it, for a pager."""
        self._give_back()
        try:
            yield
        finally:
            self._take()

    def _take(self) -> None:
        if os.name == "posix":
            import termios
            import tty

            # Ctrl-C and Ctrl-Z stay signals. A background process must not touch the terminal: SIGTTOU would stop it.
            with contextlib.suppress(termios.error):
                tty.setcbreak(self._number, termios.TCSANOW)

    def _give_back(self) -> None:
        if self._found is not None:
            import termios

            with contextlib.suppress(termios.error):
                termios.tcsetattr(self._number, termios.TCSADRAIN, self._found)

    def _stop(self, number: int, frame: FrameType | None) -> None:
        """Ctrl-Z: the shell gets its terminal back, and then the process really stops."""
        self._give_back()
        signal.signal(signal.SIGTSTP, signal.SIG_DFL)
        os.kill(os.getpid(), signal.SIGTSTP)

    def _go_on(self, number: int, frame: FrameType | None) -> None:
        signal.signal(signal.SIGTSTP, self._stop)
        self._take()
        self.came_back = True


def _of_posix(number: int, seconds: float) -> str:
    try:
        ready, _, _ = select.select([number], [], [], seconds)
    except InterruptedError:
        return ""
    if not ready:
        return ""
    # No more than the one: what is typed ahead of the end is the shell's.
    read = os.read(number, 1)
    if not read:
        raise EOFError  # the terminal is gone
    if read == b"\x1b":
        _skip_sequence(number)
        return ""
    # A letter outside of ASCII says in its first byte how many follow.
    for _ in range(sum(read[0] >= least for least in (0xC0, 0xE0, 0xF0))):
        read += os.read(number, 1)
    return _latin(read.decode("utf-8", "replace"))


def _skip_sequence(number: int) -> None:
    """An arrow or a function key is one press of several bytes: `ESC [` or `ESC O`, parameters, and a letter or `~`."""
    read = b""
    while select.select([number], [], [], 0.02)[0]:
        before, read = read, os.read(number, 1)
        is_introduced = before != b""
        if not read or (not is_introduced and read not in b"[O") or (is_introduced and read >= b"@"):
            return


def _latin(key: str) -> str:
    """The key as it is called with a Latin keyboard; the one for Korean lies on the same keys."""
    return KOREAN.get(key, key.replace("\r", ENTER))


def _of_windows(seconds: float) -> str:
    import msvcrt

    end = time.monotonic() + seconds
    while True:
        if msvcrt.kbhit():  # type: ignore[attr-defined,unused-ignore]
            key: str = msvcrt.getwch()  # type: ignore[attr-defined,unused-ignore]
            if key in "\x00\xe0":
                msvcrt.getwch()  # type: ignore[attr-defined,unused-ignore]
                return ""
            if key == "\x03":
                raise KeyboardInterrupt
            return _latin(key)
        if time.monotonic() >= end:
            return ""
        time.sleep(0.02)
