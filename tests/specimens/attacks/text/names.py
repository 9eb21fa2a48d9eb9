# Its functions' names and a name that is close carry control codes.
# kata: 01
# verdict: invalid
# levels: bubblewrap landlock plain
# text: yes

import numpy as np
globals()["predic\x1b[2Jt"] = lambda x, w, b: x
predict_ = lambda x, w, b: x


def make():
    def f(x, w, b):
        return x

    f.__name__ = f.__qualname__ = "predikt\x1b[31m::error::"
    f.__module__ = "solution"
    return f


globals()["predikt\x1b[31m\n::error::x"] = make()


def loss(x, y, w, b):
    return 0.0


gradients = loss
fit_gradient_descent = fit_closed_form = lambda x, y: (x[0], 0.0)
