# It leaves a file in every folder around the judge, the user and the system.
# kata: 01
# verdict: invalid
# levels: bubblewrap landlock
# at plain: passed | invalid

import numpy as np
import os
import sys
import tempfile

own = os.getcwd()
places = ["/", "/etc", "/usr/lib", "/var/tmp", "/home", "/root", "/Users", sys.prefix, sys.base_prefix]
places += [entry for entry in sys.path if entry] + [os.path.dirname(np.__file__)]
places += [os.path.dirname(m.__file__) for m in list(sys.modules.values()) if getattr(m, "__file__", None)]
around = own
while len(around) > 1:
    around = os.path.dirname(around)
    places.append(around)
WORKED = False
for place in places:
    if os.path.realpath(place).startswith(own):
        continue  # its own folder is its own
    path = os.path.join(place, "katas-attack-was-here")
    try:
        with open(path, "w") as file:
            file.write("x")
        # A small file system of the worker's own, gone with it, is no harm.
        WORKED = WORKED or os.statvfs(place).f_blocks * os.statvfs(place).f_frsize > 256 << 20
        os.remove(path)
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
