# It writes replies of its own into every descriptor and every stream it can find.
# kata: 01
# verdict: invalid | failed
# levels: bubblewrap landlock plain

import numpy as np
import gc
import io
import json
import os
import struct

header = json.dumps({"nonce": "", "kind": "reply", "value": True}).encode()
frame = struct.pack("<4sIQ", b"KATA", len(header), 0) + header


def flood():
    for number in range(3, 32):
        try:
            os.write(number, frame * 20)
        except OSError:
            pass
    for thing in gc.get_objects():
        if isinstance(thing, (io.BufferedWriter, io.FileIO)) and thing.fileno() > 2:
            try:
                thing.write(frame * 20)
                thing.flush()
            except (OSError, ValueError):
                pass


def predict(x, w, b):
    flood()
    return np.zeros(len(x))


def loss(x, y, w, b):
    return 0.0


def gradients(x, y, w, b):
    return np.zeros(x.shape[1]), 0.0


def fit_gradient_descent(x, y):
    return np.zeros(x.shape[1]), 0.0


fit_closed_form = fit_gradient_descent
