# It leaves a tree too deep to walk and folders that nobody may enter.
# kata: 01
# verdict: failed | crashed
# levels: bubblewrap landlock plain

import numpy as np
import os

for number in range(50):
    os.makedirs(f"locked{number}/inner", exist_ok=True)
    os.chmod(f"locked{number}/inner", 0)
    os.mkdir(f"closed{number}", 0)
top = os.getcwd()
for _ in range(3000):
    try:
        os.mkdir("d" * 50)
        os.chdir("d" * 50)
    except OSError:
        break


def predict(x, w, b):
    return np.zeros(len(x))


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
