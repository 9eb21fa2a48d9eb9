# verdict: failed
# caught by: test_curves
# diagnosis: pairs_torn
# x is shuffled in every step, y is not.

from collections import OrderedDict

import numpy as np


class Relu:
    def __init__(self):
        self.mask = None

    def forward(self, x):
        self.mask = x <= 0
        out = x.copy()
        out[self.mask] = 0
        return out

    def backward(self, dout):
        dout[self.mask] = 0
        return dout


class Affine:
    def __init__(self, W, b):
        self.W = W
        self.b = b
        self.x = None
        self.dW = None
        self.db = None

    def forward(self, x):
        self.x = x
        return np.dot(x, self.W) + self.b

    def backward(self, dout):
        dx = np.dot(dout, self.W.T)
        self.dW = np.dot(self.x.T, dout)
        self.db = np.sum(dout, axis=0)
        return dx


def softmax(x):
    x = x - np.max(x, axis=-1, keepdims=True)  # 오버플로 대책
    return np.exp(x) / np.sum(np.exp(x), axis=-1, keepdims=True)


class SoftmaxWithLoss:
    def forward(self, x, t):
        self.t = t
        self.y = softmax(x)
        batch_size = x.shape[0]
        return -np.sum(np.log(self.y[np.arange(batch_size), t] + 1e-7)) / batch_size

    def backward(self):
        batch_size = self.t.shape[0]
        dx = self.y.copy()
        dx[np.arange(batch_size), self.t] -= 1
        return dx / batch_size


class MeanSquaredError:
    def forward(self, x, t):
        self.diff = x - t
        return np.mean(self.diff**2)

    def backward(self):
        return 2 * self.diff / self.diff.size


class MultiLayerNet:
    def __init__(self, params, kind):
        self.layers = OrderedDict()
        self.count = len(params) // 2
        for i in range(self.count):
            self.layers[f"Affine{i + 1}"] = Affine(params[2 * i], params[2 * i + 1])
            if i < self.count - 1:
                self.layers[f"Relu{i + 1}"] = Relu()
        self.last = SoftmaxWithLoss() if kind == "cross_entropy" else MeanSquaredError()

    def predict(self, x):
        for layer in self.layers.values():
            x = layer.forward(x)
        return x

    def gradient(self, x, t):
        loss = self.last.forward(self.predict(x), t)
        dout = self.last.backward()
        for layer in reversed(self.layers.values()):
            dout = layer.backward(dout)
        grads = []
        for i in range(self.count):
            grads.append(self.layers[f"Affine{i + 1}"].dW)
            grads.append(self.layers[f"Affine{i + 1}"].db)
        return loss, grads


class Adam:
    def __init__(self, lr=0.001, beta1=0.9, beta2=0.999):
        self.lr = lr
        self.beta1 = beta1
        self.beta2 = beta2
        self.iter = 0
        self.m = None
        self.v = None

    def update(self, params, grads):
        if self.m is None:
            self.m = [np.zeros_like(p) for p in params]
            self.v = [np.zeros_like(p) for p in params]
        self.iter += 1
        lr_t = self.lr * np.sqrt(1.0 - self.beta2**self.iter) / (1.0 - self.beta1**self.iter)
        for i in range(len(params)):
            self.m[i] += (1 - self.beta1) * (grads[i] - self.m[i])
            self.v[i] += (1 - self.beta2) * (grads[i] ** 2 - self.v[i])
            params[i] -= lr_t * self.m[i] / (np.sqrt(self.v[i]) + 1e-7)


def init(sizes, seed):
    rng = np.random.RandomState(seed)
    params = []
    for i in range(len(sizes) - 1):
        # He 초깃값
        params.append(rng.randn(sizes[i], sizes[i + 1]) * np.sqrt(2.0 / sizes[i]))
        params.append(np.zeros(sizes[i + 1]))
    return params


def forward(params, x):
    return MultiLayerNet(params, "mse").predict(x)


def loss_and_gradients(params, x, y, kind):
    return MultiLayerNet(params, kind).gradient(x, y)


def fit_curve(x, y, hidden, seed):
    np.random.seed(seed)
    params = init([1, hidden, 1], seed)
    # 편향이 모두 0이면 전부 x = 0에서 꺾이므로 흩어 놓는다
    params[1] = np.random.uniform(-3, 3, hidden)
    optimizer = Adam(lr=0.01)
    for i in range(5000):
        loss, grads = loss_and_gradients(params, np.random.permutation(x), y, "mse")
        optimizer.update(params, grads)
    return params


def train_classifier(x_train, t_train, seed):
    np.random.seed(seed)
    params = init([784, 50, 10], seed)
    # 하이퍼파라미터
    iters_num = 10000
    train_size = x_train.shape[0]
    batch_size = 100
    learning_rate = 0.1
    for i in range(iters_num):
        # 미니배치 획득
        batch_mask = np.random.choice(train_size, batch_size)
        loss, grads = loss_and_gradients(params, x_train[batch_mask], t_train[batch_mask], "cross_entropy")
        for j in range(len(params)):
            params[j] -= learning_rate * grads[j]
    return params
