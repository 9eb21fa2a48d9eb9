"""What Python's `multiprocessing` makes for several processes, made for the one that a strict sandbox holds.

Locks, queues, shared memory and pools of `multiprocessing` are used by threads, too: Keras reads a `PyDataset`
with `workers=2` through a `ThreadPool`, whose queues hold such locks. They want named semaphores and files in
/dev/shm, which all processes of the machine share, and some want a helper process. A worker has neither and
needs neither, since no process but itself can ever see these objects. So here a semaphore is a counter under a
thread's lock, shared memory is a file in the scratch folder, and a pool of processes is one of threads.
"""

from __future__ import annotations

import importlib
import os
import sys
import threading
from pathlib import Path
from typing import Any

_RECURSIVE_MUTEX = 0


class Semaphore:
    """`_multiprocessing.SemLock` for the threads of one process: the same methods, errors and answers.

    Source: CPython, Modules/_multiprocessing/semaphore.c.
    """

    SEM_VALUE_MAX = 2**31 - 1

    def __init__(self, kind: int, value: int, maxvalue: int, name: str, unlink: bool) -> None:
        self.kind = kind
        self.maxvalue = maxvalue
        self.name = None  # nothing that another process could open or that anybody has to remove
        self.handle = id(self)
        self._value = value
        self._held = 0
        self._holder = 0
        self._changed = threading.Condition()

    def acquire(self, block: bool = True, timeout: float | None = None) -> bool:
        """Take one; False if there is none (in time)."""
        me = threading.get_ident()
        with self._changed:
            if self.kind == _RECURSIVE_MUTEX and self._held and self._holder == me:
                self._held += 1
                return True
            patience = (timeout if timeout is None else max(0.0, timeout)) if block else 0.0
            if not self._changed.wait_for(lambda: self._value > 0, patience):
                return False
            self._value -= 1
            self._held += 1
            self._holder = me
            return True

    def release(self) -> None:
        """Give one back."""
        with self._changed:
            if self.kind == _RECURSIVE_MUTEX:
                if not (self._held and self._holder == threading.get_ident()):
                    raise AssertionError("attempt to release recursive lock not owned by thread")
                if self._held > 1:
                    self._held -= 1
                    return
            elif self._value >= self.maxvalue:
                raise ValueError("semaphore or lock released too many times")
            self._value += 1
            self._held -= 1
            self._changed.notify()

    def __enter__(self) -> bool:
        return self.acquire()

    def __exit__(self, *_: object) -> None:
        self.release()

    def _count(self) -> int:
        return self._held

    def _is_mine(self) -> bool:
        return self._held > 0 and self._holder == threading.get_ident()

    def _get_value(self) -> int:
        return self._value

    def _is_zero(self) -> bool:
        return self._value == 0

    def _after_fork(self) -> None:
        self._held = 0


def settle_in(scratch: Path) -> None:
    """Give this process's `multiprocessing` what it can have inside walls; `scratch` is the worker's own folder."""
    import multiprocessing.heap
    import multiprocessing.resource_tracker

    python: Any = importlib.import_module(
        "_multiprocessing"
    )  # a C module, of which type checkers know nothing
    python.SemLock, python.sem_unlink = Semaphore, _nothing
    memory: Any = multiprocessing.heap.Arena
    memory._dir_candidates = []  # then it takes the temporary folder
    # The tracker is a process that removes what others forget; the scratch folder goes as a whole.
    tracker: Any = multiprocessing.resource_tracker
    tracker.ensure_running = tracker.register = tracker.unregister = _nothing
    _keep_shared_memory_in(scratch)
    _keep_pages_private()
    _pool_of_threads()


def _nothing(*_: object) -> None:
    pass


def _keep_shared_memory_in(scratch: Path) -> None:
    try:
        posix: Any = importlib.import_module("_posixshmem")
    except ImportError:
        return

    def place(path: str) -> Path:
        return scratch / f".shared-memory-{path.strip('/').replace('/', '-')}"

    def shm_open(path: str, flags: int, mode: int = 0o777) -> int:
        return os.open(place(path), flags | os.O_CLOEXEC, mode)

    def shm_unlink(path: str) -> None:
        place(path).unlink()

    posix.shm_open, posix.shm_unlink = shm_open, shm_unlink


def _keep_pages_private() -> None:
    """`mmap.mmap(-1, n)` shares its pages with child processes. There are none, and the filter refuses shared pages
    without a file, since nobody's figure shows them any more when they are let go."""
    import mmap

    real: Any = mmap.mmap
    both = mmap.PROT_READ | mmap.PROT_WRITE

    class PrivateMap(real):  # type: ignore[misc]
        """As `mmap.mmap`."""

        def __new__(
            cls,
            fileno: int,
            length: int,
            flags: int = mmap.MAP_SHARED,
            prot: int = both,
            access: int = mmap.ACCESS_DEFAULT,
            **more: Any,
        ) -> Any:
            if fileno == -1:
                flags = (flags & ~mmap.MAP_SHARED) | mmap.MAP_PRIVATE
                prot = mmap.PROT_READ if access == mmap.ACCESS_READ else prot
                access = mmap.ACCESS_DEFAULT
            return real.__new__(cls, fileno, length, flags, prot, access, **more)

    PrivateMap.__name__ = PrivateMap.__qualname__ = "mmap"
    python: Any = mmap
    python.mmap = PrivateMap


def _pool_of_threads() -> None:
    # Keras makes its pool in a thread: if that raised, the training would wait for batches for ever.
    import multiprocessing.context

    def pool(
        self: object,
        processes: int | None = None,
        initializer: Any = None,
        initargs: Any = (),
        maxtasksperchild: int | None = None,
    ) -> Any:
        from multiprocessing.pool import ThreadPool

        return ThreadPool(processes, initializer, initargs)

    context: Any = multiprocessing.context.BaseContext
    context.Pool = pool
    module: Any = sys.modules["multiprocessing"]
    module.Pool = module.context._default_context.Pool
