# It answers with references to files, objects and absurd dictionaries instead of values.
# kata: 01
# verdict: invalid
# levels: bubblewrap landlock plain

import numpy as np
import gc
import json
import struct

from_here = [o for o in gc.get_objects() if type(o).__name__ == "Server"]


def predict(x, w, b):
    server = from_here[0]
    file = {"path": "/etc/passwd", "scale": 1e300, "dtype": "O", "shape": [2**62]}
    value = {"l": [{"f": file}, {"h": 0}, {"d": [["x" * 60_000, {"f": file}]]}]}
    header = json.dumps({"nonce": server.nonce, "kind": "reply", "value": value}).encode()
    server.replies.write(struct.pack("<4sIQ", b"KATA", len(header), 0) + header)
    server.replies.flush()
    return None


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
