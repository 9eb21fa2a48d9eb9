# It answers with a frame that announces 10 GB, another dtype and a negative shape.
# kata: 01
# verdict: invalid
# levels: bubblewrap landlock plain

import numpy as np
import gc
import json
import struct


def predict(x, w, b):
    for thing in gc.get_objects():
        if type(thing).__name__ == "Server":
            tree = {"a": ["|O", [-1, 2**62], 0]}
            header = json.dumps({"nonce": thing.nonce, "kind": "reply", "value": tree}).encode()
            thing.replies.write(struct.pack("<4sIQ", b"KATA", len(header), 10 << 30) + header)
            thing.replies.flush()
    return x @ w + b


def loss(x, y, w, b):
    return 0.0


gradients = loss
fit_gradient_descent = fit_closed_form = lambda x, y: (x[0], 0.0)
