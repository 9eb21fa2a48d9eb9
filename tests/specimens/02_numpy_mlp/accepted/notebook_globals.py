# verdict: passed
# Cells of a notebook: capital globals, prints, a history that stays around; tanh, biases from 0, batches with momentum.

import time

import numpy as np

# In[1]:
HIDDEN = 128
BATCH = 64
LR = 0.1
MOMENTUM = 0.9
history = []
CACHE = {}


# In[2]:
def init(sizes, seed):
    global rng
    rng = np.random.default_rng(seed)
    params = []
    for n_in, n_out in zip(sizes, sizes[1:]):
        params.append(rng.uniform(-1, 1, (n_in, n_out)) / np.sqrt(n_in))
        params.append(np.zeros(n_out))
    return params


# In[3]:
def forward(params, x):
    CACHE.clear()
    CACHE[0] = x
    n_layers = len(params) // 2
    for l in range(1, n_layers + 1):
        x = x @ params[2 * l - 2] + params[2 * l - 1]
        if l < n_layers:
            x = np.tanh(x)
        CACHE[l] = x
    return x


# In[4]: softmax and the loss
def log_softmax(z):
    z = z - z.max(axis=-1, keepdims=True)
    return z - np.log(np.sum(np.exp(z), axis=-1, keepdims=True))


def loss_and_gradients(params, x, y, kind):
    out = forward(params, x)
    N, K = out.shape
    if kind == "mse":
        loss = ((out - y) ** 2).sum() / N / K
        d = 2 * (out - y) / N / K
    else:
        lp = log_softmax(out)
        loss = -lp[np.arange(N), y].sum() / N
        d = np.exp(lp)
        d[np.arange(N), y] -= 1
        d = d / N
    grads = []
    for l in range(len(params) // 2, 0, -1):
        grads.append(d.sum(0))
        grads.append(CACHE[l - 1].T @ d)
        d = (d @ params[2 * l - 2].T) * (1 - CACHE[l - 1] ** 2)
    return loss, grads[::-1]


# In[5]: training loop for both
def train(params, x, y, kind, epochs, batch, lr):
    global history
    vel = [np.zeros_like(p) for p in params]
    start = time.time()
    for epoch in range(epochs):
        idx = rng.permutation(len(x))
        for s in range(0, len(x), batch):
            j = idx[s : s + batch]
            loss, grads = loss_and_gradients(params, x[j], y[j], kind)
            for k in range(len(params)):
                vel[k] = MOMENTUM * vel[k] - lr * grads[k]
                params[k] += vel[k]
            history.append(loss)
        if epoch > epochs * 0.7:
            lr = lr * 0.97
    print("took", time.time() - start, "loss", np.mean(history[-20:]))
    return params


# In[6]:
def fit_curve(x, y, hidden, seed):
    params = init([1, hidden, 1], seed)
    return train(params, x, y, "mse", 2000, BATCH, 0.05)


# In[7]:
def train_classifier(x, y, seed):
    params = init([784, HIDDEN, 10], seed)
    return train(params, x, y, "cross_entropy", 5, BATCH, LR)


# In[8]:
# x = np.linspace(-3, 3, 256)[:, None]
# plt.plot(x, forward(fit_curve(x, np.sin(2 * x), 64, 0), x))
