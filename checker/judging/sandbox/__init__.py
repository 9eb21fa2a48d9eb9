"""What the operating system keeps from a worker, level by level. Start here to know what is guaranteed.

A worker runs a stranger's code. The judge believes nothing that it says (see `checker/judging`), at any
level; this package is about what the code can see, change and use up. The best level that works here is
chosen and named in the record and by `katas doctor`; `--sandbox strict` accepts the first two only.

**bubblewrap** (Linux with the program `bwrap` and user namespaces)
    sees       Python, the packages (for NumPy katas NumPy alone), the worker's half of the checker, its data
               files and a few files of the system. Not there at all: the user's home, the workspace and its
               ledger, suites, references, other submissions, the data cache, other processes, the judge.
    changes    its scratch folder, /tmp and /dev/shm: memory file systems of limited size that vanish with it.
               Everything else is read-only.
    reaches    no network interface, no other process, no terminal, no shared memory or queue of others.
    starts     no process (threads are free): refused by the kernel. Locks, queues, shared memory and pools of
               `multiprocessing` work among its threads.
    ends       with the judge, whatever way that ends; nothing can stay behind.

**landlock** (Linux 6.2 or newer, x86-64 and ARM 64; needs no privilege and no program)
    sees       the contents of the same files, and nothing else's. It can learn that a path exists, its size
               and its times, and the names (not the contents) inside Python's folders.
    changes    its scratch folder, on the disk, removed by the judge afterwards. Modes, owners and times of
               files do not change: such calls do nothing.
    reaches    no socket of any kind, no signal to another process, no memory of one; it can learn process
               numbers that exist.
    starts     no process, as above.
    ends       with the judge: a small process above it notices and ends what is left.

**plain** (everything else: macOS, Windows, old kernels)
    Nothing is promised against code that means harm: it can read and write what the user can, use the
    network, start processes and signal the judge. What remains: a clean environment without the user's
    tokens, a folder of its own, limits where the system has them, memory and processes watched, the whole
    process tree ended and its CPU time counted (on Linux also of processes that left it; elsewhere one that
    leaves the tree between two looks may get away). Use it for code that you would also run yourself.

At every level: CPU seconds, memory, processes and threads are watched by the judge (`ProcessTree`), as is
what the worker writes to the disk, and end it when exceeded. Between two calls it is stopped, so that
nothing works on after an answer or disturbs another worker's time. The size of a file, open files and, as a
backstop, CPU seconds are kernel limits (not on Windows); there are no core dumps; when memory runs out,
Linux ends the worker first. Not closed at any level: what another program could learn from timing and load
of the machine, faults of the kernel itself, and, with a GPU, its driver.

Each promise is tried from inside by `tests/test_sandbox_walls.py`, and by the attacks in
`tests/specimens/attacks` (`katas verify --attacks`). Their headers say what comes out at which level, also
which of them the plain level does not stop; what came of each is in `tests/benchmarks/attacks.md`.

Read in this order:

    spec.py         what is asked for
    levels.py       which levels work here; one is chosen
    start.py        a worker is started
    enclose.py      its first code: builds the walls, then becomes the worker
    visible.py      what it may see
    alone.py        Python's `multiprocessing` for one process
    scratch.py      its folder: how full it is, and its removal
    bubblewrap.py, landlock.py, seccomp.py (syscalls.py), limits.py, reaper.py    the walls
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
