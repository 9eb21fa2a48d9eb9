# A thread fills the memory while no call is running.
# kata: 01
# verdict: out_of_memory
# levels: bubblewrap landlock plain

import numpy as np
import threading
import time


def fill():
    held = []
    while True:
        held.append(np.ones(1 << 22))
        time.sleep(0.01)


threading.Thread(target=fill, daemon=True).start()


def predict(x, w, b):
    time.sleep(8)
    return x @ w + b


def loss(x, y, w, b):
    time.sleep(20)
    return 0.0


def gradients(x, y, w, b):
    return np.zeros(x.shape[1]), 0.0


fit_gradient_descent = fit_closed_form = lambda x, y: (x[0], 0.0)
