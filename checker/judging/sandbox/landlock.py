"""Landlock: a process gives up access to the file system, but for the paths that it names, for good.

Needs no privilege and no library. Source: Linux `include/uapi/linux/landlock.h`. Asked for is ABI 3
(Linux 6.2) or newer: before it a file could be truncated although writing was refused.
"""

from __future__ import annotations

import ctypes
import os
import struct
import sys
from collections.abc import Iterable
from pathlib import Path

from checker.judging.sandbox import seccomp
from checker.languages.texts import say

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_RULE_PATH_BENEATH = 1
OLDEST_ABI = 3

EXECUTE, WRITE_FILE, READ_FILE, READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
_REMOVE_DIR, _REMOVE_FILE, _MAKE_DIR, _MAKE_FILE = 1 << 4, 1 << 5, 1 << 7, 1 << 8
_MAKE_SYMLINK, _REFER, _TRUNCATE, _IOCTL_DEVICE = 1 << 12, 1 << 13, 1 << 14, 1 << 15

READ = EXECUTE | READ_FILE | READ_DIR
_FOR_FILES = EXECUTE | WRITE_FILE | READ_FILE | _TRUNCATE | _IOCTL_DEVICE
WRITE = (
    (READ & ~EXECUTE)
    | WRITE_FILE
    | _TRUNCATE
    | (_REMOVE_DIR | _REMOVE_FILE | _MAKE_DIR | _MAKE_FILE | _MAKE_SYMLINK | _REFER)
)


def abi() -> int:
    """The kernel's Landlock version; 0 where there is none."""
    if not sys.platform.startswith("linux"):
        return 0
    return max(0, int(ctypes.CDLL(None).syscall(_CREATE_RULESET, None, 0, 1)))


def missing() -> str:
    """Why Landlock cannot be used here; empty if it can."""
    if not sys.platform.startswith("linux"):
        return say("Landlock is a part of Linux")
    version = abi()
    if version == 0:
        return say("the kernel has no Landlock, or it is not switched on")
    if version < OLDEST_ABI:
        return say(
            "the kernel's Landlock is version {version}; version {oldest} (Linux 6.2) is needed",
            version=version,
            oldest=OLDEST_ABI,
        )
    return ""


def restrict(rules: Iterable[tuple[Path, int]]) -> None:
    """Leave this process (one thread) only the named accesses, each beneath its path.

    A path that does not exist is left out. TCP, signals and abstract sockets to the outside are closed where
    this kernel's version knows them.

    Raises:
        OSError: the kernel refuses.
    """
    version = abi()
    files = (1 << 16) - 1 if version >= 5 else (1 << 15) - 1
    attributes = struct.pack("QQQ", files, 3 if version >= 4 else 0, 3 if version >= 6 else 0)
    size = 24 if version >= 6 else 16 if version >= 4 else 8
    ruleset = _call(_CREATE_RULESET, attributes, ctypes.c_size_t(size), 0)
    try:
        for path, access in rules:
            _allow(ruleset, path, access & files)
        seccomp.forbid_new_privileges()
        _call(_RESTRICT_SELF, ruleset, 0)
    finally:
        os.close(ruleset)


def _allow(ruleset: int, path: Path, access: int) -> None:
    try:
        target = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        if not path.is_dir():
            access &= _FOR_FILES
        if access:
            _call(_ADD_RULE, ruleset, _RULE_PATH_BENEATH, struct.pack("=Qi", access, target), 0)
    finally:
        # The kernel makes the files of /proc anew when it has dropped them for want of memory, and a rule holds for
        # the file that it was made with: those stay open.
        if path.parts[1:2] != ("proc",):
            os.close(target)


def _call(number: int, *arguments: object) -> int:
    result = int(ctypes.CDLL(None, use_errno=True).syscall(number, *arguments))
    if result < 0:
        error = ctypes.get_errno()
        raise OSError(error, f"Landlock: {os.strerror(error)}")
    return result
