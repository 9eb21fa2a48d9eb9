# Its error and its names give commands to services that read the machine-readable output as well.
# kata: 01
# verdict: crashed
# levels: bubblewrap landlock plain
# text: yes

import numpy as np


def predict(x, w, b):
    print("##[error]x ::error::x ##vso[task.complete result=Succeeded;]x")
    error = type("##[error]x", (Exception,), {})
    raise error("a ##[error]b ##[group]c ::error::d ::add-mask::e ##vso[task.setvariable variable=x]f \n::stop-commands::g")


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
