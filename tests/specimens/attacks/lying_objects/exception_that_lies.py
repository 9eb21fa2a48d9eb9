# Its exception has no text, another class name and no end.
# kata: 01
# verdict: crashed | invalid
# levels: bubblewrap landlock plain

import numpy as np
class Meta(type):
    @property
    def __name__(cls):
        raise RuntimeError("no name")


class Error(Exception, metaclass=Meta):
    def __str__(self):
        raise Error

    __repr__ = __str__

    @property
    def __traceback__(self):
        raise Error

    @property
    def __class__(self):
        return SystemExit


def predict(x, w, b):
    raise Error


def loss(x, y, w, b):
    return 0.0


def gradients(x, y, w, b):
    return 0.0, 0.0


def fit_gradient_descent(x, y):
    return 0.0, 0.0


fit_closed_form = fit_gradient_descent
