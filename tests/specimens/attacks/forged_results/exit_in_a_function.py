# It ends its process with code 0 in the middle of a call.
# kata: 01
# verdict: crashed
# levels: bubblewrap landlock plain

import numpy as np
import os


def predict(x, w, b):
    os._exit(0)


def loss(x, y, w, b):
    os._exit(0)


gradients = loss
fit_gradient_descent = fit_closed_form = lambda x, y: os._exit(0)
