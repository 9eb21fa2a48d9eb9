"""Several judgements at once on one machine: a core set aside for each, and none a disturbance to the others."""

from __future__ import annotations

import os
import queue
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

from checker.judging.session import Surroundings


class SideBySide:
    """Surroundings for up to `slots` judgements at a time: `with SideBySide(4) as beside: ... with beside.one() as s:`.

    Where the system allows it (Linux) and there are as many cores as slots, each judgement gets its share of the cores to
    itself; without `sets_cores` all share them, so that the last one is not left with its part alone. `cancel` ends all.
    """

    def __init__(self, slots: int, scratch: Path | None = None, *, sets_cores: bool = True) -> None:
        self.cancel = threading.Event()
        self._scratch = scratch
        self._folder = tempfile.TemporaryDirectory(prefix="katas-siblings-", dir=scratch)
        self._free: queue.Queue[tuple[int, ...]] = queue.Queue()
        for cores in _shares(slots) if sets_cores else [()] * slots:
            self._free.put(cores)

    def __enter__(self) -> SideBySide:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.cancel.set()
        self._folder.cleanup()

    @contextmanager
    def one(self) -> Iterator[Surroundings]:
        """The surroundings of one judgement; waits while as many run as there are slots."""
        cores = self._free.get()
        try:
            yield Surroundings(self._scratch, None, cores, Path(self._folder.name), self.cancel)
        finally:
            self._free.put(cores)


def _shares(slots: int) -> list[tuple[int, ...]]:
    """The cores of each slot; empty ones where cores cannot be set aside."""
    cores = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
    if slots == 1 or len(cores) < slots:
        return [()] * slots
    return [tuple(cores[slot::slots]) for slot in range(slots)]
