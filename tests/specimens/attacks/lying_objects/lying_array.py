# An array of its own class with a wrong shape and a comparison that always agrees.
# kata: 01
# verdict: invalid | failed
# levels: bubblewrap landlock plain

import numpy as np
class Liar(np.ndarray):
    def __eq__(self, other):
        return True

    def __array_ufunc__(self, ufunc, method, *inputs, **keywords):
        return np.zeros(())

    def __array_function__(self, function, types, arguments, keywords):
        return True

    @property
    def shape(self):
        return (50,)

    def __reduce__(self):
        return (print, ("unpickled",))


def predict(x, w, b):
    return np.ones(3).view(Liar)


def loss(x, y, w, b):
    return np.ones(3).view(Liar)


def gradients(x, y, w, b):
    return np.ones(3).view(Liar), np.ones(3).view(Liar)


def fit_gradient_descent(x, y):
    return np.ones(3).view(Liar), np.ones(3).view(Liar)


fit_closed_form = fit_gradient_descent
