"""Threads for those that write: a slow disk lets uploads wait, and must not let them hold all threads while pages wait too."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

import anyio
import anyio.to_thread

# The database lets one write at a time; the others of these read and check meanwhile.
AT_ONCE = 8
_T = TypeVar("_T")


# One for each loop, which tests have several of.
_limiters: WeakKeyDictionary[asyncio.AbstractEventLoop, anyio.CapacityLimiter] = WeakKeyDictionary()


async def in_writers_thread(do: Callable[..., _T], *arguments: Any) -> _T:
    """Do something that writes, in one of a few threads."""
    loop = asyncio.get_running_loop()
    limiter = _limiters.setdefault(loop, anyio.CapacityLimiter(AT_ONCE))
    return await anyio.to_thread.run_sync(partial(do, *arguments), limiter=limiter)
