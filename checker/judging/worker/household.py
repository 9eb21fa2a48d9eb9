"""What the worker needs of its process, whatever the submission does to it.

A submission may redirect or close `sys.stdout`, turn warnings into errors, let NumPy raise, set timers. All this is its
own affair and holds in its functions; the worker's reading, sending and applying must not notice.
"""

from __future__ import annotations

import contextlib
import signal
import sys
import threading
import warnings
from collections.abc import Iterator

import numpy as np

LEAST_RECURSION = 1_000


class Household:
    """The process's own streams, and the settings under which the worker's own work is done."""

    def __init__(self) -> None:
        self._streams = (sys.stdout, sys.stderr)
        self._set_recursion_limit = sys.setrecursionlimit

    def flush(self) -> None:
        """Let what was printed be seen: in the streams of the process, and in those that took their place."""
        for stream in (*self._streams, sys.stdout, sys.stderr):
            # Closed, None, or an object of the submission's own that raises whatever it likes.
            with contextlib.suppress(Exception):
                stream.flush()

    def put_in_order(self) -> None:
        """After a call: nothing of the submission's may interrupt the worker between two calls."""
        sys.settrace(None)
        sys.setprofile(None)
        if sys.getrecursionlimit() < LEAST_RECURSION:
            self._set_recursion_limit(LEAST_RECURSION)
        if hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread():
            for timer in (signal.ITIMER_REAL, signal.ITIMER_VIRTUAL, signal.ITIMER_PROF):
                signal.setitimer(timer, 0)

    @contextlib.contextmanager
    def our_way(self) -> Iterator[None]:
        """The worker's own work: no warning and no rounding in it is an error."""
        # The module is named, since it would else be looked for in `sys.modules`.
        with warnings.catch_warnings(module=warnings), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            yield
