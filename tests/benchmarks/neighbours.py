"""Neighbours for benchmarks: other processes that keep the machine busy, or that stop the workers for a while."""

from __future__ import annotations

import contextlib
import multiprocessing
import threading
import time
from collections.abc import Callable, Iterator

import numpy as np
import psutil

WORKER = "checker.judging.worker"


def burn() -> None:
    """Compute without end."""
    while True:
        sum(i * i for i in range(10_000))


def hog() -> None:
    """Move memory without end, far more than any cache holds."""
    big = np.ones(40_000_000)
    while True:
        big += 1.0


BUSY: dict[str, list[Callable[[], None]]] = {
    "alone": [],
    "one busy": [burn],
    "two busy": [burn, burn],
    "memory hog": [hog],
}


@contextlib.contextmanager
def busy_neighbours(kind: str) -> Iterator[None]:
    """Run the neighbours of that kind of `BUSY` meanwhile; a kind that is not in it has none."""
    processes = [multiprocessing.Process(target=target, daemon=True) for target in BUSY.get(kind, [])]
    for process in processes:
        process.start()
    try:
        yield
    finally:
        for process in processes:
            process.terminate()
            process.join()


def stop_tree(pid: int, seconds: float = 1.0) -> None:
    """Suspend a process and all below it, as a laptop's lid or a debugger does."""
    tree: list[psutil.Process] = []
    with contextlib.suppress(psutil.NoSuchProcess):
        tree = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    # Those that are suspended already are not ours to wake.
    awake = [process for process in tree if _status(process) not in (psutil.STATUS_STOPPED, "")]
    for act in ("suspend", "resume"):
        for process in awake:
            with contextlib.suppress(psutil.NoSuchProcess):
                getattr(process, act)()
        if act == "suspend":
            time.sleep(seconds)


@contextlib.contextmanager
def workers_stopped_now_and_then(every: float = 4.0, seconds: float = 1.0) -> Iterator[None]:
    """Suspend every worker below this process again and again."""
    is_over = threading.Event()

    def go_on() -> None:
        while not is_over.wait(every):
            for process in psutil.Process().children(recursive=True):
                with contextlib.suppress(psutil.Error):
                    if WORKER in process.cmdline() and _status(process) != psutil.STATUS_STOPPED:
                        stop_tree(process.pid, seconds)

    thread = threading.Thread(target=go_on)
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join()


def _status(process: psutil.Process) -> str:
    try:
        return str(process.status())
    except psutil.NoSuchProcess:
        return ""
