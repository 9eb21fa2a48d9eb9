# Its answer's header is nested 100,000 levels deep.
# kata: 01
# verdict: invalid
# levels: bubblewrap landlock plain

import numpy as np
import gc
import struct


def predict(x, w, b):
    for thing in gc.get_objects():
        if type(thing).__name__ == "Server":
            header = b'{"nonce": "%s", "kind": "reply", "value": ' % thing.nonce.encode()
            header += b'{"l":[' * 100_000 + b"]}" * 100_000 + b"}"
            thing.replies.write(struct.pack("<4sIQ", b"KATA", len(header), 0) + header)
            thing.replies.flush()
    return x @ w + b


def loss(x, y, w, b):
    return 0.0


gradients = loss
fit_gradient_descent = fit_closed_form = lambda x, y: (x[0], 0.0)
