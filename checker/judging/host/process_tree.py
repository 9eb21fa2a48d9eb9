"""Process trees: the CPU time and memory that a worker and everything it started use, and its end.

A process that has ended is counted by whoever collects it (Linux adds its time to the collector's "children's
time"). One that nobody collects, or that left the tree, is counted with what was last seen of it: look often.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass

import psutil

from checker.judging.host.proc_files import (
    Reading,
    memory_linux,
    memory_portable,
    read_linux,
    read_portable,
    waits_linux,
)

_LINUX = sys.platform.startswith("linux")
_GONE_WITHIN_SECONDS = 10.0
# Several questions at once are answered from one look.
_FRESH_SECONDS = 0.01


@dataclass(frozen=True)
class _Seen:
    """What was last seen of a process: its own CPU seconds, and those of children it has collected."""

    own: float
    collected: float

    @property
    def total(self) -> float:
        return self.own + self.collected


class ProcessTree:
    """A process and everything that it started, also what has been handed to another parent since.

    `wrappers` is how many processes of the tree belong to the sandbox (`SandboxedProcess.wrappers`).
    """

    def __init__(self, pid: int, wrappers: int = 0) -> None:
        self.pid = pid
        self._started: float | None = None
        self._wrappers = wrappers
        self._seen: dict[tuple[int, float], _Seen] = {}
        self._readings: list[Reading] = []
        self._uncollected = 0.0
        self._cpu_seconds = 0.0
        self._sampled_at = 0.0
        self.sample()

    def sample(self) -> None:
        """Look at the tree now. All other methods do this; call it in between when they are called rarely."""
        self._readings = list(self._read_all())
        self._sampled_at = time.monotonic()
        now = {(r.pid, r.started): _Seen(r.own_seconds, r.collected_seconds) for r in self._readings}
        vanished = [seen.total for key, seen in self._seen.items() if key not in now]
        if vanished:
            # What the collectors gained pays for those who are gone; the rest was collected by nobody.
            gained = sum(
                seen.collected - (self._seen[key].collected if key in self._seen else 0.0)
                for key, seen in now.items()
            )
            self._uncollected += max(0.0, sum(vanished) - max(0.0, gained))
        self._seen = now
        total = sum(seen.total for seen in now.values()) + self._uncollected
        self._cpu_seconds = max(self._cpu_seconds, total)

    def cpu_seconds(self) -> float:
        """CPU seconds (user and system) of the whole tree since it was started; never less than before."""
        self.sample()
        return self._cpu_seconds

    def memory_bytes(self, in_files: int = 0) -> int:
        """Memory in use: private and shared pages of all processes; mapped files once, not per process.

        `in_files` is what memory file systems hold for them, of which some is mapped and counted already.
        """
        self._look()
        measure = memory_linux if _LINUX else memory_portable
        measured = [measure(reading.pid) for reading in self._readings if not reading.is_zombie]
        shared = max(sum(memory.shared for memory in measured), in_files)
        return (
            sum(memory.own for memory in measured)
            + shared
            + max((memory.files for memory in measured), default=0)
        )

    def pids(self) -> list[int]:
        """The living processes, the innermost last."""
        self._look()
        return [reading.pid for reading in self._readings if not reading.is_zombie]

    def process_count(self) -> int:
        """How many processes of the worker are alive, the sandbox's own not counted."""
        self._look()
        return max(0, sum(not reading.is_zombie for reading in self._readings) - self._wrappers)

    def thread_count(self) -> int:
        """How many threads the tree has."""
        self._look()
        return sum(reading.threads for reading in self._readings)

    def is_stopped(self) -> bool:
        """Whether somebody has stopped a process of the tree (SIGSTOP, a suspended machine's job control)."""
        self._look()
        return any(reading.is_stopped for reading in self._readings)

    def waits_for(self) -> str:
        """What the tree's innermost process waits for.

        "processor" where a thread of it could compute, "sleep", "read" or "lock" by what its main thread does, and
        "other" where that cannot be seen (systems without /proc).
        """
        self._look()
        innermost = [reading for reading in self._readings if not reading.children and not reading.is_zombie]
        if not _LINUX or not innermost:
            return "other"
        return waits_linux(innermost[0].pid)

    def suspend(self) -> None:
        """Stop every process of the worker until `resume`: between two calls nobody computes.

        The sandbox's own go on. They end the others when the judge is gone, at whatever moment that is; stopped, they
        would never learn of it.
        """
        self.sample()
        self._signal_workers("SIGSTOP")

    def resume(self) -> None:
        """Let the processes that `suspend` stopped go on."""
        self._look()
        self._signal_workers("SIGCONT")

    def _of_the_sandbox(self) -> set[int]:
        """The process numbers of the sandbox's own: the root, and what it started first."""
        children = {reading.pid: reading.children for reading in self._readings}
        found, pid = set[int](), self.pid
        while len(found) < self._wrappers:
            found.add(pid)
            if not children.get(pid):
                break
            pid = min(children[pid])
        return found

    def _signal_workers(self, name: str) -> None:
        number = getattr(signal, name, None)
        own = self._of_the_sandbox()
        for reading in self._readings:
            if reading.pid in own:
                continue
            with contextlib.suppress(psutil.Error, OSError):
                if number is not None:
                    os.kill(reading.pid, number)
                elif name == "SIGSTOP":
                    psutil.Process(reading.pid).suspend()
                else:
                    psutil.Process(reading.pid).resume()

    def _look(self) -> None:
        if time.monotonic() - self._sampled_at > _FRESH_SECONDS:
            self.sample()

    def kill(self) -> bool:
        """End the whole tree for good.

        On Linux and macOS everything but the sandbox's own is stopped first, so that nothing can start anew while it
        is being ended.

        Returns:
            Whether nothing is left. `cpu_seconds` then gives the final figure.
        """
        deadline = time.monotonic() + _GONE_WITHIN_SECONDS
        self._freeze(deadline)
        while time.monotonic() < deadline:
            self.sample()
            alive = [reading for reading in self._readings if not reading.is_zombie]
            if not alive:
                return True
            for reading in sorted(alive, key=lambda reading: reading.pid == self.pid):
                with contextlib.suppress(psutil.Error, OSError):
                    psutil.Process(reading.pid).kill()
            time.sleep(0.002)
        return False

    def _freeze(self, deadline: float) -> None:
        if os.name != "posix":
            self.sample()
            return
        frozen: set[tuple[int, float]] = set()
        while time.monotonic() < deadline:
            self.sample()
            own = self._of_the_sandbox()
            new = {
                (r.pid, r.started) for r in self._readings if not r.is_zombie and r.pid not in own
            } - frozen
            if not new:
                return
            for pid, _ in new:
                with contextlib.suppress(psutil.Error, OSError):
                    psutil.Process(pid).suspend()
            frozen |= new

    def _read_all(self) -> Iterator[Reading]:
        """Every living process of the tree once: the root's, and those of processes seen earlier."""
        read = read_linux if _LINUX else read_portable
        done: set[int] = set()
        queue: list[tuple[int, float | None]] = [(self.pid, self._started), *self._seen]
        while queue:
            pid, started = queue.pop(0)
            reading = None if pid in done else read(pid)
            if reading is None or (started is not None and started != reading.started):
                continue  # gone, or the number belongs to somebody else by now
            if self._started is None:
                self._started = reading.started
            done.add(pid)
            yield reading
            queue += [(child, None) for child in reading.children]
