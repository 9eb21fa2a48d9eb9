# It reads the machine's tables of connections, devices and sockets.
# kata: 01
# verdict: invalid
# levels: bubblewrap landlock
# at plain: passed

import numpy as np
import os

WORKED = False
for path in ("/proc/net/tcp", "/proc/net/unix", "/proc/net/dev", f"/proc/{os.getpid()}/net/unix", "/proc/self/net/arp",
             "/proc/thread-self/net/tcp", f"/proc/self/task/{os.getpid()}/net/unix", "/sys/class/net/lo/address"):
    try:
        WORKED = bool(open(path).read()) or WORKED
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
