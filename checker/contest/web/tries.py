"""How often codes may be tried: each try costs the server time and much memory, and guesses are tries.

A school is often one address, so right codes are free; what is counted by address is wrong ones.
"""

from __future__ import annotations

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable

WRONG_AT_ONCE, WRONG_PER_SECOND = 20, 0.2
ALL_AT_ONCE, ALL_PER_SECOND = 60, 4.0
ADDRESSES = 10_000


class _Bucket:
    """Fills with time, is emptied by use."""

    def __init__(self, size: float, per_second: float, now: float) -> None:
        self._size, self._per_second = size, per_second
        self._level, self._at = size, now

    def wait(self, now: float) -> float:
        """Seconds until one may be taken."""
        self._level = min(self._size, self._level + (now - self._at) * self._per_second)
        self._at = now
        return max(0.0, (1 - self._level) / self._per_second)

    def take(self) -> None:
        self._level -= 1


class Tries:
    """Counts the codes that are tried."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._all = _Bucket(ALL_AT_ONCE, ALL_PER_SECOND, clock())
        self._wrong: OrderedDict[str, _Bucket] = OrderedDict()

    def wait(self, address: str) -> int:
        """Whole seconds that this address has to wait; 0 if it may try, and then the try is counted."""
        with self._lock:
            now = self._clock()
            bucket = self._wrong.get(address)
            wait = max(self._all.wait(now), bucket.wait(now) if bucket else 0.0)
            if wait <= 0:
                self._all.take()
            return math.ceil(wait)

    def was_wrong(self, address: str) -> None:
        """A code from there was nobody's."""
        with self._lock:
            now = self._clock()
            bucket = self._wrong.pop(address, None) or _Bucket(WRONG_AT_ONCE, WRONG_PER_SECOND, now)
            bucket.wait(now)
            bucket.take()
            self._wrong[address] = bucket
            while len(self._wrong) > ADDRESSES:
                self._wrong.popitem(last=False)
