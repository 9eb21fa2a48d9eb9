# verdict: passed
# Code golf: lambdas, one letter each, tanh, Adam everywhere.

import numpy as np

R = np.random.default_rng
init = lambda s, e: (lambda r: [q for a, b in zip(s, s[1:]) for q in (r.normal(0, a**-.5, (a, b)), r.normal(0, 1, b))])(R(e))


def H(p, x):
    h = [x]
    while p: h, p = h + [(np.tanh if p[2:] else lambda v: v)(h[-1] @ p[0] + p[1])], p[2:]
    return h


forward = lambda p, x: H(p, x)[-1]


def loss_and_gradients(p, x, y, kind):
    *h, o = H(p, x); n = len(x); g = []
    if kind == "mse": l = ((o - y)**2).mean(); d = 2*(o - y)/o.size
    else:
        o = o - o.max(1)[:, None]; s = np.exp(o); t = s.sum(1)[:, None]; i = range(n)
        l = (np.log(t)[:, 0] - o[i, y]).mean(); d = s/t; d[i, y] -= 1; d /= n
    for W, a in zip(p[-2::-2], h[::-1]): g = [a.T @ d, d.sum(0)] + g; d = d @ W.T * (1 - a*a)
    return l, g


def A(p, f, T, r):
    m = [0*q for q in p]; v = [0*q for q in p]
    for t in range(1, T + 1):
        for i, g in enumerate(f(p)):
            m[i] += .1*(g - m[i]); v[i] += .001*(g*g - v[i])
            p[i] = p[i] - r*(1 - t/T + .01)*m[i]/(1 - .9**t)/((v[i]/(1 - .999**t))**.5 + 1e-8)
    return p


fit_curve = lambda x, y, h, e: A(init([1, h, 1], e), lambda p: loss_and_gradients(p, x, y, "mse")[1], 5000, .02)


def train_classifier(x, y, e):
    r = R(e); b = lambda: r.integers(len(x), size=128)
    return A([q.astype("f") for q in init([784, 99, 10], e)], lambda p: (lambda i: loss_and_gradients(p, x[i], y[i], "ce")[1])(b()), 2000, .003)
