"""What other programs use of this machine while a worker computes: more than a little of it is a disturbance.

Judgements that run beside each other on purpose are not "others". Each of them writes into a folder of theirs what it has
used so far, and takes what the rest have written out of its account.
"""

from __future__ import annotations

import contextlib
import os
import struct
import tempfile
import time
from pathlib import Path

import psutil

from checker.judging.host.process_tree import ProcessTree

_FORM = struct.Struct("<d")


class Siblings:
    """The CPU seconds of judgements that share a folder: one small file for each judge process."""

    def __init__(self, folder: Path) -> None:
        """`folder` must exist, and go when the last of them has ended."""
        self._folder = folder
        self._descriptor, name = tempfile.mkstemp(dir=folder)
        self._name = Path(name).name
        self._of_workers: dict[int, float] = {}

    def tell(self, worker: int, cpu_seconds: float) -> None:
        """Write what this judge process has used, of which `cpu_seconds` by the worker of that number."""
        self._of_workers[worker] = cpu_seconds
        total = sum(self._of_workers.values()) + time.process_time()
        with contextlib.suppress(
            OSError
        ):  # a full disk leaves the last figure, which counts as the work of others
            os.pwrite(self._descriptor, _FORM.pack(total), 0)

    def cpu_seconds(self) -> float:
        """What the others have used so far, those that have ended too."""
        total = 0.0
        with contextlib.suppress(OSError):
            for entry in os.scandir(self._folder):
                if entry.name != self._name:
                    total += _figure(Path(entry))
        return total


def _figure(path: Path) -> float:
    with contextlib.suppress(OSError, struct.error), path.open("rb") as file:
        return float(_FORM.unpack(file.read(_FORM.size))[0])
    return 0.0


class Others:
    """Measures what is neither this worker's, nor the judge's, nor that of a judgement beside it."""

    def __init__(self, tree: ProcessTree, siblings: Siblings | None = None) -> None:
        self._tree = tree
        self._siblings = siblings
        self._mark = 0.0

    def mark(self) -> None:
        """Start a measurement."""
        self._mark = self._so_far()

    def cpu_seconds(self) -> float:
        """CPU seconds that all others used since `mark`."""
        return max(0.0, self._so_far() - self._mark)

    def tell(self) -> None:
        """Let the judgements beside this one know what it uses."""
        if self._siblings is not None:
            self._siblings.tell(self._tree.pid, self._tree.cpu_seconds())

    def _so_far(self) -> float:
        self.tell()
        beside = self._siblings.cpu_seconds() if self._siblings is not None else 0.0
        return busy_seconds() - self._tree.cpu_seconds() - time.process_time() - beside


def busy_seconds() -> float:
    """CPU seconds used by everybody on this machine, including what a virtual machine's host took away."""
    times = psutil.cpu_times()._asdict()
    # Linux counts a guest's time in user and nice already.
    idle = ("idle", "iowait", "guest", "guest_nice")
    return float(sum(value for name, value in times.items() if name not in idle))
