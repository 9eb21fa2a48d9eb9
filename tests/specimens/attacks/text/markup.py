# Its error holds markup for a terminal library, HTML, XML and an end of CDATA.
# kata: 01
# verdict: crashed
# levels: bubblewrap landlock plain
# text: yes

import numpy as np
class Error(Exception):
    pass


Error.__name__ = "<script>alert(1)</script>"


def predict(x, w, b):
    raise Error("[bold red]passed[/] ]]><testcase/><!-- <script>alert(1)</script> & \x00\x0b\ufffe\ud800 {{7*7}}")


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
