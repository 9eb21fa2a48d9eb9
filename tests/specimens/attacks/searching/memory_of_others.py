# It reads the memory of other processes by /proc and by process_vm_readv.
# kata: 01
# verdict: invalid
# levels: bubblewrap landlock
# at plain: passed

import numpy as np
import ctypes
import os

WORKED = False
try:
    others = [int(n) for n in os.listdir("/proc") if n.isdigit() and int(n) != os.getpid()]
except OSError:
    others = [os.getppid()]
others += [os.getppid()]
libc = ctypes.CDLL(None)
buffer = ctypes.create_string_buffer(8)
vector = (ctypes.c_size_t * 2)(ctypes.addressof(buffer), 8)
for pid in others:
    try:
        line = open(f"/proc/{pid}/maps").readline()
        start = int(line.split("-")[0], 16)
        with open(f"/proc/{pid}/mem", "rb") as memory:
            memory.seek(start)
            WORKED = WORKED or len(memory.read(8)) == 8
        WORKED = WORKED or libc.process_vm_readv(pid, vector, 1, (ctypes.c_size_t * 2)(start, 8), 1, 0) == 8
    except (OSError, ValueError):
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
