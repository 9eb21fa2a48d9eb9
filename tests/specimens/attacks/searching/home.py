# It looks into every home folder for something to read.
# kata: 01
# verdict: invalid
# levels: bubblewrap landlock
# at plain: passed | invalid

import numpy as np
import os

WORKED = False
homes = ["/root", "/Users", os.path.expanduser("~root")]
try:
    import pwd

    homes += [entry.pw_dir for entry in pwd.getpwall() if entry.pw_uid == os.getuid()]
    homes += ["/home/" + name for name in os.listdir("/home")]
except (ImportError, OSError):
    pass
for home in homes:
    for name in (".bashrc", ".profile", ".ssh", ".gitconfig", ".netrc", ".cache", ".config", ".bash_history"):
        try:
            path = os.path.join(home, name)
            WORKED = WORKED or bool(os.listdir(path) if os.path.isdir(path) else open(path).read(1))
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
