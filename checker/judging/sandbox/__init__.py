"""What the operating system keeps from a worker, level by level. Start here to know what is guaranteed.

A worker runs a stranger's code. The judge believes nothing that it says (see `checker/judging`), at any
level; this package is about what the code can see, change and use up. The best level that works here is
chosen and named in the record and by `katas doctor`; `--sandbox strict` accepts the first two only.

**bubblewrap** (Linux with the program `bwrap` and user namespaces)
    sees       Python, the packages (for NumPy katas NumPy alone), the worker's half of the checker, its data
               files and a few files of the system. Not there at all: the user's home, the workspace and its
               ledger, suites, references, other submissions, the data cache, other processes, the judge. Of /dev
               nothing but null and random numbers. Where the kernel has Landlock, of /proc and /sys the files that
               `visible.py` names one by one; where it has not, the tables of an own process name space, which tell
               of mounts (their paths too), load and locks of the machine.
    changes    its scratch folder, /tmp and /dev/shm: memory file systems of limited size that vanish with it, and
               count as memory. Everything else is read-only.
    reaches    no network interface, no other process, no terminal, no shared memory or queue of others.
    calls      the kernel for what `policy.py` names, with the arguments named there, and for nothing else. So it
               starts no process (threads are free); opens no socket but pairs of streams; sets no locks, leases,
               watches or marks on files that others open; takes nothing that the machine has a limited number of
               (AIO events, inotify instances, timers, keys, huge pages, queued signals); and has no memory that no
               figure shows. Locks, queues, shared memory and pools of `multiprocessing` work among its threads.
    ends       with the judge, whatever way that ends; nothing can stay behind.

**landlock** (Linux 6.2 or newer, x86-64 and ARM 64; needs no privilege and no program)
    sees       the contents of the same files, and nothing else's. It can learn that a path exists, its size
               and its times, and the names (not the contents) inside Python's folders.
    changes    its scratch folder, on the disk, removed by the judge afterwards. Modes, owners and times of
               files do not change: such calls do nothing.
    reaches    no socket, no signal to another process, no memory of one; it can learn process numbers that exist,
               not whose they are.
    calls      as above.
    ends       with the judge: a small process above it notices and ends what is left.

**user** (Linux, where the judge is root and has no namespaces, as in hosted graders' containers)
    A user id that nobody has, without groups. Promised by that alone: it writes nothing but its scratch folder (and
    what everybody may write, such as /tmp), signals and looks into no process but its own, and the system's limits for
    each user are its own. It reads what everybody may read, so answers must not lie in such files. Python and its
    packages must be readable to everybody. The filter of system calls comes on top where the kernel has seccomp, and
    Landlock where it has that: then all of the level above is promised, too.

**plain** (everything else: macOS, Windows, old kernels)
    Nothing is promised against code that means harm: it can read and write what the user can, use the
    network, start processes and signal the judge. What remains: a clean environment without the user's
    tokens, a folder of its own, limits where the system has them, memory and processes watched, the whole
    process tree ended and its CPU time counted (on Linux also of processes that left it; elsewhere one that
    leaves the tree between two looks may get away). Use it for code that you would also run yourself.

At every level: CPU seconds, memory (page tables, too), processes and threads are watched by the judge
(`ProcessTree`), as is what the worker writes: files by descriptor, however deep, and those without a name that it has
open or mapped. It is ended when it exceeds them. Between two calls it is stopped, so that nothing works on after an
answer or disturbs another worker's time. Looks are spaced by their own cost: looking takes at most a fourth of the
judge's time. The size of a file, open files and, as a backstop, CPU seconds are kernel limits (not on Windows); there
are no core dumps; when memory runs out, Linux ends the worker first.

Not closed at any level: what another program could learn from timing and load of the machine, room on the disk included;
times of the last access to files that several workers read, where the file system keeps them (a worker of the same run
could leave a bit there: mount with `noatime`); threads of two workers that wake each other at a page of such a file
(futex, without which no thread can wait for another); between two looks, at most some tenths of a second, more memory
than allowed; of files on the disk that are mapped only, the size where the judge is not root (each is taken to be as
large as a file may be); faults of the kernel itself. With a GPU its driver is let through: any command of it, locked and
shared memory. Control groups, by which some kernels limit memory exactly, are not used.

How it is tried: `tests/test_sandbox_walls.py` tries each promise from inside, at every level that has walls;
`tests/test_sandbox_filter.py` compares the filter with its rules for both machine types (that of ARM 64 by simulation
alone; nothing was run on such a machine); `tests/test_sandbox_habits.py` what honest programs do, at every level;
`tests/test_sandbox_scratch.py` the counting of files. The attacks in `tests/specimens/attacks` (`katas verify
--attacks`) are judged at each level. Their headers say what comes out, also which of them the plain level does not
stop; what came of each is in `tests/benchmarks/attacks.md` (as root, at all four) and `attacks_as_user.md`.
`tests/benchmarks/syscall_trace.py` says after an upgrade which calls workers make that the rules do not know, and
`syscall_tables.py` makes the numbers from the kernel's headers.

Read in this order:

    spec.py         what is asked for
    levels.py       which levels work here; one is chosen
    start.py        a worker is started
    enclose.py      its first code: builds the walls, then becomes the worker
    visible.py      what it may see
    policy.py       which system calls it may make
    alone.py        Python's `multiprocessing` for one process
    scratch.py      its files: how full they are, and their removal
    bubblewrap.py, landlock.py, other_user.py, seccomp.py (syscalls.py), limits.py, reaper.py    the walls
"""

from __future__ import annotations

from checker.judging.sandbox.levels import Availability, available_levels, choose
from checker.judging.sandbox.spec import Level, SandboxError, SandboxSpec
from checker.judging.sandbox.start import SandboxedProcess, start

__all__ = [
    "Availability",
    "Level",
    "SandboxError",
    "SandboxSpec",
    "SandboxedProcess",
    "available_levels",
    "choose",
    "start",
]
