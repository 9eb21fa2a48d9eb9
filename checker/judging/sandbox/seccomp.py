"""A seccomp filter: the system calls that `policy.py` names go through, all others are refused by the kernel.

The filter is a small program in classic BPF (Linux `Documentation/userspace-api/seccomp_filter.rst`). A refused call
returns an error; Python turns it into an `OSError`, and training goes on. Threads stay allowed, processes do not.
Installed once in the worker before the submission is loaded, it cannot be taken off again, and needs no privilege.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct
import sys
from collections.abc import Iterable

from checker.judging.sandbox.policy import SELF, Answer, Case, Policy, Test, policy
from checker.judging.sandbox.syscalls import AUDIT_ARCH, NUMBERS
from checker.languages.texts import say

_LOAD, _AND, _JUMP, _RETURN = 0x20, 0x54, 0x05, 0x06
_EQUAL, _AT_LEAST, _ANY_BIT = 0x15, 0x35, 0x45
_KILL_PROCESS, _ERRNO = 0x80000000, 0x00050000
_RETURNED = {
    Answer.ALLOW: 0x7FFF0000,
    Answer.REFUSE: _ERRNO | errno.EPERM,
    Answer.UNKNOWN: _ERRNO | errno.ENOSYS,
    Answer.NOTHING: _ERRNO,
}
_NUMBER_OFFSET, _ARCH_OFFSET, _ARGUMENTS_OFFSET = 0, 4, 16
_X32_BIT = 0x40000000

_PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS, _MODE_FILTER = 22, 38, 2

# One instruction: code, value, and how many to skip if it is true and if it is false.
Step = tuple[int, int, int, int]


def missing() -> str:
    """Why a filter cannot be installed here; empty if it can."""
    if not sys.platform.startswith("linux"):
        return say("seccomp is a part of Linux")
    if platform.machine() not in NUMBERS or struct.calcsize("P") != 8:
        return say(
            "no system call table for {machine} ({bits} bit)",
            machine=platform.machine(),
            bits=8 * struct.calcsize("P"),
        )
    if ctypes.CDLL(None).prctl(21, 0, 0, 0, 0) < 0:  # PR_GET_SECCOMP
        return say("the kernel has no seccomp")
    return ""


def program(machine: str, pid: int, rules: Policy) -> list[Step]:
    """The filter for one process.

    Calls whose number alone decides come last: recent kernels remember their answer and never run the program.
    """
    number = NUMBERS[machine]
    code: list[Step] = [
        (_LOAD, _ARCH_OFFSET, 0, 0),
        (_EQUAL, AUDIT_ARCH[machine], 1, 0),
        (_RETURN, _KILL_PROCESS, 0, 0),
        (_LOAD, _NUMBER_OFFSET, 0, 0),
        (_AT_LEAST, _X32_BIT, 0, 1),
        (_RETURN, _RETURNED[Answer.UNKNOWN], 0, 0),
    ]
    for name, cases in rules.by_argument.items():
        body = [step for case in cases for step in _case(case, pid)]
        body.append((_RETURN, _RETURNED[Answer.REFUSE], 0, 0))
        code += [(_EQUAL, number[name], 1, 0), (_JUMP, len(body), 0, 0), *body]
    for answer in (Answer.ALLOW, Answer.NOTHING, Answer.UNKNOWN):
        for first, last in _ranges(number[name] for name, given in rules.by_name.items() if given is answer):
            code += [
                (_AT_LEAST, first, 0, 2),
                (_AT_LEAST, last + 1, 1, 0),
                (_RETURN, _RETURNED[answer], 0, 0),
            ]
    # A call of a newer kernel than this table: a newer library has its fallback.
    code += [
        (_AT_LEAST, max(number.values()) + 1, 0, 1),
        (_RETURN, _RETURNED[Answer.UNKNOWN], 0, 0),
        (_RETURN, _RETURNED[Answer.REFUSE], 0, 0),
    ]
    return code


def _case(case: Case, pid: int) -> list[Step]:
    """Every test loads its argument anew; the first that fails jumps over the rest, which ends in the answer."""
    code: list[Step] = [(_RETURN, _RETURNED[case.answer], 0, 0)]
    for test in reversed(case.tests):
        code = _test(test, pid, len(code)) + code
    return code


def _test(test: Test, pid: int, over: int) -> list[Step]:
    low = (_LOAD, _ARGUMENTS_OFFSET + 8 * test.argument, 0, 0)
    high = (_LOAD, _ARGUMENTS_OFFSET + 8 * test.argument + 4, 0, 0)
    values = [pid if value == SELF else value & 0xFFFFFFFF for value in test.values]
    if test.kind == "in":
        count = len(values)
        return [low] + [
            (_EQUAL, value, count - 1 - index, over if index == count - 1 else 0)
            for index, value in enumerate(values)
        ]
    if test.kind == "only":
        return [low, (_ANY_BIT, ~values[0] & 0xFFFFFFFF, over, 0)]
    if test.kind == "none":
        return [low, (_ANY_BIT, values[0], over, 0)]
    if test.kind == "masked":
        return [low, (_AND, values[0], 0, 0), (_EQUAL, values[1], 0, over)]
    if test.kind == "below":
        return [low, (_AT_LEAST, values[0], over, 0)]
    return [low, (_EQUAL, 0, 0, over + 2), high, (_EQUAL, 0, 0, over)]


def _ranges(numbers: Iterable[int]) -> list[tuple[int, int]]:
    """Neighbouring numbers as (first, last)."""
    found: list[tuple[int, int]] = []
    for number in sorted(numbers):
        if found and found[-1][1] == number - 1:
            found[-1] = (found[-1][0], number)
        else:
            found.append((number, number))
    return found


def install(keep_metadata: bool, gpu: bool = False) -> None:
    """Put the filter on this process for good; it must have a single thread. See `policy` for the arguments.

    Raises:
        OSError: the kernel refuses.
    """
    machine, pid = platform.machine(), os.getpid()
    steps = program(machine, pid, policy(machine, pid, keep_metadata, gpu))
    code = b"".join(struct.pack("HBBI", code, yes, no, value) for code, value, yes, no in steps)
    buffer = ctypes.create_string_buffer(code, len(code))
    # struct sock_fprog: unsigned short len; struct sock_filter *filter.
    header = ctypes.create_string_buffer(struct.pack("HxxxxxxP", len(steps), ctypes.addressof(buffer)))
    forbid_new_privileges()
    if ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_SECCOMP, _MODE_FILTER, header, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "seccomp filter refused by the kernel")


def forbid_new_privileges() -> None:
    """Set no_new_privs, without which neither seccomp nor Landlock may be used by ordinary users."""
    if ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "no_new_privs refused by the kernel")
