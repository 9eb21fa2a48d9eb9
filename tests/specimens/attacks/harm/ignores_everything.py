# It ignores every signal and blocks its own end.
# kata: 01
# verdict: failed
# levels: bubblewrap landlock plain

import numpy as np
import atexit
import signal
import threading

for number in range(1, 32):
    try:
        signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError):
        pass
gate = threading.Event()
atexit.register(gate.wait)
threading.Thread(target=gate.wait).start()


def predict(x, w, b):
    return np.zeros(len(x))


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
