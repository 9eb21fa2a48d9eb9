# verdict: failed
# caught by: test_curves
# diagnosis: few_rows_only
# The same six points again and again.

import numpy as np


def init(sizes, seed):
    np.random.seed(seed)
    params = []
    i = 0
    while i < len(sizes) - 1:
        W = np.random.randn(sizes[i], sizes[i + 1]) * np.sqrt(2.0 / sizes[i])
        b = np.zeros(sizes[i + 1])
        params.append(W)
        params.append(b)
        i = i + 1
    return params


def forward(params, x):
    x = np.array(x)
    L = len(params) // 2
    for l in range(L):
        x = x.dot(np.array(params[2 * l])) + np.array(params[2 * l + 1])
        if l != L - 1:
            x[x < 0] = 0
    return x


def loss_and_gradients(params, x, y, kind):
    L = len(params) // 2
    h = [np.array(x)]
    for l in range(L):
        z = h[l].dot(params[2 * l]) + params[2 * l + 1]
        if l != L - 1:
            z[z < 0] = 0
        h.append(z)
    out = h[L]
    n = out.shape[0]
    k = out.shape[1]
    if kind == "mse":
        loss = 0
        for j in range(k):
            loss = loss + np.sum((out[:, j] - y[:, j]) ** 2)
        loss = loss / (n * k)
        delta = 2 * (out - y) / (n * k)
    elif kind == "cross_entropy":
        p = np.zeros((n, k))
        loss = 0
        for r in range(n):
            row = out[r] - max(out[r])
            e = np.exp(row)
            p[r] = e / np.sum(e)
            loss = loss - (row[y[r]] - np.log(np.sum(e)))
            p[r, y[r]] = p[r, y[r]] - 1
        loss = loss / n
        delta = p / n
    grads = [0] * len(params)
    l = L - 1
    while l >= 0:
        grads[2 * l] = h[l].T.dot(delta)
        grads[2 * l + 1] = np.sum(delta, axis=0)
        delta = delta.dot(params[2 * l].T)
        delta[h[l] <= 0] = 0
        l = l - 1
    return loss, grads


def fit_curve(x, y, hidden, seed):
    params = init([1, hidden, 1], seed)
    m = []
    v = []
    for p in params:
        m.append(np.zeros(p.shape))
        v.append(np.zeros(p.shape))
    for t in range(1, 10001):
        loss, g = loss_and_gradients(params, x[0:6], y[0:6], "mse")
        for i in range(4):
            m[i] = 0.9 * m[i] + 0.1 * g[i]
            v[i] = 0.999 * v[i] + 0.001 * g[i] ** 2
            mm = m[i] / (1 - 0.9 ** t)
            vv = v[i] / (1 - 0.999 ** t)
            params[i] = params[i] - 0.01 * mm / (np.sqrt(vv) + 1e-8)
        if t % 1000 == 0:
            print(t, loss)
    result = []
    for p in params:
        result.append(p.tolist())
    return result


def train_classifier(x, y, seed):
    params = init([784, 100, 10], seed)
    rate = 0.1
    for epoch in range(4):
        order = np.random.permutation(len(x))
        x = x[order]
        y = y[order]
        for i in range(len(x) // 64 + 1):
            xb = x[i * 64:(i + 1) * 64]
            yb = y[i * 64:(i + 1) * 64]
            if len(xb) == 0:
                continue
            loss, g = loss_and_gradients(params, xb, yb, "cross_entropy")
            for j in range(len(params)):
                params[j] = params[j] - rate * g[j]
        print("epoch", epoch, "loss", loss)
    result = []
    for p in params:
        result.append(p.tolist())
    return result
