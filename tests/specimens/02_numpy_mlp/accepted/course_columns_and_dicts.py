# verdict: passed
# As in a well-known online course: samples are columns, parameters a dictionary "W1", "b1", caches; mini-batches of 64 with Adam.

import math

import numpy as np


def initialize_parameters_deep(layer_dims, seed):
    np.random.seed(seed)
    parameters = {}
    L = len(layer_dims)
    for l in range(1, L):
        parameters["W" + str(l)] = np.random.randn(layer_dims[l], layer_dims[l - 1]) / np.sqrt(layer_dims[l - 1])
        parameters["b" + str(l)] = np.zeros((layer_dims[l], 1))
    return parameters


def to_list(parameters):
    out = []
    for l in range(1, len(parameters) // 2 + 1):
        out.append(parameters["W" + str(l)].T)
        out.append(parameters["b" + str(l)].reshape(-1))
    return out


def to_dict(params):
    d = {}
    for l in range(1, len(params) // 2 + 1):
        d["W" + str(l)] = np.asarray(params[2 * l - 2]).T
        d["b" + str(l)] = np.asarray(params[2 * l - 1]).reshape(-1, 1)
    return d


def linear_forward(A, W, b):
    Z = np.dot(W, A) + b
    cache = (A, W, b)
    return Z, cache


def relu(Z):
    return np.maximum(0, Z), Z


def relu_backward(dA, cache):
    Z = cache
    dZ = np.array(dA, copy=True)
    dZ[Z <= 0] = 0
    return dZ


def L_model_forward(X, parameters):
    caches = []
    A = X
    L = len(parameters) // 2
    for l in range(1, L):
        A_prev = A
        Z, linear_cache = linear_forward(A_prev, parameters["W" + str(l)], parameters["b" + str(l)])
        A, activation_cache = relu(Z)
        caches.append((linear_cache, activation_cache))
    AL, linear_cache = linear_forward(A, parameters["W" + str(L)], parameters["b" + str(L)])
    caches.append((linear_cache, None))
    return AL, caches


def linear_backward(dZ, cache):
    A_prev, W, b = cache
    dW = np.dot(dZ, A_prev.T)
    db = np.sum(dZ, axis=1, keepdims=True)
    dA_prev = np.dot(W.T, dZ)
    return dA_prev, dW, db


def compute_cost(AL, Y, kind):
    m = AL.shape[1]
    if kind == "mse":
        cost = np.sum(np.square(AL - Y)) / (m * AL.shape[0])
        return cost, 2 * (AL - Y) / (m * AL.shape[0])
    Z = AL - np.max(AL, axis=0, keepdims=True)
    log_probs = Z - np.log(np.sum(np.exp(Z), axis=0, keepdims=True))
    Y_hot = np.zeros(AL.shape)
    Y_hot[Y, np.arange(m)] = 1
    cost = -np.sum(Y_hot * log_probs) / m
    return np.squeeze(cost), (np.exp(log_probs) - Y_hot) / m


def L_model_backward(dZ, caches):
    grads = {}
    L = len(caches)
    linear_cache, _ = caches[L - 1]
    dA, grads["W" + str(L)], grads["b" + str(L)] = linear_backward(dZ, linear_cache)
    for l in reversed(range(L - 1)):
        linear_cache, activation_cache = caches[l]
        dZ = relu_backward(dA, activation_cache)
        dA, grads["W" + str(l + 1)], grads["b" + str(l + 1)] = linear_backward(dZ, linear_cache)
    return grads


def random_mini_batches(X, Y, mini_batch_size, by_columns):
    m = X.shape[1]
    permutation = list(np.random.permutation(m))
    shuffled_X = X[:, permutation]
    shuffled_Y = Y[:, permutation] if by_columns else Y[permutation]
    for k in range(math.ceil(m / mini_batch_size)):
        piece = slice(k * mini_batch_size, (k + 1) * mini_batch_size)
        yield shuffled_X[:, piece], shuffled_Y[:, piece] if by_columns else shuffled_Y[piece]


def model(X, Y, parameters, kind, learning_rate, mini_batch_size, num_epochs, beta1=0.9, beta2=0.999, epsilon=1e-8):
    v = {key: np.zeros(value.shape) for key, value in parameters.items()}
    s = {key: np.zeros(value.shape) for key, value in parameters.items()}
    t = 0
    for i in range(num_epochs):
        for minibatch_X, minibatch_Y in random_mini_batches(X, Y, mini_batch_size, kind == "mse"):
            AL, caches = L_model_forward(minibatch_X, parameters)
            cost, dZ = compute_cost(AL, minibatch_Y, kind)
            grads = L_model_backward(dZ, caches)
            t = t + 1
            for key in parameters:
                v[key] = beta1 * v[key] + (1 - beta1) * grads[key]
                s[key] = beta2 * s[key] + (1 - beta2) * np.square(grads[key])
                v_corrected = v[key] / (1 - beta1**t)
                s_corrected = s[key] / (1 - beta2**t)
                parameters[key] = parameters[key] - learning_rate * v_corrected / (np.sqrt(s_corrected) + epsilon)
        if i % 100 == 0:
            print("Cost after epoch %i: %f" % (i, cost))
    return parameters


def init(sizes, seed):
    return to_list(initialize_parameters_deep(sizes, seed))


def forward(params, x):
    AL, caches = L_model_forward(x.T, to_dict(params))
    return AL.T


def loss_and_gradients(params, x, y, kind):
    AL, caches = L_model_forward(x.T, to_dict(params))
    cost, dZ = compute_cost(AL, y.T, kind)
    return cost, to_list(L_model_backward(dZ, caches))


def fit_curve(x, y, hidden, seed):
    parameters = initialize_parameters_deep([1, hidden, 1], seed)
    return to_list(model(x.T, y.T, parameters, "mse", 0.01, 64, 1000))


def train_classifier(x, y, seed):
    parameters = initialize_parameters_deep([784, 64, 32, 10], seed)
    return to_list(model(x.T, y, parameters, "cross_entropy", 0.001, 64, 4))
