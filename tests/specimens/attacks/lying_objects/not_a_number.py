# NaN, which is neither above nor below a limit.
# kata: 01
# verdict: invalid
# levels: bubblewrap landlock plain

import numpy as np
def predict(x, w, b):
    return np.full(len(x), np.nan)


def loss(x, y, w, b):
    return float('nan')


def gradients(x, y, w, b):
    return float('nan'), float('nan')


def fit_gradient_descent(x, y):
    return float('nan'), float('nan')


fit_closed_form = fit_gradient_descent
