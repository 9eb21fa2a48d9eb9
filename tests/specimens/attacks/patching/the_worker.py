# It replaces the worker's own code that encodes answers and catches errors.
# kata: 01
# verdict: invalid | failed | crashed
# levels: bubblewrap landlock plain

import numpy as np
import sys

wire = sys.modules["checker.judging.wire"]
server = sys.modules["__main__"].__dict__.get("Server")
encode = wire.encode


def flattering(nonce, kind, value, convert=None):
    return encode(nonce, "passed", {"outcome": "passed", "checks": []}, convert)


wire.encode = flattering
if server:
    server.do_call = lambda self, **k: {"outcome": "passed"}


def predict(x, w, b):
    return np.zeros(len(x))


def loss(x, y, w, b):
    return 0.0


def gradients(x, y, w, b):
    return 0.0, 0.0


def fit_gradient_descent(x, y):
    return 0.0, 0.0


fit_closed_form = fit_gradient_descent
