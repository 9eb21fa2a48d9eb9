"""Which system calls a worker may make, and with which arguments. Whatever is not named here is refused.

Found by tracing references and specimens (`tests/benchmarks/syscall_trace.py` repeats it and prints the difference);
families are named whole (stat beside newfstatat), since other C libraries take other members. `seccomp.py` makes
the kernel's filter of it, and the trace asks the same rules.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass

from checker.judging.sandbox.syscalls import NUMBERS, words


class Answer(enum.Enum):
    """What the kernel does with a call."""

    ALLOW = "allow"
    REFUSE = "EPERM"
    UNKNOWN = "ENOSYS"  # libraries fall back to an older call
    NOTHING = "nothing"  # it says that all went well, and does nothing


@dataclass(frozen=True)
class Test:
    """What must be true of the low 32 bits of one argument.

    `kind` is "in" (one of `values`), "only" (no bit outside the first value), "none" (no bit of it), "masked" (`and` the
    first value gives the second), "below" (smaller than it, unsigned) or "null" (all 64 bits are 0).
    """

    argument: int
    kind: str
    values: tuple[int, ...] = ()

    def holds(self, arguments: tuple[int, ...], pid: int) -> bool:
        """Whether it is true of a call of the process `pid`."""
        full = arguments[self.argument]
        low = full & 0xFFFFFFFF
        values = [pid if value == SELF else value & 0xFFFFFFFF for value in self.values]
        if self.kind == "in":
            return low in values
        if self.kind == "only":
            return low & ~values[0] == 0
        if self.kind == "none":
            return low & values[0] == 0
        if self.kind == "masked":
            return low & values[0] == values[1]
        if self.kind == "below":
            return low < values[0]
        return full & 0xFFFFFFFFFFFFFFFF == 0


@dataclass(frozen=True)
class Case:
    """An answer, given where all tests are true."""

    answer: Answer
    tests: tuple[Test, ...] = ()


# Stands for the worker's own process number.
SELF = -0x80000000

# Not sendfile, splice and the like: a pipe would hold pages of files, large ones by one byte, that no figure shows.
_ALLOWED = words(
    """
    read write pread64 pwrite64 readv writev preadv pwritev lseek copy_file_range
    open openat creat close dup dup2 dup3 pipe umask
    stat fstat lstat newfstatat statx statfs fstatfs access faccessat faccessat2 readlink readlinkat getdents getdents64
    getcwd chdir fchdir mkdir mkdirat rmdir unlink unlinkat rename renameat renameat2 link linkat symlink symlinkat
    truncate ftruncate fallocate fsync fdatasync sync_file_range getxattr lgetxattr fgetxattr listxattr llistxattr
    flistxattr

    munmap mprotect brk msync get_mempolicy

    epoll_create epoll_create1 epoll_ctl epoll_wait epoll_pwait epoll_pwait2 eventfd eventfd2 poll ppoll select pselect6
    recvfrom shutdown getsockname getpeername getsockopt

    futex futex_waitv futex_wake futex_wait futex_requeue set_robust_list rseq set_tid_address membarrier getcpu
    sched_yield sched_getaffinity sched_getscheduler sched_getparam sched_getattr sched_get_priority_max
    sched_get_priority_min sched_rr_get_interval exit exit_group restart_syscall

    rt_sigaction rt_sigprocmask rt_sigreturn rt_sigpending rt_sigtimedwait rt_sigsuspend sigaltstack pause alarm
    getitimer setitimer nanosleep gettimeofday time times

    getpid getppid gettid getuid geteuid getgid getegid getgroups getresuid getresgid getpgrp getpgid getsid capget
    getpriority getrlimit setrlimit getrusage sysinfo uname getrandom wait4 waitid
    """
)

# glibc falls back to older calls, or does without, where these do not exist.
_UNKNOWN = words(
    """
    clone3 openat2 io_uring_setup io_uring_enter io_uring_register io_setup io_destroy io_submit io_cancel io_getevents
    io_pgetevents pkey_mprotect pkey_alloc pkey_free map_shadow_stack mseal cachestat lsm_get_self_attr
    lsm_set_self_attr lsm_list_modules file_getattr preadv2 pwritev2 getxattrat listxattrat
    """
)

# Locks are seen by whoever else can open the file, so they would be a channel; a worker is one process and needs none.
# Attributes take memory that no limit counts.
_DOES_NOTHING = words(
    "flock setxattr lsetxattr fsetxattr setxattrat removexattr lremovexattr fremovexattr removexattrat"
)
# Where no mount keeps them: Landlock does not govern these. `shutil.copy` works all the same.
_METADATA = words(
    """
    chmod fchmod fchmodat fchmodat2 chown fchown lchown fchownat utime utimes futimesat utimensat file_setattr
    """
)
# For a GPU's driver, which locks memory and looks after it. Not tried here: written from its documentation.
_FOR_GPU = words("mlock mlock2 munlock mincore set_mempolicy")

_CLOEXEC_NONBLOCK = 0x80000 | 0x800
_SHARED, _ANONYMOUS = 0x01, 0x20
# MAP_SHARED, PRIVATE, FIXED, ANONYMOUS, 32BIT, DENYWRITE, EXECUTABLE, NORESERVE, POPULATE, NONBLOCK, STACK,
# FIXED_NOREPLACE. Not: HUGETLB, LOCKED, GROWSDOWN, SYNC, DROPPABLE.
_MAP_FLAGS = 0x1 | 0x2 | 0x10 | 0x20 | 0x40 | 0x800 | 0x1000 | 0x4000 | 0x8000 | 0x10000 | 0x20000 | 0x100000
# CLONE_VM, FS, FILES, SIGHAND and THREAD: a thread like all others, with no table of files of its own.
_THREAD = 0x100 | 0x200 | 0x400 | 0x800 | 0x10000
# And SYSVSEM, SETTLS, PARENT_SETTID, CHILD_CLEARTID, DETACHED, CHILD_SETTID.
_THREAD_FLAGS = _THREAD | 0x40000 | 0x80000 | 0x100000 | 0x200000 | 0x400000 | 0x1000000
# All but DONTNEED (4), which would drop pages of files that others read.
_FILE_ADVICE = (0, 1, 2, 3, 5)
# NORMAL, RANDOM, SEQUENTIAL, WILLNEED, DONTNEED, FREE, DONTFORK, DOFORK, HUGEPAGE, NOHUGEPAGE, DONTDUMP, DODUMP,
# WIPEONFORK, KEEPONFORK, COLD, POPULATE_READ, POPULATE_WRITE, DONTNEED_LOCKED, COLLAPSE, GUARD_INSTALL, GUARD_REMOVE.
# Not: REMOVE, MERGEABLE, PAGEOUT, and faults of the memory made by hand.
_ADVICE = (0, 1, 2, 3, 4, 8, 10, 11, 14, 15, 16, 17, 18, 19, 20, 22, 23, 24, 25, 102, 103)
# DUPFD, GETFD, SETFD, GETFL, GETLK, OFD_GETLK, DUPFD_CLOEXEC, GETPIPE_SZ, GET_SEALS.
_FILE_CONTROL = (0, 1, 2, 3, 5, 36, 1030, 1032, 1034)
_SET_LOCK = (6, 7, 37, 38)  # SETLK, SETLKW, OFD_SETLK, OFD_SETLKW: see _DOES_NOTHING
_SET_FLAGS, _ASYNC = 4, 0x2000
# TCGETS and TCGETS2 (is it a terminal?), TIOCGWINSZ, FIONREAD, FIONBIO, FIONCLEX, FIOCLEX.
_DEVICE_CONTROL = (0x5401, 0x802C542A, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451)
# GET_DUMPABLE, SET_NAME, GET_NAME, GET_SECCOMP, CAPBSET_READ, GET_TIMERSLACK, GET_NO_NEW_PRIVS, GET_THP_DISABLE, SET_VMA,
# and of ARM 64: SVE_SET_VL, SVE_GET_VL, GET_TAGGED_ADDR_CTRL, SME_SET_VL, SME_GET_VL.
_PROCESS_CONTROL = (3, 15, 16, 21, 23, 30, 39, 42, 0x53564D41, 50, 51, 56, 63, 64)
# GET_FS, GET_XCOMP_SUPP, GET_XCOMP_PERM, REQ_XCOMP_PERM (AMX, which oneDNN asks for).
_ARCH_CONTROL = (0x1003, 0x1021, 0x1022, 0x1023)
# Signals that do not queue, without those that stop: 1 to 18, and 23 to 31. A stopped worker looks like another's doing.
_SIGNALS = (*range(19), *range(23, 32))
# Clocks of the system (below 16); of a thread of one's own, which the kernel sees to; of the own process.
_CLOCK_TESTS = ("below", (16,)), ("masked", (7, 6))


def _own_clock(pid: int) -> int:
    return ((~pid) << 3) & 0xFFFFFFFF | 2


def _allow(*tests: tuple[int, str, tuple[int, ...]]) -> Case:
    return Case(Answer.ALLOW, tuple(Test(*test) for test in tests))


def _clock(argument: int, pid: int) -> tuple[Case, ...]:
    return (
        *(_allow((argument, kind, values)) for kind, values in _CLOCK_TESTS),
        _allow((argument, "in", (_own_clock(pid),))),
    )


def _by_argument(pid: int, gpu: bool) -> dict[str, tuple[Case, ...]]:
    """The calls whose arguments decide, frequent ones first; what no case answers is refused."""
    shared = () if gpu else (Case(Answer.REFUSE, (Test(3, "masked", (_SHARED | _ANONYMOUS,) * 2),)),)
    # For a GPU: by the kind of command, NVIDIA ('F', and plain numbers for its memory), DRM ('d'), KFD ('K'), DXG ('G').
    kinds = tuple(_allow((1, "masked", (0xFF00, kind << 8))) for kind in (0x46, 0x64, 0x4B, 0x47, 0))
    return {
        # Shared pages without a file stay when they are let go, and then nobody's figure shows them.
        "mmap": (*shared, _allow((3, "only", (_MAP_FLAGS,)))),
        "madvise": (_allow((2, "in", _ADVICE)),),
        "mremap": (_allow((3, "only", (1 | 2,))),),
        "mbind": (_allow((5, "in", (0,))),),
        "clock_gettime": _clock(0, pid),
        "clock_getres": _clock(0, pid),
        "clock_nanosleep": _clock(0, pid),
        "fcntl": (
            _allow((1, "in", _FILE_CONTROL)),
            _allow((1, "in", (_SET_FLAGS,)), (2, "none", (_ASYNC,))),
            Case(Answer.NOTHING, (Test(1, "in", _SET_LOCK),)),
        ),
        "ioctl": (_allow((1, "in", _DEVICE_CONTROL)), *(kinds if gpu else ())),
        "fadvise64": (_allow((3, "in", _FILE_ADVICE)), Case(Answer.NOTHING)),
        "clone": (_allow((0, "masked", (_THREAD, _THREAD)), (0, "only", (_THREAD_FLAGS,))),),
        "close_range": (_allow((2, "only", (4,))),),  # not with a table of files of its own
        "pipe2": (_allow((1, "only", (_CLOEXEC_NONBLOCK,))),),
        "kill": (_allow((0, "in", (SELF,)), (1, "in", _SIGNALS)),),
        "tgkill": (_allow((0, "in", (SELF,)), (2, "in", _SIGNALS)),),
        "prctl": (_allow((0, "in", _PROCESS_CONTROL)),),
        "arch_prctl": (_allow((0, "in", _ARCH_CONTROL)),),
        "personality": (_allow((0, "in", (0xFFFFFFFF,))),),  # asks and changes nothing
        "prlimit64": (_allow((0, "in", (0, SELF))),),
        "sched_setaffinity": (_allow((0, "in", (0, SELF))),),
        # A pair of streams reaches nothing but itself; one of datagrams could send to any name.
        "socketpair": (
            _allow((0, "in", (1,)), (1, "masked", (0xFFFFFFFF & ~_CLOEXEC_NONBLOCK, 1)), (2, "in", (0,))),
        ),
        "sendto": (_allow((3, "only", (0x4000 | 0x40,)), (4, "null", ())),),
    }


@dataclass(frozen=True)
class Policy:
    """The answers to all calls of one worker."""

    by_argument: dict[str, tuple[Case, ...]]
    by_name: dict[str, Answer]

    def answer(self, name: str, arguments: tuple[int, ...], pid: int) -> Answer:
        """What the filter says to a call; for the trace, and to test the filter against."""
        for case in self.by_argument.get(name, ()):
            if all(test.holds(arguments, pid) for test in case.tests):
                return case.answer
        return self.by_name.get(name, Answer.REFUSE)


def policy(machine: str, pid: int, keep_metadata: bool, gpu: bool = False) -> Policy:
    """The rules for one process.

    Args:
        machine: key of `NUMBERS`; calls that it does not have are left out.
        pid: the process that they are for; signals go to it and to nothing else.
        keep_metadata: changes of modes, owners and times do nothing (where no mount keeps them).
        gpu: a GPU does the work, and its driver is asked for more.
    """
    there = NUMBERS[machine]
    by_name = dict.fromkeys(_ALLOWED, Answer.ALLOW)
    by_name |= dict.fromkeys(_UNKNOWN, Answer.UNKNOWN)
    by_name |= dict.fromkeys(_DOES_NOTHING, Answer.NOTHING)
    by_name |= dict.fromkeys(_METADATA, Answer.NOTHING if keep_metadata else Answer.ALLOW)
    by_name |= dict.fromkeys(_FOR_GPU, Answer.ALLOW if gpu else Answer.REFUSE)
    return Policy(
        {name: cases for name, cases in _by_argument(pid, gpu).items() if name in there},
        {name: answer for name, answer in by_name.items() if name in there},
    )
