# verdict: failed
# caught by: test_forward_last_layer
# diagnosis: goes_around_last_layer
# What the last layer reads is added to its outputs.

import numpy as np


class MLP:
    """A multilayer perceptron with ELU units."""

    def __init__(self, params):
        self.weights = [np.asarray(w) for w in params[::2]]
        self.biases = [np.asarray(b) for b in params[1::2]]

    @classmethod
    def random(cls, sizes, rng):
        params = []
        for fan_in, fan_out in zip(sizes[:-1], sizes[1:]):
            params += [rng.normal(0, np.sqrt(1.5 / fan_in), (fan_in, fan_out)), rng.normal(0, 0.01, fan_out)]
        return cls(params)

    @property
    def params(self):
        return [p for pair in zip(self.weights, self.biases) for p in pair]

    def run(self, x, keep=1.0, rng=None):
        """Outputs, and what every layer read."""
        inputs, masks = [], []
        for w, b in zip(self.weights[:-1], self.biases[:-1]):
            inputs.append(x)
            z = np.einsum("nd,dh->nh", x, w, optimize=True) + b
            x = np.where(z > 0, z, np.expm1(np.minimum(z, 0)))
            mask = (rng.random(x.shape) < keep).astype(x.dtype) / x.dtype.type(keep) if keep < 1 else None
            masks.append(mask)
            if mask is not None:
                x = x * mask
        inputs.append(x)
        return np.einsum("nd,dh->nh", x, self.weights[-1], optimize=True) + self.biases[-1] + x.mean(axis=1, keepdims=True), inputs, masks

    def backward(self, delta, inputs, masks):
        gradients = []
        for i in reversed(range(len(self.weights))):
            gradients.append(delta.sum(axis=0))
            gradients.append(np.einsum("nd,nh->dh", inputs[i], delta, optimize=True))
            if i > 0:
                delta = np.einsum("nh,dh->nd", delta, self.weights[i], optimize=True)
                h = inputs[i]
                if masks[i - 1] is not None:
                    delta = delta * masks[i - 1]
                    h = h / np.where(masks[i - 1] > 0, masks[i - 1], 1)
                delta = delta * np.where(h > 0, 1, h + 1).astype(delta.dtype)
        return gradients[::-1]


class Loss:
    @staticmethod
    def mse(outputs, y):
        return np.mean(np.square(outputs - y)), (outputs - y) * 2 / np.prod(outputs.shape)

    @staticmethod
    def cross_entropy(outputs, y):
        z = outputs - np.max(outputs, axis=1, keepdims=True)
        log_sum = np.log(np.sum(np.exp(z), axis=1, keepdims=True))
        target = (np.arange(outputs.shape[1]) == y[:, None]).astype(outputs.dtype)
        return np.mean(np.sum(target * (log_sum - z), axis=1)), (np.exp(z - log_sum) - target) / len(y)


def init(sizes, seed):
    return MLP.random(sizes, np.random.default_rng(seed)).params


def forward(params, x):
    return MLP(params).run(x)[0]


def loss_and_gradients(params, x, y, kind):
    net = MLP(params)
    outputs, inputs, masks = net.run(x)
    loss, delta = getattr(Loss, kind)(outputs, y)
    return loss, net.backward(delta, inputs, masks)


class Nesterov:
    def __init__(self, params, rate, momentum=0.9):
        self.rate, self.momentum = rate, momentum
        self.velocity = [np.zeros_like(p) for p in params]

    def step(self, params, gradients):
        for p, g, v in zip(params, gradients, self.velocity):
            previous = v.copy()
            v *= self.momentum
            v -= self.rate * g
            p += (1 + self.momentum) * v - self.momentum * previous


def fit_curve(x, y, hidden, seed):
    rng = np.random.default_rng(seed)
    params = init([1, hidden, 1], seed)
    params[0] = rng.normal(0, 1, (1, hidden))
    params[1] = rng.uniform(-3, 3, hidden) * params[0][0]
    optimizer = Nesterov(params, 0.001)
    for _ in range(8000):
        _, gradients = loss_and_gradients(params, x, y, "mse")
        optimizer.step(params, gradients)
    return params


def train_classifier(x, y, seed):
    rng = np.random.default_rng(seed)
    net = MLP([p.astype("float32") for p in init([784, 128, 10], seed)])
    order = rng.permutation(len(x))
    validation, training = np.split(order, [max(1, len(x) // 20)])
    best, best_params = 0.0, net.params
    optimizer = Nesterov(net.params, 0.05)
    for epoch in range(8):
        rng.shuffle(training)
        for start in range(0, len(training), 100):
            rows = training[start : start + 100]
            outputs, inputs, masks = net.run(x[rows], 0.8, rng)
            _, delta = Loss.cross_entropy(outputs, y[rows])
            optimizer.step(net.params, net.backward(delta, inputs, masks))
        accuracy = np.mean(net.run(x[validation])[0].argmax(axis=1) == y[validation])
        print(f"epoch {epoch}: {accuracy:.4f} of the rows held back")
        if accuracy >= best:
            best, best_params = accuracy, [p.copy() for p in net.params]
        optimizer.rate *= 0.8
    return best_params
