"""The filter of system calls says what the rules say, on both kinds of machine, and the rules say what they must."""

from __future__ import annotations

import itertools

import pytest

from checker.judging.sandbox import policy as rules
from checker.judging.sandbox import seccomp
from checker.judging.sandbox.policy import Answer, policy
from checker.judging.sandbox.syscalls import AUDIT_ARCH, NUMBERS

PID = 4321
MACHINES = sorted(NUMBERS)
RETURNED = {value: answer for answer, value in seccomp._RETURNED.items()}
# Values around everything that a rule compares with, and some of 64 bits.
WORDS = sorted(
    {
        0,
        1,
        2,
        3,
        4,
        5,
        6,
        7,
        9,
        11,
        17,
        18,
        19,
        22,
        23,
        31,
        32,
        36,
        37,
        64,
        PID,
        0x22,
        0x21,
        0x40022,
        0x3D0F00,
    }
    | {
        0x3D0B00,
        0x7D0F00,
        0x10000000,
        0x80001,
        0x80801,
        0x80002,
        0x5401,
        0x6602,
        0x4000,
        0xFFFFFFFF,
        0x100000000,
    }
    | {
        0x100000001,
        1026,
        1030,
        1031,
        0x2000,
        0x800,
        0xC020462A,
        (~PID << 3) & 0xFFFFFFFF | 2,
        (~1 << 3) & 0xFFFFFFFF | 2,
    }
)


def run(steps: list[seccomp.Step], machine: str, number: int, arguments: tuple[int, ...]) -> int:
    """What the kernel's interpreter returns for a call."""
    data = {0: number, 4: AUDIT_ARCH[machine]}
    for index, argument in enumerate(arguments):
        data[16 + 8 * index], data[20 + 8 * index] = argument & 0xFFFFFFFF, argument >> 32 & 0xFFFFFFFF
    word, at = 0, 0
    while True:
        code, value, yes, no = steps[at]
        at += 1
        if code == 0x20:
            word = data[value]
        elif code == 0x54:
            word &= value
        elif code == 0x05:
            at += value
        elif code == 0x06:
            return value
        else:
            holds = {0x15: word == value, 0x35: word >= value, 0x45: bool(word & value)}[code]
            at += yes if holds else no


def answer(machine: str, name: str, *arguments: int, keep: bool = True, gpu: bool = False) -> Answer:
    """What the rules say to a call."""
    return policy(machine, PID, keep, gpu).answer(name, (*arguments, *[0] * (6 - len(arguments))), PID)


@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize(("keep", "gpu"), [(True, False), (False, True)])
def test_the_program_says_what_the_rules_say(machine: str, keep: bool, gpu: bool) -> None:
    """Every call of the table, and those with rules for their arguments with thousands of these"""
    given = policy(machine, PID, keep, gpu)
    steps = seccomp.program(machine, PID, given)
    assert len(steps) < 4096
    assert all(0 <= yes < 256 and 0 <= no < 256 for _, _, yes, no in steps)
    for name, number in NUMBERS[machine].items():
        cases = given.by_argument.get(name, ())
        places = sorted({test.argument for case in cases for test in case.tests})
        for values in itertools.product(WORDS, repeat=min(len(places), 2)):
            arguments = [0] * 6
            for place, value in zip(places, values, strict=False):
                arguments[place] = value
            found = RETURNED[run(steps, machine, number, tuple(arguments))]
            assert found is given.answer(name, tuple(arguments), PID), (name, arguments)


@pytest.mark.parametrize("machine", MACHINES)
def test_what_is_not_known_is_refused(machine: str) -> None:
    """Another machine's calls end the process; newer ones than the table do not exist; the rest is refused"""
    steps = seccomp.program(machine, PID, policy(machine, PID, True))
    other = next(name for name in MACHINES if name != machine)
    assert run(steps, other, 1, (0,) * 6) == 0x80000000
    for number in (max(NUMBERS[machine].values()) + 1, 1000, 0x40000000, 0x40000039, 0xFFFFFFFF):
        assert RETURNED[run(steps, machine, number, (0,) * 6)] is Answer.UNKNOWN
    for name in (
        "ptrace",
        "execve",
        "socket",
        "bpf",
        "mount",
        "inotify_init1",
        "vmsplice",
        "memfd_create",
        "seccomp",
    ):
        assert answer(machine, name) is Answer.REFUSE


def test_every_name_is_a_call() -> None:
    """No rule for a call that no machine has"""
    known = set().union(*NUMBERS.values())
    everything = {name for group in (rules._ALLOWED, rules._UNKNOWN, rules._DOES_NOTHING) for name in group}
    everything |= {*rules._METADATA, *rules._FOR_GPU, *rules._by_argument(PID, True)}
    assert everything <= known
    # A rule for its arguments comes before one for its name, so no call has both.
    assert not set(rules._by_argument(PID, True)) & set(rules._ALLOWED)


THREAD = 0x3D0F00


@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize(
    ("call", "arguments", "wanted"),
    [
        ("clone", (THREAD,), Answer.ALLOW),
        ("clone", (0x7D0F00,), Answer.ALLOW),  # musl
        ("clone", (17,), Answer.REFUSE),
        ("clone", (THREAD & ~0x400,), Answer.REFUSE),  # a table of files of its own
        ("clone", (THREAD | 0x10000000,), Answer.REFUSE),  # a name space
        ("clone3", (), Answer.UNKNOWN),
        ("mmap", (0, 4096, 3, 0x22), Answer.ALLOW),
        ("mmap", (0, 4096, 3, 0x01), Answer.ALLOW),  # a file's
        ("mmap", (0, 4096, 3, 0x21), Answer.REFUSE),
        ("mmap", (0, 4096, 3, 0x23), Answer.REFUSE),
        ("mmap", (0, 4096, 3, 0x40022), Answer.REFUSE),
        ("fcntl", (3, 4, 0x800), Answer.ALLOW),
        ("fcntl", (3, 4, 0x2000), Answer.REFUSE),
        ("fcntl", (3, 6), Answer.NOTHING),
        ("fcntl", (3, 8), Answer.REFUSE),
        ("fcntl", (3, 1024), Answer.REFUSE),
        ("fcntl", (3, 1031), Answer.REFUSE),
        ("ioctl", (3, 0x5401), Answer.ALLOW),
        ("ioctl", (3, 0x5412), Answer.REFUSE),
        ("ioctl", (3, 0x40086602), Answer.REFUSE),
        ("ioctl", (3, 0xC020462A), Answer.REFUSE),
        ("socketpair", (1, 0x80001, 0), Answer.ALLOW),
        ("socketpair", (1, 2, 0), Answer.REFUSE),
        ("socketpair", (30, 1, 0), Answer.REFUSE),
        ("sendto", (3, 1 << 40, 1, 0, 0), Answer.ALLOW),
        ("sendto", (3, 1 << 40, 1, 0, 1 << 40), Answer.REFUSE),
        ("kill", (PID, 15), Answer.ALLOW),
        ("kill", (PID, 19), Answer.REFUSE),
        ("kill", (PID, 40), Answer.REFUSE),
        ("kill", (PID + 1, 0), Answer.REFUSE),
        ("kill", (0xFFFFFFFF, 9), Answer.REFUSE),
        ("prctl", (15,), Answer.ALLOW),
        ("prctl", (36,), Answer.REFUSE),
        ("clock_gettime", (3,), Answer.ALLOW),
        ("clock_gettime", ((~1 << 3) & 0xFFFFFFFF | 2,), Answer.REFUSE),  # somebody else's time
        ("close_range", (3, 100, 2), Answer.REFUSE),
        ("pipe2", (0, 0x80), Answer.REFUSE),
        ("fadvise64", (3, 0, 0, 4), Answer.NOTHING),
        ("madvise", (0, 0, 4), Answer.ALLOW),
        ("madvise", (0, 0, 21), Answer.REFUSE),
    ],
)
def test_arguments_decide(machine: str, call: str, arguments: tuple[int, ...], wanted: Answer) -> None:
    """Threads, maps, locks, signals, pairs: what is harmless goes through, its harmful sisters do not"""
    assert answer(machine, call, *arguments) is wanted


@pytest.mark.parametrize("machine", MACHINES)
def test_a_gpus_driver_is_let_through(machine: str) -> None:
    """Its commands and its memory, but no file system's commands"""
    assert answer(machine, "ioctl", 3, 0xC020462A, gpu=True) is Answer.ALLOW
    assert answer(machine, "ioctl", 3, 0x40086602, gpu=True) is Answer.REFUSE
    assert answer(machine, "mmap", 0, 4096, 3, 0x21, gpu=True) is Answer.ALLOW


@pytest.mark.parametrize("machine", MACHINES)
def test_modes_change_where_a_mount_keeps_them(machine: str) -> None:
    """Where none does, such calls say that all went well and do nothing"""
    assert answer(machine, "fchmodat") is Answer.NOTHING
    assert answer(machine, "fchmodat", keep=False) is Answer.ALLOW
