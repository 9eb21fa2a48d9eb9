# verdict: failed
# caught by: test_gradients
# diagnosis: bias_gradient_zero
# The bias gradients stay the zeros that they began as.

import random

import numpy as np


def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))


def sigmoid_prime(z):
    return sigmoid(z) * (1 - sigmoid(z))


def init(sizes, seed):
    rng = np.random.default_rng(seed)
    biases = [rng.standard_normal(y) for y in sizes[1:]]
    weights = [rng.standard_normal((x, y)) / np.sqrt(x) for x, y in zip(sizes[:-1], sizes[1:])]
    params = []
    for w, b in zip(weights, biases):
        params.extend([w, b])
    return params


def feedforward(params, x):
    activation = x
    activations = [x]
    zs = []
    weights, biases = params[0::2], params[1::2]
    for w, b in zip(weights, biases):
        z = np.dot(activation, w) + b
        zs.append(z)
        activation = sigmoid(z)
        activations.append(activation)
    return zs, activations


def forward(params, x):
    zs, activations = feedforward(params, x)
    return zs[-1]


def loss_and_gradients(params, x, y, kind):
    zs, activations = feedforward(params, x)
    out = zs[-1]
    n = x.shape[0]
    if kind == "mse":
        loss = np.mean((out - y) ** 2)
        delta = 2 * (out - y) / (n * out.shape[1])
    else:
        shifted = out - np.max(out, axis=1, keepdims=True)
        logp = shifted - np.log(np.sum(np.exp(shifted), axis=1, keepdims=True))
        loss = -np.mean(logp[np.arange(n), y])
        onehot = np.eye(out.shape[1])[y]
        delta = (np.exp(logp) - onehot) / n
    weights = params[0::2]
    nabla_b = [np.zeros(b.shape) for b in params[1::2]]
    nabla_w = [np.zeros(w.shape) for w in weights]
    nabla_b[-1] = delta.sum(axis=0)
    nabla_w[-1] = np.dot(activations[-2].T, delta)
    for l in range(2, len(weights) + 1):
        z = zs[-l]
        delta = np.dot(delta, weights[-l + 1].T) * sigmoid_prime(z)
        nabla_w[-l] = np.dot(activations[-l - 1].T, delta)
    gradients = []
    for w, b in zip(nabla_w, nabla_b):
        gradients.extend([w, b])
    return loss, gradients


def SGD(params, x, y, epochs, mini_batch_size, eta, kind):
    n = len(x)
    order = list(range(n))
    for j in range(epochs):
        random.shuffle(order)
        for k in range(0, n, mini_batch_size):
            rows = order[k : k + mini_batch_size]
            _, nabla = loss_and_gradients(params, x[rows], y[rows], kind)
            params = [p - eta * g for p, g in zip(params, nabla)]
    return params


def fit_curve(x, y, hidden, seed):
    random.seed(seed)
    params = init([1, hidden, 1], seed)
    return SGD(params, x, y, 1500, 10, 0.1, "mse")


def train_classifier(x, y, seed):
    random.seed(seed)
    params = init([784, 30, 10], seed)
    return SGD(params, x, y, 5, 10, 0.5, "cross_entropy")
