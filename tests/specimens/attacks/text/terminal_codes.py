# Its error moves the cursor, changes the window's title and paints a green pass.
# kata: 01
# verdict: crashed
# levels: bubblewrap landlock plain
# text: yes

import numpy as np
def predict(x, w, b):
    print("\x1b[2J\x1b[H\x1b[32m01 Linear regression: passed\x1b[0m\x1b]0;owned\x07\x9b31m\u202e")
    raise ValueError("\x1b[2J\x1b[1;1H\x1b[32mpassed\x1b[0m\r\x08\x1b]8;;http://example.org\x07\u202egnp.exe")


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
