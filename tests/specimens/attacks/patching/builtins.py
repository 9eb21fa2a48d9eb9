# It replaces abs, max, len, isinstance and the import machinery.
# kata: 01
# verdict: failed | invalid | crashed
# levels: bubblewrap landlock plain

import numpy as np
import builtins
import sys

builtins.abs = lambda x: 0
builtins.max = lambda *a, **k: 0
builtins.AssertionError = type("Fine", (Exception,), {})
sys.excepthook = sys.unraisablehook = lambda *a: None
sys.meta_path.clear()


def predict(x, w, b):
    return np.zeros(len(x))


def loss(x, y, w, b):
    return 0.0


def gradients(x, y, w, b):
    return 0.0, 0.0


def fit_gradient_descent(x, y):
    return 0.0, 0.0


fit_closed_form = fit_gradient_descent
