"""One look at one process: by psutil, but straight from /proc on Linux, where it is done often."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass

import psutil

_TICK = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100
_MEMORY = (b"RssAnon", b"RssShmem", b"RssFile", b"VmSwap", b"VmPTE", b"HugetlbPages")


@dataclass(frozen=True)
class Memory:
    """Bytes of one process: its own pages (swapped ones and page tables too), shared pages, and pages of mapped files."""

    own: int = 0
    shared: int = 0
    files: int = 0


@dataclass(frozen=True)
class Reading:
    """A process as it was seen. `started` tells two processes with the same number apart.

    `own_seconds` and `collected_seconds` are CPU seconds: its own, and those of ended children that it has
    waited for.
    """

    pid: int
    started: float
    own_seconds: float
    collected_seconds: float
    threads: int
    is_zombie: bool
    is_stopped: bool
    children: tuple[int, ...]


def read_linux(pid: int) -> Reading | None:
    """A process from /proc; None if it is gone. Raises nothing."""
    try:
        # The name, in parentheses, may hold anything: fields are counted from the last parenthesis.
        fields = _content(f"/proc/{pid}/stat").rpartition(b")")[2].split()
        threads = int(fields[17])
        children = _children(pid, threads)
    except OSError:
        return None
    return Reading(
        pid=pid,
        started=int(fields[19]) / _TICK,
        own_seconds=max(_process_clock(pid), (int(fields[11]) + int(fields[12])) / _TICK),
        collected_seconds=(int(fields[13]) + int(fields[14])) / _TICK,
        threads=threads,
        # A first thread that has left while others go on looks like a zombie, and is none.
        is_zombie=fields[0] in (b"Z", b"X") and threads <= 1,
        is_stopped=fields[0] in (b"T", b"t"),
        children=children,
    )


def memory_linux(pid: int) -> Memory:
    """The memory of a process; nothing if it is gone."""
    try:
        kilobytes = _memory_lines(f"/proc/{pid}")
        if not kilobytes:  # the first thread has left: the others show what they share
            threads = (_memory_lines(entry.path) for entry in os.scandir(f"/proc/{pid}/task"))
            kilobytes = next((lines for lines in threads if lines), {})
    except OSError:
        return Memory()
    files, shared = kilobytes.pop(b"RssFile", 0), kilobytes.pop(b"RssShmem", 0)
    return Memory(1024 * sum(kilobytes.values()), 1024 * shared, 1024 * files)


def _memory_lines(folder: str) -> dict[bytes, int]:
    lines = _content(f"{folder}/status").splitlines()
    return {line.split(b":")[0]: int(line.split()[1]) for line in lines if line.startswith(_MEMORY)}


def memory_portable(pid: int) -> Memory:
    """A process's resident memory by psutil; shared pages and mapped files cannot be told from the rest."""
    try:
        return Memory(int(psutil.Process(pid).memory_info().rss))
    except psutil.Error:
        return Memory()


def _content(path: str) -> bytes:
    # Several times faster than a Path or a file object, and done hundreds of times a second.
    descriptor = os.open(path, os.O_RDONLY)
    try:
        parts = [os.read(descriptor, 8192)]
        while len(parts[-1]) == 8192:
            parts.append(os.read(descriptor, 8192))
        return b"".join(parts)
    finally:
        os.close(descriptor)


def _children(pid: int, threads: int) -> tuple[int, ...]:
    """Children of every thread: a child belongs to the thread that started it."""
    folder = f"/proc/{pid}/task"
    try:
        tasks = [str(pid)] if threads == 1 else [entry.name for entry in os.scandir(folder)]
        lists = [_content(f"{folder}/{task}/children") for task in tasks]
    except OSError:
        # A task ended meanwhile, or this kernel keeps no such lists.
        return _children_by_search(pid)
    return tuple(int(word) for text in lists for word in text.split())


def _children_by_search(pid: int) -> tuple[int, ...]:
    try:
        return tuple(child.pid for child in psutil.Process(pid).children())
    except psutil.Error:
        return ()


# What the kernel names the place where a thread waits, by its beginning.
_PLACES = (
    ("hrtimer_nanosleep", "sleep"),
    ("do_nanosleep", "sleep"),
    ("futex_", "lock"),
    ("anon_pipe_read", "read"),
    ("pipe_read", "read"),
    ("unix_stream_", "read"),
    ("wait_woken", "read"),
    ("poll_schedule", "sleep"),
    ("do_select", "sleep"),
    ("do_poll", "sleep"),
    ("do_sigtimedwait", "sleep"),
)


def waits_linux(pid: int) -> str:
    """What a process waits for: "processor", "sleep", "read", "lock", or "other" (see `ProcessTree.waits_for`)."""
    try:
        for entry in os.scandir(f"/proc/{pid}/task"):
            if _content(f"{entry.path}/stat").rpartition(b")")[2].split()[0] in (b"R", b"D"):
                return "processor"
        place = _content(f"/proc/{pid}/wchan").decode("ascii", "replace")
    except OSError:
        return "other"
    return next((what for beginning, what in _PLACES if place.startswith(beginning)), "other")


def _process_clock(pid: int) -> float:
    """A process's CPU clock to the nanosecond, where /proc has hundredths; 0 if it is gone.

    The clock's number is made as by clock_getcpuclockid(3): the complement of the process number, then 2.
    """
    try:
        return time.clock_gettime(((~pid) << 3) | 2)
    except OSError:
        return 0.0


def read_portable(pid: int) -> Reading | None:
    """A process by psutil; None if it is gone or not ours."""
    try:
        process = psutil.Process(pid)
        with process.oneshot():
            times, status = process.cpu_times(), process.status()
            is_zombie = status == psutil.STATUS_ZOMBIE
            return Reading(
                pid=pid,
                started=process.create_time(),
                own_seconds=times.user + times.system,
                collected_seconds=times.children_user + times.children_system,
                threads=0 if is_zombie else process.num_threads(),
                is_zombie=is_zombie,
                is_stopped=status == psutil.STATUS_STOPPED,
                children=tuple(child.pid for child in process.children()),
            )
    except psutil.Error:
        return None
