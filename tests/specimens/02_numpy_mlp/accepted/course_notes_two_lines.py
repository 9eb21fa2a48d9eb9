# verdict: passed
# After the lecture notes with the spiral: scores, probs, dscores, small weights of 0.01, ReLU, vanilla updates with a large step.

import numpy as np


def init(sizes, seed):
    rng = np.random.RandomState(seed)
    params = []
    for D, H in zip(sizes[:-1], sizes[1:]):
        W = 0.01 * rng.randn(D, H)
        b = np.zeros(H)
        params += [W, b]
    return params


def forward(params, X):
    h = X
    for i in range(0, len(params) - 2, 2):
        h = np.maximum(0, np.dot(h, params[i]) + params[i + 1])  # note, ReLU activation
    scores = np.dot(h, params[-2]) + params[-1]
    return scores


def loss_and_gradients(params, X, y, kind):
    num_examples = X.shape[0]
    hs = [X]
    for i in range(0, len(params) - 2, 2):
        hs.append(np.maximum(0, np.dot(hs[-1], params[i]) + params[i + 1]))
    scores = np.dot(hs[-1], params[-2]) + params[-1]

    if kind == "mse":
        loss = np.mean((scores - y) ** 2)
        dscores = 2 * (scores - y) / (num_examples * scores.shape[1])
    else:
        # get unnormalized probabilities, the largest score taken away first
        exp_scores = np.exp(scores - np.max(scores, axis=1, keepdims=True))
        probs = exp_scores / np.sum(exp_scores, axis=1, keepdims=True)
        # a probability may round to 0, its logarithm must not be infinite
        correct_logprobs = -np.log(np.maximum(probs[range(num_examples), y], 1e-300))
        loss = np.sum(correct_logprobs) / num_examples
        dscores = probs
        dscores[range(num_examples), y] -= 1
        dscores /= num_examples

    grads = []
    dh = dscores
    for i in range(len(params) - 2, -1, -2):
        h = hs[i // 2]
        dW = np.dot(h.T, dh)
        db = np.sum(dh, axis=0)
        grads = [dW, db] + grads
        dh = np.dot(dh, params[i].T)
        dh[h <= 0] = 0
    return loss, grads


def fit_curve(X, y, hidden, seed):
    np.random.seed(seed)
    params = init([1, hidden, 1], seed)
    params[0] = np.random.randn(1, hidden)
    params[1] = np.random.randn(hidden)
    params[2] = np.random.randn(hidden, 1) / np.sqrt(hidden)
    step_size = 1e-2
    for i in range(20000):
        loss, grads = loss_and_gradients(params, X, y, "mse")
        for k in range(4):
            params[k] += -step_size * grads[k]
        if i % 1000 == 0:
            print("iteration %d: loss %f" % (i, loss))
    return params


def train_classifier(X, y, seed):
    np.random.seed(seed)
    params = init([784, 100, 10], seed)
    step_size = 0.5
    for it in range(5000):
        batch = np.random.choice(len(X), 100)
        loss, grads = loss_and_gradients(params, X[batch], y[batch], "cross_entropy")
        for k in range(4):
            params[k] += -step_size * grads[k]
        if it == 3500:
            step_size *= 0.2
    return params
