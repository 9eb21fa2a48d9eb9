"""Limits that a worker's process puts on itself before it loads a submission, and privileges it gives up."""

from __future__ import annotations

import contextlib
import ctypes
import struct
import sys
from pathlib import Path

from checker.units import MB

_PR_CAPBSET_DROP, _PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL = 24, 47, 4
_CAPABILITY_VERSION_3 = 0x20080522


def set_limits(cpu_seconds: int, file_size_mb: int, open_files: int) -> None:
    """Hard limits of this process, where the system has them; one that is already tighter stays.

    Memory is not among them: TensorFlow maps far more than it uses, so the judge watches what is used. Nor is
    the number of processes, which the kernel counts per user and not per worker.
    """
    try:
        import resource
    except ImportError:  # Windows
        return
    wanted = {
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_CPU: cpu_seconds,
        resource.RLIMIT_FSIZE: file_size_mb * MB,
        resource.RLIMIT_NOFILE: open_files,
    }
    for kind, value in wanted.items():
        _, hard = resource.getrlimit(kind)
        limit = value if hard == resource.RLIM_INFINITY else min(value, hard)
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(kind, (limit, limit))


def be_first_to_go() -> None:
    """When memory runs out, Linux shall end the worker and neither the judge nor the user's programs."""
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")


def drop_capabilities() -> None:
    """Give up root's powers (Linux).

    The user stays the same, since the interpreter may be readable to that one alone.

    Raises:
        OSError: the kernel refuses.
    """
    if not sys.platform.startswith("linux"):
        return
    libc = ctypes.CDLL(None, use_errno=True)
    for capability in range(64):
        libc.prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0)  # refused to ordinary users, who have none
    libc.prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0)
    header = struct.pack("=Ii", _CAPABILITY_VERSION_3, 0)
    if libc.capset(header, struct.pack("=6I", 0, 0, 0, 0, 0, 0)) != 0:
        raise OSError(ctypes.get_errno(), "capabilities could not be dropped")
