"""A seccomp filter: system calls that a worker has no need of are refused by the kernel.

The filter is a small program in classic BPF (Linux `Documentation/userspace-api/seccomp_filter.rst`), built
here from tables. A refused call returns an error; Python turns it into an `OSError`, and training goes on.
Threads stay allowed, processes do not. Installed once in the worker before the submission is loaded, it
cannot be taken off again, and needs no privilege.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct
import sys
from collections.abc import Sequence

from checker.judging.sandbox.syscalls import AUDIT_ARCH, NUMBERS, words

_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _KILL_PROCESS, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
_NUMBER_OFFSET, _ARCH_OFFSET, _ARGUMENTS_OFFSET = 0, 4, 16
_CLONE_THREAD = 0x00010000
_X32_BIT = 0x40000000

_PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS, _MODE_FILTER = 22, 38, 2

# Starting programs, reaching other processes, sockets of any kind (UDP too, which Landlock leaves open),
# memory that outlives the process or that nobody counts, and the kernel's own switches.
_REFUSED = words(
    """
    fork vfork execve execveat pidfd_send_signal pidfd_open pidfd_getfd
    ptrace process_vm_readv process_vm_writev process_madvise process_mrelease kcmp tkill
    socket shmget shmat shmctl semget semop semctl semtimedop msgget msgsnd msgrcv msgctl mq_open mq_unlink
    memfd_create memfd_secret add_key request_key keyctl bpf perf_event_open userfaultfd
    mount umount2 pivot_root chroot unshare setns open_tree open_tree_attr move_mount
    fsopen fsconfig fsmount fspick mount_setattr
    swapon swapoff reboot sethostname setdomainname iopl ioperm
    init_module delete_module finit_module kexec_load kexec_file_load quotactl quotactl_fd acct
    settimeofday clock_settime adjtimex clock_adjtime syslog personality modify_ldt
    open_by_handle_at name_to_handle_at fanotify_init setpriority ioprio_set migrate_pages move_pages
    """
)

# glibc falls back to older calls when these say that they do not exist.
_UNKNOWN = words("clone3 io_uring_setup io_uring_enter io_uring_register")

# (call, index of the signal): to this process only, and not to stop it, which would look like somebody else's
# doing.
_SIGNALS = (("kill", 1), ("tgkill", 2), ("rt_sigqueueinfo", 1), ("rt_tgsigqueueinfo", 2))
_FIRST_STOP, _AFTER_STOPS = 19, 23  # SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU
# First argument must be this process, or 0, which means the caller.
_CALLER_ONLY = words("prlimit64 sched_setaffinity sched_setscheduler sched_setparam sched_setattr")

# Landlock does not govern these; they are answered with success and do nothing, so that `shutil.copy` works.
_METADATA = words(
    """
    chmod fchmod fchmodat fchmodat2 chown fchown lchown fchownat utime utimes futimesat utimensat
    setxattr lsetxattr fsetxattr setxattrat removexattr lremovexattr fremovexattr removexattrat file_setattr
    """
)

# (call, index of the argument, refused values)
_REFUSED_ARGUMENTS = (
    ("fcntl", 1, (8, 10, 15)),  # F_SETOWN, F_SETSIG, F_SETOWN_EX: signals to others by way of a file
    # TIOCSTI and TIOCLINUX type into a terminal; FIOSETOWN and SIOCSPGRP are F_SETOWN again.
    ("ioctl", 1, (0x5412, 0x541C, 0x8901, 0x8902)),
    ("prctl", 0, (1, 36)),  # PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER: a worker dies with its judge
)


def missing() -> str:
    """Why a filter cannot be installed here; empty if it can."""
    if not sys.platform.startswith("linux"):
        return "seccomp is a part of Linux"
    if platform.machine() not in NUMBERS or struct.calcsize("P") != 8:
        return f"no system call table for {platform.machine()} ({8 * struct.calcsize('P')} bit)"
    if ctypes.CDLL(None).prctl(21, 0, 0, 0, 0) < 0:  # PR_GET_SECCOMP
        return "the kernel has no seccomp"
    return ""


def program(machine: str, pid: int, keep_metadata: bool) -> bytes:
    """The filter for one process as an array of `struct sock_filter`.

    Args:
        machine: key of `NUMBERS`.
        pid: the process that the filter is for; signals go to it and to nothing else.
        keep_metadata: refuse changes of modes, owners, times and attributes (where no mount keeps them).
    """
    number = NUMBERS[machine]
    code = [
        _step(_LOAD, _ARCH_OFFSET),
        _step(_EQUAL, AUDIT_ARCH[machine], 1, 0),
        _step(_RETURN, _KILL_PROCESS),
        _step(_LOAD, _NUMBER_OFFSET),
        _step(_AT_LEAST, _X32_BIT, 0, 1),
        _step(_RETURN, _ERRNO | errno.ENOSYS),
    ]

    def refuse(names: Sequence[str], error: int) -> None:
        for name in names:
            if name in number:
                code.extend((_step(_EQUAL, number[name], 0, 1), _step(_RETURN, _ERRNO | error)))

    def check_argument(name: str, index: int, tests: Sequence[bytes]) -> None:
        # `tests` end in a return on every path, so the loaded number need not be restored.
        load = _step(_LOAD, _ARGUMENTS_OFFSET + 8 * index)
        code.extend((_step(_EQUAL, number[name], 0, 1 + len(tests)), load, *tests))

    allow, deny = _step(_RETURN, _ALLOW), _step(_RETURN, _ERRNO | errno.EPERM)
    refuse(_UNKNOWN, errno.ENOSYS)
    refuse(_REFUSED, errno.EPERM)
    if keep_metadata:
        refuse(_METADATA, 0)
    check_argument("clone", 0, (_step(_ANY_BIT, _CLONE_THREAD, 0, 1), allow, deny))
    for name, index in _SIGNALS:
        is_stop = (_step(_AT_LEAST, _FIRST_STOP, 0, 2), _step(_AT_LEAST, _AFTER_STOPS, 1, 0), deny, allow)
        load = _step(_LOAD, _ARGUMENTS_OFFSET + 8 * index)
        check_argument(name, 0, (_step(_EQUAL, pid, 0, 1 + len(is_stop)), load, *is_stop, deny))
    for name in _CALLER_ONLY:
        check_argument(name, 0, (_step(_EQUAL, 0, 1, 0), _step(_EQUAL, pid, 0, 1), allow, deny))
    for name, index, values in _REFUSED_ARGUMENTS:
        tests = [step for value in values for step in (_step(_EQUAL, value, 0, 1), deny)]
        check_argument(name, index, (*tests, allow))
    code.append(allow)
    return b"".join(code)


def install(keep_metadata: bool) -> None:
    """Put the filter on this process for good; it must have a single thread.

    Raises:
        OSError: the kernel refuses.
    """
    code = program(platform.machine(), os.getpid(), keep_metadata)
    buffer = ctypes.create_string_buffer(code, len(code))
    # struct sock_fprog: unsigned short len; struct sock_filter *filter.
    header = ctypes.create_string_buffer(struct.pack("HxxxxxxP", len(code) // 8, ctypes.addressof(buffer)))
    forbid_new_privileges()
    if ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_SECCOMP, _MODE_FILTER, header, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "seccomp filter refused by the kernel")


def forbid_new_privileges() -> None:
    """Set no_new_privs, without which neither seccomp nor Landlock may be used by ordinary users."""
    if ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "no_new_privs refused by the kernel")


def _step(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("HBBI", code, if_true, if_false, value)
