# An object that is equal to, close to and smaller than everything.
# kata: 01
# verdict: invalid
# levels: bubblewrap landlock plain

import numpy as np
class Anything:
    dtype = np.dtype("float64")
    ndim, size = 1, 50

    @property
    def shape(self):
        return self

    def __eq__(self, other):
        return True

    def __ne__(self, other):
        return False

    __lt__ = __le__ = __gt__ = __ge__ = __eq__
    __hash__ = object.__hash__

    def __sub__(self, other):
        return 0.0

    __rsub__ = __mul__ = __add__ = __sub__

    def __abs__(self):
        return 0.0

    def __float__(self):
        return 0.0


def predict(x, w, b):
    return Anything()


def loss(x, y, w, b):
    return Anything()


def gradients(x, y, w, b):
    return Anything(), Anything()


def fit_gradient_descent(x, y):
    return Anything(), Anything()


fit_closed_form = fit_gradient_descent
