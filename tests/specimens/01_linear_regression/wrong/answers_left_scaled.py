# verdict: failed
# caught by: test_descent
# diagnosis: answers_scaled
# y is standardised, and w and b stay in its units.
from dataclasses import dataclass, field

import numpy as np


@dataclass
class Adam:
    size: int
    rate: float = 0.2
    beta1: float = 0.9
    beta2: float = 0.999
    t: int = 0
    m: np.ndarray = field(init=False)
    v: np.ndarray = field(init=False)

    def __post_init__(self):
        self.m = np.zeros(self.size)
        self.v = np.zeros(self.size)

    def step(self, g, rate):
        self.t += 1
        self.m += (1 - self.beta1) * (g - self.m)
        self.v += (1 - self.beta2) * (g * g - self.v)
        mhat = self.m / (1 - self.beta1 ** self.t)
        vhat = self.v / (1 - self.beta2 ** self.t)
        return rate * mhat / (np.sqrt(vhat) + 1e-12)


def predict(x, w, b):
    return np.asarray(x) @ np.asarray(w) + b


def loss(x, y, w, b):
    return float(np.mean(np.power(predict(x, w, b) - y, 2)))


def gradients(x, y, w, b):
    r = predict(x, w, b) - y
    return (2.0 * np.mean(x * r.reshape(-1, 1), axis=0)).tolist(), float(2.0 * np.mean(r))


def fit_gradient_descent(x, y):
    mx = x.mean(axis=0)
    sx = x.std(axis=0)
    sx[sx == 0] = 1.0
    my = y.mean()
    sy = y.std()
    sy = sy if sy > 0 else 1.0
    z, t = (x - mx) / sx, (y - my) / sy
    theta = np.zeros(x.shape[1] + 1)
    adam = Adam(theta.size)
    steps = 6000
    for k in range(steps):
        dw, db = gradients(z, t, theta[:-1], theta[-1])
        rate = adam.rate * 0.5 * (1 + np.cos(np.pi * k / steps))
        theta -= adam.step(np.array(dw + [db]), rate)
    w = theta[:-1] / sx
    b = theta[-1] + my - mx @ w
    return w.tolist(), float(b)


def fit_closed_form(x, y):
    # Ridge, then ridge on what is left, and so on: from zero this converges to the shortest least squares solution.
    n, d = x.shape
    a = np.c_[x, np.ones(n)]
    u, s, vt = np.linalg.svd(a, full_matrices=False)
    lam = (1e-6 * s[0]) ** 2
    s = np.where(s < 1e-12 * s[0], 0.0, s)
    c = np.zeros(s.size)
    uy = u.T @ y
    while True:
        change = s * (uy - s * c) / (s * s + lam)
        c = c + change
        if np.abs(change).max() <= 1e-15 * (np.abs(c).max() + 1e-300):
            break
    theta = vt.T @ c
    return list(theta[:d]), theta[d].item()
