# It answers with a question, a handle and a message of an unknown kind.
# kata: 01
# verdict: invalid
# levels: bubblewrap landlock plain

import numpy as np
import gc
import sys


def send(kind, value):
    wire = sys.modules["checker.judging.wire"]
    for thing in gc.get_objects():
        if type(thing).__name__ == "Server":
            thing.send(wire.encode(thing.nonce, kind, wire.Handle(7) if value is None else value))


def predict(x, w, b):
    send("ask", {"operation": "passed"})
    send("verdict", "passed")
    return None


def loss(x, y, w, b):
    send("reply", None)
    return 0.0


gradients = loss
fit_gradient_descent = fit_closed_form = lambda x, y: (x[0], 0.0)
