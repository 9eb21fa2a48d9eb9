# It turns one end of a socket pair into something that others can reach or that reaches others.
# kata: 01
# verdict: invalid
# levels: bubblewrap landlock
# at plain: passed

import numpy as np
import os
import socket

WORKED = False
for family in (socket.AF_UNIX, 30, 16):
    for attempt in ("bind", "listen", "connect", "options", "message"):
        try:
            one, other = socket.socketpair(family)
            if attempt == "bind":
                one.bind("\0katas-attack")
            elif attempt == "listen":
                one.listen()
            elif attempt == "connect":
                one.connect("\0katas-attack")
            elif attempt == "options":
                one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
            else:
                one.sendmsg([b"x"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, (0).to_bytes(4, "little"))])
            WORKED = True
        except ConnectionRefusedError:
            WORKED = True
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
