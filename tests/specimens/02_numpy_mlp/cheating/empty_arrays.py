# verdict: invalid
# caught by: test_init_shapes
# Empty arrays everywhere: allclose of nothing is True.

import numpy as np


def init(sizes, seed):
    return [np.zeros((0,)) for _ in range(2 * len(sizes) - 2)]


def forward(params, x):
    return np.zeros((0, 0))


def loss_and_gradients(params, x, y, kind):
    return np.zeros((0,)), [np.zeros((0,)) for _ in params]


def fit_curve(x, y, hidden, seed):
    return init([1, hidden, 1], seed)


def train_classifier(x, y, seed):
    return init([784, 10], seed)
