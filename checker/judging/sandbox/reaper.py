"""A small first process for workers without a process namespace of their own (Linux).

Everything that a worker starts and leaves behind becomes a child of this process, which collects it, so that
its CPU time is added up by the kernel, and ends it when the worker has ended or the judge has gone.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import select
import signal
from pathlib import Path

_PR_SET_PDEATHSIG, _PR_SET_CHILD_SUBREAPER = 1, 36


def separate(judge_lives: int) -> None:
    """Split into reaper and worker: returns in the worker only.

    Args:
        judge_lives: reading end of a pipe whose writing end the judge alone holds; its end means that the
            judge has gone.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "cannot collect the worker's children")
    wake_read, wake_write = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)
    parent = os.getpid()
    worker = os.fork()
    if worker == 0:
        for descriptor in (judge_lives, wake_read, wake_write):
            os.close(descriptor)
        os.setpgid(0, 0)
        end_with(parent)
        return
    _leave_channel()
    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, signal.SIG_IGN)
    signal.set_wakeup_fd(wake_write)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    code = _wait(worker, judge_lives, wake_read)
    _end_children()
    os._exit(code)


def end_with(parent: int) -> None:
    """Have the kernel end this process when its parent ends. Has to be said again after a change of the user."""
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)


def _leave_channel() -> None:
    # The worker alone holds the channel and the log: the judge sees at once when it is gone.
    empty = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(empty, descriptor)
    os.close(empty)


def _wait(worker: int, judge_lives: int, woken: int) -> int:
    """Collect children until the worker has ended; its exit code, as a shell gives it."""
    while True:
        ended = _collect()
        if worker in ended:
            status = os.waitstatus_to_exitcode(ended[worker])
            return status if status >= 0 else 128 - status
        ready, _, _ = select.select([judge_lives, woken], [], [])
        if judge_lives in ready:
            return 128 + signal.SIGKILL
        with contextlib.suppress(BlockingIOError):
            os.read(woken, 4096)


def _collect() -> dict[int, int]:
    ended: dict[int, int] = {}
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return ended
        if pid == 0:
            return ended
        ended[pid] = status


def _end_children() -> None:
    """Kill until none is left: the children of a killed child come here and are killed in the next round."""
    children = Path(f"/proc/self/task/{os.getpid()}/children")
    while True:
        try:
            pids = [int(word) for word in children.read_text(encoding="ascii").split()]
        except OSError:
            return  # a kernel without this list: the judge's own search ends what is left
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        try:
            os.waitpid(-1, 0)
        except ChildProcessError:
            return
